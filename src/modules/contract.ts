import type { Static, TObject } from 'typebox';
import type { CommandResult, Payload } from '../connection/connection.ts';
import type { Diff } from '../events.ts';
import type {
  MaybeObserved,
  Observation,
  Observations,
  Observed,
  Prediction,
} from '../observe/observation.ts';
import type { Sh } from '../shell/sh.ts';
import type { Plain, Unknown, Value } from '../values.ts';

/**
 * A module: arguments, observe, decide, in this order in one file. `defineModule` infers the types.
 * The engine calls prepare → observe → (refine) → decide → apply → observe → decide again.
 */
export interface ModuleDefinition<
  Schema extends TObject,
  Prepared extends object,
  First extends Observations,
  Second extends Observations,
> {
  /** Short name: `lineinfile`. */
  readonly name: string;
  /** One line for the reference. */
  readonly summary: string;
  /** Arguments after aliases are resolved; every property has a description. */
  readonly args: Schema;
  /** Other spellings of arguments: `dest` → `path`. */
  readonly aliases?: Readonly<Record<string, keyof Static<Schema> & string>>;
  /** The argument that takes a free-form string (`command: echo hi`); absent = no free form. */
  readonly freeForm?: keyof Static<Schema> & string;
  /** Arguments whose values are secrets: redacted everywhere. */
  readonly secretArgs?: readonly (keyof Static<Schema> & string)[];
  /** Arguments that carry what hosts said in this run: no part of what is declared. */
  readonly reportedArgs?: readonly (keyof Static<Schema> & string)[];
  /** Example tasks in YAML for the reference; at least one. */
  readonly examples: readonly string[];
  /** The keys of the result, for the reference: name → description. */
  readonly returns: Readonly<Record<string, string>>;
  /** Rules across arguments (`mutually exclusive`, `required if`): messages of what is wrong. Pure; lint calls it too. */
  check?(args: Static<Schema>): string[];
  /** Work on the controller before the host is asked: reads files, renders templates. */
  prepare?(args: Static<Schema>, controller: Controller): Promise<Prepared> | Prepared;
  /** What it needs to know of the host. Pure. */
  observe(args: Static<Schema> & Prepared): First;
  /** Questions that depend on the first answers. Pure. */
  refine?(args: Static<Schema> & Prepared, observed: Observed<First>): Second;
  /** What is to be done. Pure. Never called with unknown answers. */
  decide(args: Static<Schema> & Prepared, observed: Observed<First> & Observed<Second>): Decision;
  /** In check mode, when an answer is unknown; without it the task itself is unknown. Pure. */
  decideUnknown?(
    args: Static<Schema> & Prepared,
    observed: MaybeObserved<First> & Partial<MaybeObserved<Second>>,
  ): Decision;
}

export type Decision = Unchanged | Change | Query | Failure | NotKnown;

export interface Unchanged {
  readonly kind: 'unchanged';
  /** Why nothing is to be done: `/etc/x already has this content, mode 0644, owner root`. */
  readonly reason: string;
  /** The module's result under Ansible's keys; `changed` and `failed` are the engine's. */
  readonly result?: ResultData;
}

export interface Change {
  readonly kind: 'change';
  /** What changes, one line: `mode 0600 → 0644`. */
  readonly summary: string;
  readonly diff: readonly Diff[];
  /** Run in order; a status other than 0 fails the task unless `complete` judges it. */
  readonly apply: readonly ApplyStep[];
  /** What the change may alter of what was observed; precise where possible. */
  readonly touches: readonly Observation<unknown>[] | 'everything';
  /** What will be true afterwards; check mode answers later questions with it. */
  readonly predicts: readonly Prediction[];
  /** Packages may bring files, users, units: what is absent now becomes unknown for later tasks in check mode. */
  readonly mayBring?: string;
  /** Check mode: that it changes is known, what exactly is not. A plan lets apply fill it in. */
  readonly outline?: boolean;
  readonly result?: ResultData;
  /** Result keys that only apply can tell (`stdout`): unknown in check mode. */
  readonly unknownResult?: readonly string[];
  /** Makes the result from the outputs of the steps (also of failed ones). Pure. */
  complete?(outputs: readonly CommandResult[]): Completion;
  /** Work on the controller after the steps: fetch writes its file here. Not called in check mode. */
  finish?(outputs: readonly CommandResult[]): Promise<void>;
  /** It alters nothing that is declared, and no dry run says so (a daemon-reload): a plan lets it be done. */
  readonly upkeep?: boolean;
  /** false: it is done each time and, as in Ansible, never counts as a change (a POST). */
  readonly countsAsChange?: boolean;
  /** false: an action that is done each time (command, reboot); it is not observed again. */
  readonly verify: boolean;
  /** The connection is expected to go away (reboot). */
  readonly disconnects?: boolean;
  /**
   * One step, which a loop may send along with those of other items, none waiting for the other, as long as
   * `touches` and `predicts` say that they have nothing to do with each other. Absent: each is done by itself.
   */
  readonly together?: Together;
}

/** How changes of several items of a loop go together. */
export interface Together {
  /** Makes one step of several; absent: each keeps its own. Changes of the same function come to it. */
  readonly merge?: Merge;
  /** What `merge` needs to know of this change. */
  readonly part?: unknown;
}

/**
 * Steps that do what several parts want, each all of its parts or, failing, as few as it can: the engine
 * then does them one by one. A part that no step names keeps its own. Pure.
 */
export type Merge = (parts: readonly unknown[]) => readonly MergedStep[];

