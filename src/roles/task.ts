import { fileURLToPath } from 'node:url';
import { getCallSites } from 'node:util';
import type { SourcePosition } from '../errors.ts';
import type { Module } from '../modules/contract.ts';
import type { Prediction } from '../observe/observation.ts';

/** A task of a typed role: plain data. */
export interface RoleTask {
  readonly kind: 'task';
  readonly name: string;
  /** The short name of a module, or one that the role brings along. */
  readonly module: string | Module;
  readonly args: { readonly [name: string]: unknown };
  readonly options: TaskOptions;
  /** Where it was made. */
  readonly at: SourcePosition;
}

/** Tasks with what happens when one of them fails. */
export interface RoleBlock {
  readonly kind: 'block';
  readonly block: readonly RoleNode[];
  readonly rescue: readonly RoleNode[];
  readonly always: readonly RoleNode[];
  readonly options: BlockOptions;
  readonly at: SourcePosition;
}

export type RoleNode = RoleTask | RoleBlock;

/** What `handlers` of a task context hold. */
export interface HandlerReference {
  readonly handler: string;
}

export interface BlockOptions {
  readonly tags?: readonly string[];
  /** Jinja2 expressions that all must hold, for what only earlier tasks can tell: `probe.rc == 0`. */
  readonly when?: string | readonly string[];
  readonly become?: boolean;
  readonly becomeUser?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly delegateTo?: string;
  readonly runOnce?: boolean;
  readonly noLog?: boolean;
  readonly ignoreErrors?: boolean;
  /** false: runs in check mode as well; true: only ever predicts. */
  readonly checkMode?: boolean;
}

/** Keywords of a task, named as in YAML, in camel case. */
export interface TaskOptions extends BlockOptions {
  readonly notify?: HandlerReference | readonly HandlerReference[];
  readonly register?: string;
  readonly changedWhen?: boolean | string;
  readonly failedWhen?: boolean | string;
  readonly until?: string;
  readonly retries?: number;
  /** Seconds between attempts. */
  readonly delay?: number;
  /** Seconds. */
  readonly timeout?: number;
  readonly throttle?: number;
  /**
   * What a package that this task installs leaves behind, as the role's author knows: check mode answers
   * later questions with it instead of "unknown". From `bringsUnit`, `bringsDirectory`, …
   */
  readonly brings?: readonly Prediction[];
  /**
   * What this task manages is the role's own: no package that an earlier task installs brings it, so that
   * check mode takes what is absent now for absent then.
   */
  readonly ours?: boolean;
}

/** Makes tasks of one kind: a name, arguments, keywords. */
export type TaskMaker<Args extends object> = (
  name: string,
  args: Args,
  options?: TaskOptions,
) => RoleTask;

/**
 * The constructor of tasks that call a module, by its name or, for a module of the role's own, itself.
 *
 * @example const haproxyState = taskOf<{ server: string }>(haproxyStateModule);
 */
export function taskOf<Args extends object>(module: string | Module): TaskMaker<Args> {
  return (name, args, options = {}) => ({
    kind: 'task',
    name,
    module,
    args: args as RoleTask['args'],
    options,
    at: callSite(),
  });
}

/** Tasks under common keywords, with `rescue` and `always` as in YAML. */
export function block(
  tasks: readonly RoleNode[],
  options: BlockOptions & { rescue?: readonly RoleNode[]; always?: readonly RoleNode[] } = {},
): RoleBlock {
  const { rescue = [], always = [], ...rest } = options;
  return { kind: 'block', block: tasks, rescue, always, options: rest, at: callSite() };
}

/** Runs the handlers that have been notified so far, now instead of at the end of the play. */
export function flushHandlers(name = 'Run the handlers notified so far'): RoleTask {
  return {
    kind: 'task',
    name,
    module: 'meta',
    args: { _raw_params: 'flush_handlers' },
    options: {},
    at: callSite(),
  };
}

/** A value that only earlier tasks can tell, as a Jinja2 expression: `expression('probe.stdout')`. */
export class Expression {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

/**
 * An argument that is evaluated when its task runs; all other text in arguments is taken as it is.
 *
 * @example command('Show it', { argv: ['echo', expression('probe.stdout')] as never })
 */
export function expression(source: string): Expression {
  return new Expression(source);
}

/** The place in a role where a task is made. */
function callSite(): SourcePosition {
  const own = import.meta.dirname;
  for (const site of getCallSites(12)) {
    const file = site.scriptName.startsWith('file:')
      ? fileURLToPath(site.scriptName)
      : site.scriptName;
    if (!file || file.startsWith(own)) continue;
    return { file, line: site.lineNumber, column: site.columnNumber };
  }
  return { file: '<role>', line: 1, column: 1 };
}
