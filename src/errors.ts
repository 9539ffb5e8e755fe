/** A place in a source file; line and column start at 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong, as data; `describeProblem` turns it into text. */
export interface Problem {
  readonly code: ErrorCode;
  /** One sentence: what is wrong, with names and values in it. */
  readonly message: string;
  readonly at?: SourcePosition;
  /** What would have been right, where the message does not say so. */
  readonly expected?: string;
  /** The nearest valid name, for misspellings. */
  readonly nearest?: string;
  /** What to do next, where the catalogue's advice is too general. */
  readonly hint?: string;
  readonly host?: string;
  readonly task?: string;
}

/**
 * Every error that rolecall raises on purpose: one or more problems, all shown at once.
 *
 * @example throw new RolecallError({ code: 'unknown-module', message: `no module is called 'fil'`, at, nearest: 'file' });
 */
export class RolecallError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: Problem | readonly Problem[], options?: ErrorOptions) {
    const list = Array.isArray(problems) ? (problems as readonly Problem[]) : [problems as Problem];
    super(list.map((problem) => problem.message).join('\n'), options);
    this.name = 'RolecallError';
    this.problems = list;
  }

  get code(): ErrorCode {
    return this.problems[0]!.code;
  }

  /** The process exit status this error ends a command with (0–255). */
  get exitStatus(): number {
    return Math.max(...this.problems.map((problem) => errorCatalogue[problem.code].exit));
  }
}

interface CatalogueEntry {
  /** What the code means, for docs/reference/errors.md. */
  readonly meaning: string;
  /** What to do about it. */
  readonly advice: string;
  readonly exit: number;
}