export interface MergedStep extends ApplyStep {
  /** Positions of the parts that it does. */
  readonly of: readonly number[];
}

/** Something that only reads, runs in check mode too, and never counts as a change: uri GET, wait_for. */
export interface Query {
  readonly kind: 'query';
  readonly steps: readonly ApplyStep[];
  complete(outputs: readonly CommandResult[]): Completion;
  /** In check mode, when earlier tasks of this host would change something, the answer is not knowable. */
  readonly dependsOnEarlierChanges: boolean;
  /** Repeat while `complete` gives `again`: pause and limit in milliseconds. */
  readonly repeat?: { readonly everyMs: number; readonly forMs: number };
}

export interface Failure {
  readonly kind: 'failed';
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  readonly result?: ResultData;
}

/** Check mode only: it depends on what earlier tasks would bring. */
export interface NotKnown {
  readonly kind: 'unknown';
  readonly reason: string;
  /** Result keys that are known all the same. */
  readonly result?: ResultData;
}

export interface ApplyStep {
  readonly script: Sh;
  readonly stdin?: Payload;
  /** Milliseconds; the task's `timeout` applies as well. */
  readonly deadlineMs?: number;
  readonly maxOutputBytes?: number;
}

export interface Completion {
  readonly result: ResultData;
  /** Present = the task failed, with this message. */
  readonly failed?: string;
  /** Overrides "changed" of a Change (command with its own idea of it). */
  readonly changed?: boolean;
  /** Query with `repeat`: not there yet. */
  readonly again?: boolean;
}

export type ResultData = { readonly [key: string]: Plain };

/** What `prepare` may use on the controller. */
export interface Controller {
  readonly checkMode: boolean;
  /** Absolute path of a file the task names, searched as Ansible does; rejects with `file-not-found` and the places. */
  findFile(name: string, kind: 'files' | 'templates'): Promise<string>;
  /** The bytes of a file, decrypted when it is a vault. */
  readFile(path: string): Promise<Buffer>;
  /** Evaluates a template text with the task's variables; Unknown in check mode when it uses what is not known. */
  render(source: string, file: string, options?: RenderOptions): string | Unknown;
  /** A variable of the task's scope; undefined when it does not exist. */
  variable(name: string): Value | undefined;
  readonly inventoryHostname: string;
  /** The user whose home `~` is on the controller, and the folder of the playbook. */
  readonly playbookDir: string;
}

export interface RenderOptions {
  readonly trimBlocks?: boolean;
  readonly lstripBlocks?: boolean;
  readonly newlineSequence?: string;
  readonly variableStart?: string;
  readonly variableEnd?: string;
  readonly blockStart?: string;
  readonly blockEnd?: string;
  readonly commentStart?: string;
  readonly commentEnd?: string;
  /** Variables on top of the task's own: template_path, ansible_managed, … */
  readonly extra?: ReadonlyMap<string, Value>;
}

/** A module as the engine sees it, its types erased. */
export interface Module {
  readonly name: string;
  readonly summary: string;
  readonly args: TObject;
  readonly aliases: Readonly<Record<string, string>>;
  readonly freeForm: string | undefined;
  readonly secretArgs: readonly string[];
  readonly reportedArgs: readonly string[];
  readonly examples: readonly string[];
  readonly returns: Readonly<Record<string, string>>;
  check(args: Args): string[];
  prepare(args: Args, controller: Controller): Promise<object>;
  observe(args: Args): Observations;
  refine(args: Args, observed: Answers): Observations;
  decide(args: Args, observed: Answers): Decision;
  /** Undefined where the module cannot decide with unknown answers. */
  readonly decideUnknown: ((args: Args, observed: Answers) => Decision) | undefined;
  /** Whether `prepare` does anything. */
  readonly prepares: boolean;
  /** Whether `refine` asks anything. */
  readonly refines: boolean;
}

export type Args = { readonly [key: string]: unknown };
export type Answers = { readonly [name: string]: unknown };

/**
 * Declares a module; types flow from the schema to observe and decide.
 *
 * @example export const ping = defineModule({ name: 'ping', args: Type.Object({}), observe: () => ({}), … });
 */
export function defineModule<
  Schema extends TObject,
  Prepared extends object = object,
  First extends Observations = Observations,
  // biome-ignore lint/complexity/noBannedTypes: no second observations means no names
  Second extends Observations = {},
>(definition: ModuleDefinition<Schema, Prepared, First, Second>): Module {
  const erased = definition as unknown as ModuleDefinition<
    TObject,
    object,
    Observations,
    Observations
  >;
  return {
    name: erased.name,
    summary: erased.summary,
    args: erased.args,
    aliases: (erased.aliases ?? {}) as Record<string, string>,
    freeForm: erased.freeForm as string | undefined,
    secretArgs: (erased.secretArgs ?? []) as string[],
    reportedArgs: (erased.reportedArgs ?? []) as string[],
    examples: erased.examples,
    returns: erased.returns,
    check: (args) => erased.check?.(args as never) ?? [],
    prepare: async (args, controller) => (await erased.prepare?.(args as never, controller)) ?? {},
    observe: (args) => erased.observe(args as never),
    refine: (args, observed) => erased.refine?.(args as never, observed as never) ?? {},
    decide: (args, observed) => erased.decide(args as never, observed as never),
    decideUnknown: erased.decideUnknown
      ? (args, observed) => erased.decideUnknown!(args as never, observed as never)
      : undefined,
    prepares: erased.prepare !== undefined,
    refines: erased.refine !== undefined,
  };
}
