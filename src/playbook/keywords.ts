/** How the value of a keyword is read; `or template` holds for all but `text`, `vars` and lists of nodes. */
export type ValueType =
  | 'text'
  | 'string'
  | 'boolean'
  | 'integer'
  | 'number'
  | 'conditions'
  | 'tags'
  | 'names'
  | 'strings'
  | 'vars'
  | 'environment'
  | 'moduleDefaults'
  /** Read by code of its own. */
  | 'own';

export type Level =
  | 'play'
  | 'role entry'
  | 'block'
  | 'task'
  | 'handler'
  | 'import_playbook'
  | 'include';

export interface Keyword {
  readonly type: ValueType;
  /** Why it is refused and what to do instead. */
  readonly unsupported?: string;
}

type KeywordTable = Readonly<Record<string, Keyword>>;

const debuggerHint = 'Use -vvv, or `debug` tasks; rolecall has no task debugger.';

/** On plays, role entries, blocks and tasks alike. */
export const commonKeywords: KeywordTable = {
  name: { type: 'text' },
  vars: { type: 'vars' },
  tags: { type: 'tags' },
  become: { type: 'boolean' },
  become_user: { type: 'string' },
  become_method: { type: 'string' },
  become_flags: { type: 'string' },
  become_exe: { type: 'string' },
  remote_user: { type: 'string' },
  connection: { type: 'string' },
  port: { type: 'integer' },
  environment: { type: 'environment' },
  no_log: { type: 'boolean' },
  check_mode: { type: 'boolean' },
  diff: { type: 'boolean' },
  ignore_errors: { type: 'boolean' },
  ignore_unreachable: { type: 'boolean' },
  any_errors_fatal: { type: 'boolean' },
  run_once: { type: 'boolean' },
  throttle: { type: 'integer' },
  timeout: { type: 'integer' },
  module_defaults: { type: 'moduleDefaults' },
  collections: { type: 'own' },
  debugger: { type: 'own', unsupported: debuggerHint },
};

const conditional: KeywordTable = {
  when: { type: 'conditions' },
  delegate_to: { type: 'string' },
  delegate_facts: { type: 'boolean' },
};

const playOnly: KeywordTable = {
  hosts: { type: 'own' },
  gather_facts: { type: 'boolean' },
  gather_subset: { type: 'strings' },
  gather_timeout: {
    type: 'own',
    unsupported: 'Facts come with the first observations; limit them with `timeout` on the play.',
  },
  fact_path: {
    type: 'own',
    unsupported: 'Local facts are not read yet; use slurp or a vars file.',
  },
  vars_files: { type: 'own' },
  vars_prompt: { type: 'own' },
  roles: { type: 'own' },
  pre_tasks: { type: 'own' },
  tasks: { type: 'own' },
  post_tasks: { type: 'own' },
  handlers: { type: 'own' },
  force_handlers: { type: 'boolean' },
  max_fail_percentage: { type: 'number' },
  needs: { type: 'own' },
  order: { type: 'own' },
  serial: { type: 'own' },
  strategy: { type: 'own' },
};

const blockOnly: KeywordTable = {
  block: { type: 'own' },
  rescue: { type: 'own' },
  always: { type: 'own' },
  notify: { type: 'names' },
};

const taskOnly: KeywordTable = {
  action: { type: 'own' },
  local_action: { type: 'own' },
  args: { type: 'own' },
  async: { type: 'integer' },
  poll: { type: 'integer' },
  changed_when: { type: 'conditions' },
  failed_when: { type: 'conditions' },
  loop: { type: 'own' },
  loop_control: { type: 'own' },
  until: { type: 'conditions' },
  retries: { type: 'integer' },
  delay: { type: 'number' },
  register: { type: 'own' },
  notify: { type: 'names' },
};

/** Every keyword that a level accepts. A role entry takes all others as parameters of the role. */
export const keywords: Readonly<Record<Level, KeywordTable>> = {
  play: { ...commonKeywords, ...playOnly },
  'role entry': { ...commonKeywords, ...conditional, role: { type: 'own' } },
  block: { ...commonKeywords, ...conditional, ...blockOnly },
  task: { ...commonKeywords, ...conditional, ...taskOnly },
  handler: { ...commonKeywords, ...conditional, ...taskOnly, listen: { type: 'names' } },
  import_playbook: {
    name: { type: 'text' },
    vars: { type: 'vars' },
    tags: { type: 'tags' },
    when: { type: 'conditions' },
    import_playbook: { type: 'own' },
  },
  include: { ...commonKeywords, ...conditional, ...taskOnly, listen: { type: 'names' } },
};

/** What include_tasks and include_role accept beside themselves; the rest belongs under `apply`. */
export const includeKeywords: ReadonlySet<string> = new Set([
  'action',
  'args',
  'collections',
  'ignore_errors',
  'listen',
  'local_action',
  'loop',
  'loop_control',
  'name',
  'no_log',
  'register',
  'run_once',
  'tags',
  'timeout',
  'vars',
  'when',
]);

/** Keywords of earlier Ansible versions and common slips: what to write instead. */
export const replacedKeywords: Readonly<Record<string, string>> = {
  sudo: 'become: true',
  sudo_user: 'become_user',
  su: 'become: true with become_method: su',
  su_user: 'become_user',
  user: 'remote_user',
  accelerate: 'nothing: it is gone',
  always_run: 'check_mode: false',
  role_params: 'vars',
  only_if: 'when',
  first_available_file: 'with_first_found',
  unless: 'when with `not`',
};

export const loopControlKeywords: ReadonlySet<string> = new Set([
  'loop_var',
  'index_var',
  'label',
  'pause',
  'extended',
  'extended_allitems',
  'break_when',
]);

export const varsPromptKeywords: ReadonlySet<string> = new Set([
  'name',
  'prompt',
  'default',
  'private',
  'confirm',
  'unsafe',
]);

export const varsPromptUnsupported: ReadonlySet<string> = new Set(['encrypt', 'salt', 'salt_size']);

/** `become_user` → `becomeUser`: the property that holds a keyword's value. */
export function propertyOf(keyword: string): string {
  return keyword.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