/** Every code, what it means and what to do; docs/reference/errors.md is made from it. */
export const errorCatalogue = {
  'yaml-syntax': {
    meaning: 'A file is not valid YAML.',
    advice: 'Correct the line shown.',
    exit: 1,
  },
  'template-syntax': {
    meaning: 'A template or expression cannot be parsed.',
    advice: 'Correct the template at the place shown.',
    exit: 1,
  },
  'undefined-variable': {
    meaning: 'A template uses a variable that is not defined.',
    advice: "Define it, or give it a default: {{ name | default('…') }}.",
    exit: 2,
  },
  'template-failed': {
    meaning: 'A template is well formed but could not be evaluated.',
    advice: 'Look at the values that the expression uses.',
    exit: 2,
  },
  unreachable: {
    meaning: 'No connection to the host could be opened.',
    advice: 'Check that the host is up, its address, its port and the network between.',
    exit: 4,
  },
  'ssh-option-unsupported': {
    meaning: 'An ssh argument or setting asks for something that the ssh driver cannot do.',
    advice: 'Leave it out, or use the system ssh: ansible_connection: openssh.',
    exit: 1,
  },
  'connection-lost': {
    meaning: 'The connection broke while something ran on the host; what ran last is unknown.',
    advice: 'Run again: what was done is observed anew and the rest is applied.',
    exit: 4,
  },
  'host-key-unknown': {
    meaning: "The host's key is in no known_hosts file.",
    advice:
      'Compare its fingerprint, add it with ssh-keyscan, or use --host-key-checking accept-new.',
    exit: 4,
  },
  'host-key-changed': {
    meaning:
      'The host shows another key than known_hosts has: a rebuilt host, or someone in between.',
    advice: 'Find out why before anything else; then remove the old key with ssh-keygen -R.',
    exit: 4,
  },
  'authentication-failed': {
    meaning: 'The host refused every credential that was offered.',
    advice: 'Check ansible_user, the private key, the agent, and the login shell of the user.',
    exit: 4,
  },
  'deadline-exceeded': {
    meaning: 'A command took longer than its deadline and was ended.',
    advice: "Raise the task's timeout, or look on the host at what it waits for.",
    exit: 2,
  },
  'become-failed': {
    meaning: 'Another user could not be become on the host.',
    advice: 'Check ansible_become_user, its method, and the password (-K).',
    exit: 2,
  },
  'unknown-argument': {
    meaning: 'A module or role is given an argument that it does not have.',
    advice: 'Correct the name; `rolecall doc MODULE` lists the arguments.',
    exit: 1,
  },
  'missing-argument': {
    meaning: 'A module or role lacks an argument that it needs.',
    advice: 'Add it; `rolecall doc MODULE` lists the arguments.',
    exit: 1,
  },
  'invalid-argument': {
    meaning: 'An argument has a value that its schema or the rules of its module refuse.',
    advice: 'Correct the value; `rolecall doc MODULE` shows what is accepted.',
    exit: 1,
  },
  'role-invalid': {
    meaning: 'A role.ts cannot be loaded, or what it exports is no role.',
    advice: 'Correct the file at the place shown; its default export is made by defineRole.',
    exit: 1,
  },
  'unknown-parameter': {
    meaning: 'A typed role is given a parameter that it does not have.',
    advice: 'Correct the name; `rolecall doc ROLE` lists the parameters.',
    exit: 1,
  },
  'missing-parameter': {
    meaning: 'A typed role lacks a parameter that it needs.',
    advice: "Give it in the variable of the role's name or in the role entry.",
    exit: 1,
  },
  'invalid-parameter': {
    meaning: 'A parameter has a value that the schema or a rule of its role refuses.',
    advice: 'Correct the value; `rolecall doc ROLE` says what is accepted.',
    exit: 1,
  },
  'plain-secret': {
    meaning: 'A secret stands in a file as plain text.',
    advice:
      'Encrypt it (ansible-vault encrypt_string), or take it from a lookup (password, env, file).',
    exit: 1,
  },
  'port-unpublished': {
    meaning: 'A role is to talk to a port on which the role at the other end does not answer.',
    advice: 'Correct the host or the port on either side.',
    exit: 1,
  },
  'probe-unreadable': {
    meaning: 'The host answered a question in a form that cannot be read.',
    advice: 'Look at the output shown; the tool on the host may be a different one.',
    exit: 2,
  },
  'did-not-converge': {
    meaning: 'A change was applied, but looking again shows that it is still to be done.',
    advice: 'Something on the host undoes or refuses it: see the remaining difference.',
    exit: 2,
  },
  'host-locked': {
    meaning: 'Another run is at work on the host.',
    advice: 'Wait until it ends, then run again.',
    exit: 2,
  },
  'module-failed': {
    meaning: 'A module could not do its work on a host.',
    advice: 'Look at the message and the output of the command.',
    exit: 2,
  },
  'task-failed': {
    meaning: 'A task failed by its own rule: fail, assert or failed_when.',
    advice: 'Look at the condition that the task states.',
    exit: 2,
  },
  'file-not-found': {
    meaning: 'A file that a task names does not exist on the controller.',
    advice: 'Create it in one of the places that were searched, or correct the name.',
    exit: 2,
  },
  'lab-invalid': {
    meaning: 'An inventory does not describe a lab.',
    advice: 'Correct the variables named; docs/guides/lab.md lists them.',
    exit: 1,
  },
  'lab-unsupported': {
    meaning: 'This machine cannot run a lab as it is.',
    advice: 'Run it as root on Debian.',
    exit: 1,
  },
  'lab-failed': {
    meaning: 'Something went wrong while a lab was brought up or down.',
    advice: 'Run rolecall lab down and up again; both can be repeated at any time.',
    exit: 1,
  },
  'playbook-syntax': {
    meaning: 'A play, block, task or role is not built as the playbook language asks.',
    advice: 'Correct the place shown.',
    exit: 1,
  },
  'unknown-keyword': {
    meaning: 'A play, block, task or role has a keyword that does not exist at this level.',
    advice: 'Correct the name, or move it to the level it belongs to.',
    exit: 1,
  },
  'unsupported-keyword': {
    meaning: 'A keyword that Ansible knows and rolecall does not support.',
    advice: 'Remove it; docs/guides says what to use instead.',
    exit: 1,
  },
  'invalid-keyword': {
    meaning: 'A keyword has a value of the wrong type.',
    advice: 'Write the value as expected.',
    exit: 1,
  },
  'unknown-module': {
    meaning: 'A task uses a module that does not exist.',
    advice: 'Correct the name; `rolecall doc` lists the modules.',
    exit: 1,
  },
  'unsupported-module': {
    meaning: 'A module that Ansible has and rolecall does not have yet.',
    advice: 'Use a supported module, or command with creates, removes or changed_when.',
    exit: 1,
  },
  'unsupported-plugin': {
    meaning: 'A role or playbook brings Python plugins or modules, which rolecall never runs.',
    advice: 'Remove them and use built-in modules and filters, or a typed role.',
    exit: 1,
  },
  unsupported: {
    meaning: 'Something that Ansible can do and rolecall cannot do yet.',
    advice: 'Write it in another way.',
    exit: 1,
  },
  'role-not-found': {
    meaning: 'A role is in none of the folders where roles are searched.',
    advice: 'Correct its name, put it in roles/ beside the playbook, or set ANSIBLE_ROLES_PATH.',
    exit: 1,
  },
  'unknown-handler': {
    meaning: 'A task notifies a handler that does not exist.',
    advice: 'Correct the name, or add a handler with this name or listen topic.',
    exit: 1,
  },
  'unknown-play': {
    meaning: 'A play needs one that does not exist.',
    advice: 'Correct the name, or give the play that is meant this name.',
    exit: 1,
  },
  'ambiguous-play': {
    meaning: 'A play needs one whose name more than one play has.',
    advice: 'Give the plays names of their own.',
    exit: 1,
  },
  'needs-cycle': {
    meaning: 'Plays wait for each other in a circle.',
    advice: 'Take one of the needs out, or give a play without needs its own.',
    exit: 1,
  },
  'include-cycle': {
    meaning: 'Files or roles include one another in a circle, or too deeply.',
    advice: 'Break the circle that the message names.',
    exit: 1,
  },
  'source-not-found': {
    meaning: 'A file that a playbook or role names does not exist or cannot be read.',
    advice: 'Create it, or correct the name.',
    exit: 1,
  },
  'possibly-undefined': {
    meaning: 'A template uses a variable that nothing defines in what lint can see (a warning).',
    advice: 'Define it, or give it a default.',
    exit: 0,
  },
  'no-effect': {
    meaning: 'A keyword that changes nothing where it stands (a warning).',
    advice: 'Remove it, or put it where it belongs.',
    exit: 0,
  },
  'template-braces': {
    meaning: 'A condition holds {{ }}, although conditions are expressions already (a warning).',
    advice: 'Write the bare expression.',
    exit: 0,
  },
  'inventory-invalid': {
    meaning: 'An inventory source cannot be read as hosts and groups.',
    advice: 'Correct the place shown.',
    exit: 1,
  },
  'pattern-unmatched': {
    meaning: 'A host pattern names hosts or groups that the inventory does not have.',
    advice: 'Correct the name, or add it to the inventory.',
    exit: 1,
  },
  'file-unreadable': {
    meaning: 'A file that the run needs cannot be read; it is never taken for empty.',
    advice: 'Check that the file exists, where its link points, and its permissions.',
    exit: 1,
  },
  'plan-invalid': {
    meaning: 'A file is no plan, is damaged, or was sealed with another key.',
    advice: 'Make a new plan: rolecall plan PLAYBOOK -o FILE.',
    exit: 1,
  },
  'plan-outdated': {
    meaning: 'What a plan rests on has changed since: its sources, its inventory, or a host.',
    advice: 'Look at what changed, then make a new plan: rolecall plan PLAYBOOK -o FILE.',
    exit: 2,
  },
  'not-in-plan': {
    meaning: 'A task would change something that the plan does not say; nothing was changed by it.',
    advice: 'Make a new plan and look at it: rolecall plan PLAYBOOK -o FILE.',
    exit: 2,
  },
  'vault-failed': {
    meaning: 'Encrypted data cannot be decrypted: a wrong or missing password, or damaged data.',
    advice: 'Check --vault-password-file and --vault-id, and that the data is complete.',
    exit: 1,
  },
  'variable-cycle': {
    meaning: 'Variables are defined through each other.',
    advice: 'Give one of them a value that does not mention the others.',
    exit: 2,
  },
  'option-invalid': {
    meaning: 'A value given on the command line cannot be read.',
    advice: 'See --help for the forms it can have.',
    exit: 1,
  },
  'history-unwritable': {
    meaning: 'The record of runs cannot be written; nothing more is changed on hosts without it.',
    advice: 'Make room, name another file with --history, or go without one: --no-history.',
    exit: 1,
  },
  'history-unusable': {
    meaning: 'A file is no history of rolecall that this version can read; it is left as it is.',
    advice: 'Name another file: --history FILE.',
    exit: 1,
  },
  'unknown-run': {
    meaning: 'The history has no run of this number.',
    advice: '`rolecall history` lists those that it has.',
    exit: 1,
  },
  'drift-settings-invalid': {
    meaning: 'The settings of drift watch hold something that cannot be meant.',
    advice: 'Correct the setting; docs/reference/drift-settings.md lists them all.',
    exit: 1,
  },
  'drift-watched': {
    meaning: 'Another process on this machine already watches over this fleet.',
    advice: 'Stop it first, or give this one a name and a fleet of its own.',
    exit: 1,
  },
  'drift-state-unwritable': {
    meaning: 'What drift watch has done cannot be kept, so nothing is corrected.',
    advice: 'Make room, or make the folder writable; --state names another file.',
    exit: 1,
  },
  'drift-install-refused': {
    meaning: 'A service cannot be installed or removed as things are.',
    advice: 'Look at the file or the command that the message names.',
    exit: 1,
  },
  interrupted: {
    meaning: 'The run was interrupted.',
    advice: 'Run again: what was done is observed anew and the rest is applied.',
    exit: 130,
  },
  internal: {
    meaning: 'A defect in rolecall itself.',
    advice: 'Report it with the text shown.',
    exit: 1,
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof errorCatalogue;

/** The candidate nearest to `name` by edit distance, or undefined when none is close. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** The text of a problem: message, place with the line and a caret, expected, nearest name, advice. */
export function describeProblem(
  problem: Problem,
  readLine: (at: SourcePosition) => string | undefined = () => undefined,
): string {
  const lines = [`${problem.code}: ${problem.message}`];
  if (problem.host || problem.task) {
    lines.push(
      `  ${[problem.host && `host ${problem.host}`, problem.task && `task '${problem.task}'`].filter(Boolean).join(', ')}`,
    );
  }
  if (problem.at) {
    lines.push(`  at ${problem.at.file}:${problem.at.line}:${problem.at.column}`);
    const source = readLine(problem.at);
    if (source !== undefined) {
      const shown = source.replaceAll('\t', ' ');
      lines.push(`    ${shown}`, `    ${' '.repeat(Math.max(0, problem.at.column - 1))}^`);
    }
  }
  if (problem.expected) lines.push(...wrapped(`expected: ${problem.expected}`));
  if (problem.nearest) lines.push(`  did you mean '${problem.nearest}'?`);
  lines.push(`  → ${problem.hint ?? errorCatalogue[problem.code].advice}`);
  return lines.join('\n');
}

/** Long lists of names stay readable at 80 columns. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = ' ';
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + 1 + word.length > 80) {
      lines.push(line);
      line = '   ';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      row.push(Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + cost));
    }
    previous = row;
  }
  return previous[b.length]!;
}
