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
  if (problem.expected) lines.push(`  expected: ${problem.expected}`);
  if (problem.nearest) lines.push(`  did you mean '${problem.nearest}'?`);
  lines.push(`  → ${problem.hint ?? errorCatalogue[problem.code].advice}`);
  return lines.join('\n');
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
