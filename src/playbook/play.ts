import type { SourcePosition } from '../errors.ts';
import type { Mapping, Value } from '../values.ts';

/**
 * What YAML is parsed to and what typed roles return: plain immutable data, templates still in it.
 * A `Templated` value is a literal from a trusted file; strings in it may hold templates.
 */
export type Templated = Value;

/** A bare expression as in `when:`; several are a conjunction. A boolean literal stays one. */
export interface Condition {
  readonly source: string | boolean;
  readonly at: SourcePosition;
}

/** Keywords that plays, roles, blocks and tasks share; what is absent is inherited. */
export interface Common {
  readonly name?: string;
  readonly at: SourcePosition;
  readonly vars?: Mapping;
  /** Effective tags: its own and those of everything that encloses it. */
  readonly tags: readonly string[];
  readonly when: readonly Condition[];
  readonly become?: Templated;
  readonly becomeUser?: Templated;
  readonly becomeMethod?: Templated;
  readonly becomeFlags?: Templated;
  readonly becomeExe?: Templated;
  readonly remoteUser?: Templated;
  readonly connection?: Templated;
  readonly port?: Templated;
  /** Each entry a mapping or a template that gives one; later entries win. */
  readonly environment: readonly Templated[];
  readonly noLog?: Templated;
  readonly checkMode?: Templated;
  readonly diff?: Templated;
  readonly ignoreErrors?: Templated;
  readonly ignoreUnreachable?: Templated;
  readonly anyErrorsFatal?: Templated;
  readonly runOnce?: Templated;
  readonly throttle?: Templated;
  /** Seconds. */
  readonly timeout?: Templated;
  /** Module name → default arguments. */
  readonly moduleDefaults: readonly Mapping[];
  readonly delegateTo?: Templated;
  readonly delegateFacts?: Templated;
}

export interface Task extends Common {
  readonly kind: 'task';
  /** Position of the task in the run's sources, for owed handlers and history: `file:line`. */
  readonly id: string;
  readonly action: Action;
  readonly loop?: Loop;
  readonly until: readonly Condition[];
  /** Attempts after the first, 3 by default with `until`. */
  readonly retries?: Templated;
  /** Seconds between attempts, 5 by default. */
  readonly delay?: Templated;
  readonly register?: string;
  readonly notify: Templated;
  readonly changedWhen?: readonly Condition[];
  readonly failedWhen?: readonly Condition[];
  /** Handlers only. */
  readonly listen: readonly string[];
  /** Seconds that the task may take, when it is polled (`poll` above 0); it is waited for either way. */
  readonly async?: Templated;
  readonly poll?: Templated;
  /** Tags of what encloses the task, without its own: what an include passes on to its content. */
  readonly inheritedTags?: readonly string[];
  /** The role the task came from: its files, templates, defaults and vars apply. */
  readonly role?: RoleScope;
  /** Where files that the task names are searched: the folder of its tasks file. */
  readonly folder: string;
  /** A typed role that is to run here: its tasks are made when it is reached. */
  readonly typedRole?: TypedRoleUse;
  /** Of a typed role: the task as each host has it; hosts that are not in it do not have the task. */
  readonly perHost?: ReadonlyMap<string, Task>;
  /** What a package that the task installs leaves behind; check mode answers with it. */
  readonly brings?: readonly Brought[];
  /** Of a typed role: no package brings what the task manages. */
  readonly ours?: boolean;
}

/** Where a play, a task or another role asks for a typed role. */
export interface TypedRoleUse {
  /** Its role.ts, absolute. */
  readonly module: string;
  /** `tasks_from`: another list of tasks of it than the usual one. */
  readonly entryPoint?: string;
}

/** A prediction: the state that an observation will have (src/observe). */
export interface Brought {
  readonly observation: { readonly kind: string; readonly key: string };
  readonly state: unknown;
}

export interface Action {
  /** As written, `apt` or `ansible.builtin.apt`. */
  readonly written: string;
  /** Without the collection: `apt`. */
  readonly module: string;
  /** Arguments as written, `k=v` strings already split; the free form (`command: echo hi`) is `_raw_params`. */
  readonly args: Templated;
  readonly at: SourcePosition;
  /** A module that a typed role brings along; the engine knows its shape. */
  readonly definition?: unknown;
}

export interface Loop {
  /** `loop`, or the lookup's name for with_*: `items`, `dict`, … */
  readonly via: string;
  readonly items: Templated;
  readonly at: SourcePosition;
  readonly loopVar: string;
  readonly indexVar?: string;
  readonly label?: Templated;
  /** Seconds between items. */
  readonly pause?: Templated;
  readonly extended: boolean;
  readonly extendedAllItems: boolean;
  readonly breakWhen: readonly Condition[];
}

export interface Block extends Common {
  readonly kind: 'block';
  readonly block: readonly Node[];
  readonly rescue: readonly Node[];
  readonly always: readonly Node[];
  readonly notify: Templated;
  /** Set on the block that is a whole role. */
  readonly role?: RoleScope;
}

/** A static import already carries its tasks as a block; includes are tasks whose action the engine expands. */
export type Node = Task | Block;

export interface RoleScope {
  readonly name: string;
  readonly path: string;
  readonly defaults: Mapping;
  readonly vars: Mapping;
  /** Parameters of the role entry: they win over almost all (LANGUAGE.md). */
  readonly params: Mapping;
  /** Roles that called this one, nearest first: ansible_parent_role_names. */
  readonly parents: readonly string[];
  readonly handlers: readonly Node[];
  readonly allowDuplicates: boolean;
  readonly argumentSpecs?: Mapping;
}

export interface Play extends Common {
  readonly hosts: Templated;
  readonly gatherFacts?: Templated;
  readonly gatherSubset?: Templated;
  readonly varsFiles: readonly Templated[];
  readonly varsPrompt: readonly VarsPrompt[];
  readonly preTasks: readonly Node[];
  /** Roles in order, dependencies expanded, each as one block. */
  readonly roles: readonly Block[];
  readonly tasks: readonly Node[];
  readonly postTasks: readonly Node[];
  /** The play's own handlers, then those of its roles. */
  readonly handlers: readonly Node[];
  readonly strategy: 'linear' | 'free';
  readonly serial: readonly Templated[];
  readonly maxFailPercentage?: Templated;
  /** Plays that have to be over before it; absent: all before it. */
  readonly needs?: readonly Need[];
  readonly forceHandlers?: Templated;
  readonly order: 'inventory' | 'reverse_inventory' | 'sorted' | 'reverse_sorted' | 'shuffle';
  readonly folder: string;
  readonly file: string;
  /** Roles named statically, with their scopes, for variables that a play sees from its roles. */
  readonly roleScopes: readonly RoleScope[];
}

/** A play of the same playbook, by its name. */
export interface Need {
  readonly name: string;
  readonly at: SourcePosition;
}

export interface VarsPrompt {
  readonly name: string;
  readonly prompt: string;
  readonly default?: string;
  readonly private: boolean;
  readonly confirm: boolean;
  readonly at: SourcePosition;
}
