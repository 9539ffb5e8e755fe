import { setTimeout as sleep } from 'node:timers/promises';
import type { Become, CommandResult } from '../connection/connection.ts';
import type { Diff } from '../events.ts';
import type {
  Answers,
  Args,
  Change,
  Completion,
  Controller,
  Decision,
  Module,
  Query,
  ResultData,
} from '../modules/contract.ts';
import type { Observations, Prediction } from '../observe/observation.ts';
import type { Sh } from '../shell/sh.ts';
import type { Seen, StepGuard, Verdict } from './guard.ts';
import { firstUnknown, type HostSession } from './host-session.ts';
import { judge, runSteps } from './module-steps.ts';

/** One call of a module on one host. */
export interface ModuleCall {
  readonly module: Module;
  /** Checked arguments. */
  readonly args: Args;
  /** What `prepare` may use. */
  controller(): Controller;
  readonly session: HostSession;
  readonly become: Become | undefined;
  readonly checkMode: boolean;
  /** The whole run is a dry run: what would change is predicted to later tasks. */
  readonly dryRun: boolean;
  /** Exports of the environment, put in front of each script that applies. */
  readonly preamble: Sh | undefined;
  /** What runs before the first step of a change, in the same write: records the handlers that will be owed. */
  beforeChange(): Promise<Sh | undefined>;
  readonly deadlineMs: number | undefined;
  readonly signal: AbortSignal;
  /** What a package that the task installs leaves behind: predicted with its change. */
  readonly brings: readonly Prediction[];
  /** What it manages is brought by no package. */
  readonly ours: boolean;
  /** The task says that it never changes anything: what is known stays known. */
  readonly harmless: boolean;
  readonly guard: StepGuard | undefined;
}

/** What came of it. `result` is under Ansible's keys, without `changed` and `failed`. */
export interface ModuleOutcome {
  readonly status: 'ok' | 'changed' | 'failed' | 'unknown';
  /** Why nothing changed, what changed, what failed, or why it cannot be known. */
  readonly message: string;
  readonly hint?: string;
  readonly result: ResultData;
  readonly diff: readonly Diff[];
  /** Result keys that cannot be known before apply. */
  readonly unknownResult: readonly string[];
  readonly code?: 'module-failed' | 'did-not-converge';
  /** What the step is to come to, as a keyed digest. */
  readonly desired?: string | undefined;
  /** The change was told and not made, because the guard does not let it. */
  readonly withheld?: boolean;
}

/** What a module would do, and what that rests on. */
export interface Planned {
  readonly call: ModuleCall;
  /** With what `prepare` added. */
  readonly args: Args;
  readonly decision: Decision;
  readonly asked: readonly Seen[];
  /** Every answer was known. */
  readonly certain: boolean;
  /** What the guard says, where there is one. */
  readonly verdict?: Verdict | undefined;
}

/** What came of a change that was applied together with others. */
export type Applied =
  | { readonly output: CommandResult }
  /** It did not work out: to be made by itself; `before` goes ahead of it. */
  | { readonly output?: undefined; readonly before: Sh | undefined };

/** Prepares, observes and decides. Rejects with RolecallError when the host cannot be asked. */
export async function planModule(call: ModuleCall): Promise<Planned> {
  return planPrepared(call, await prepareModule(call));
}

/** The arguments with what the module finds out on the controller. */
export async function prepareModule({
  module,
  args,
  session,
  controller,
}: ModuleCall): Promise<Args> {
  if (!module.prepares) return args;
  return session.timed('decide', () => preparedArguments(module, args, controller));
}

/** The same, with nothing measured. */
export async function preparedArguments(
  module: Module,
  args: Args,
  controller: () => Controller,
): Promise<Args> {
  if (!module.prepares) return args;
  const more = (await module.prepare(args, controller())) as Args;
  return Object.isFrozen(args) ? literalWith(args, more) : { ...args, ...more };
}

/** Literal arguments with what was found last: mostly the same on each host, and then the same object. */
const prepared = new WeakMap<Args, Args>();

function literalWith(args: Args, more: Args): Args {
  const last = prepared.get(args);
  const keys = Object.keys(more);
  if (
    last &&
    Object.keys(last).length === new Set([...Object.keys(args), ...keys]).size &&
    keys.every((key) => last[key] === more[key])
  ) {
    return last;
  }
  const all = Object.freeze({ ...args, ...more });
  prepared.set(args, all);
  return all;
}

/** Observes and decides, and asks the guard. */
export async function planPrepared(call: ModuleCall, args: Args): Promise<Planned> {
  const looked = await look(call, args, 'observe');
  const verdict = call.guard?.decided({
    ...{ args: declaredArgs(call.module, args), seen: looked.asked, ...looked },
  });
  return { call, args, ...looked, verdict };
}

/** Without what hosts said of themselves: it differs from run to run. */
function declaredArgs({ reportedArgs }: Module, args: Args): Args {
  if (reportedArgs.length === 0) return args;
  return Object.fromEntries(Object.entries(args).filter(([name]) => !reportedArgs.includes(name)));
}

/**
 * Does what is planned and, outside check mode, verifies it. Rejects with RolecallError when the host cannot
 * be asked; a module's own failure is an outcome.
 */
export async function finishModule(planned: Planned, applied?: Applied): Promise<ModuleOutcome> {
  const outcome = await finishDecision(planned, applied);
  const desired = planned.verdict?.desired;
  return desired === undefined ? outcome : { ...outcome, desired };
}

async function finishDecision(
  planned: Planned,
  applied: Applied | undefined,
): Promise<ModuleOutcome> {
  const { call, decision } = planned;
  switch (decision.kind) {
    case 'unchanged':
      return { ...blank, status: 'ok', message: decision.reason, result: decision.result ?? {} };
    case 'failed':
      return failure(decision.message, decision.result ?? {}, decision.hint);
    case 'unknown':
      return {
        ...blank,
        status: 'unknown',
        message: decision.reason,
        result: decision.result ?? {},
      };
    case 'query':
      return query(call, decision);
    case 'change':
      if (call.checkMode) return predictChange(call, decision);
      if (planned.verdict?.may === 'predict') {
        return { ...predictChange(call, decision), withheld: true };
      }
      if (!applied) return applyChange(planned, decision, await call.beforeChange());
      if (!applied.output) return applyAlone(planned, applied.before);
      return concluded(planned, decision, [applied.output]);
  }
}

const blank = { result: {}, diff: [], unknownResult: [] } as const;

type Look = Pick<Planned, 'decision' | 'asked' | 'certain'>;

async function look(call: ModuleCall, args: Args, phase: 'observe' | 'verify'): Promise<Look> {
  const { module, session, become } = call;
  const asking = { deadlineMs: call.deadlineMs, real: !call.checkMode, ours: call.ours, phase };
  const first = observationsOf(module, args);
  const answers =
    session.answerNow(first, become, asking) ?? (await session.answer(first, become, asking));
  const asked = answered(first, answers);
  const unknown = firstUnknown(answers);
  if (unknown) {
    return { decision: undecided(module, args, answers, unknown.reason), asked, certain: false };
  }
  const deciding = phase === 'verify' ? phase : 'decide';
  if (!module.refines) {
    const decision = session.timed(deciding, () => module.decide(args, answers));
    return { decision, asked, certain: isWhole(decision, session) };
  }
  const second = module.refine(args, answers);
  const more =
    session.answerNow(second, become, asking) ?? (await session.answer(second, become, asking));
  asked.push(...answered(second, more));
  const all = { ...answers, ...more };
  const stillUnknown = firstUnknown(more);
  if (stillUnknown) {
    return { decision: undecided(module, args, all, stillUnknown.reason), asked, certain: false };
  }
  const decision = session.timed(deciding, () => module.decide(args, all));
  return { decision, asked, certain: isWhole(decision, session) };
}

/** Packages that come behind others: what those already bring along is not asked anew. */
function isWhole(decision: Decision, { knowledge }: HostSession): boolean {
  if (decision.kind !== 'change') return true;
  const isBehindOthers = decision.mayBring !== undefined && knowledge.packagesPredicted;
  return decision.outline !== true && !isBehindOthers;
}

function answered(observations: Observations, answers: Answers): Seen[] {
  return Object.entries(observations).map(([name, observation]) => ({
    observation,
    state: answers[name],
  }));
}

/** What a module asks first; with arguments that are the same on every host (and frozen) it is asked once. */
export function observationsOf(module: Module, args: Args): Observations {
  if (!Object.isFrozen(args)) return module.observe(args);
  let known = observed.get(args);
  if (!known) {
    known = module.observe(args);
    observed.set(args, known);
  }
  return known;
}

const observed = new WeakMap<Args, Observations>();

function undecided(module: Module, args: Args, answers: Answers, reason: string): Decision {
  return module.decideUnknown?.(args, answers) ?? { kind: 'unknown', reason };
}

function predictChange(call: ModuleCall, change: Change): ModuleOutcome {
  if (call.dryRun) {
    call.session.knowledge.predict([...change.predicts, ...call.brings], change.mayBring);
  }
  return {
    status: change.countsAsChange === false ? 'ok' : 'changed',
    message: change.summary,
    result: change.result ?? {},
    diff: change.diff,
    unknownResult: change.unknownResult ?? [],
  };
}

async function applyChange(
  planned: Planned,
  change: Change,
  before: Sh | undefined,
): Promise<ModuleOutcome> {
  const asked = planned.asked.map(({ observation }) => observation);
  if (!change.verify) await planned.call.guard?.acting();
  const outputs = await runSteps(planned.call, change.apply, { before, change, asked });
  return concluded(planned, change, outputs);
}

/** Behind a step of several that failed: it may have done its part of it all the same. */
async function applyAlone(planned: Planned, before: Sh | undefined): Promise<ModuleOutcome> {
  const again = await planPrepared(planned.call, planned.args);
  if (again.decision.kind === 'unchanged') {
    return verified(doneBy(planned.decision as Change), again.decision);
  }
  if (again.decision.kind !== 'change' || again.verdict?.may === 'predict') {
    return finishModule(again);
  }
  return applyChange(again, again.decision, before);
}

async function concluded(
  { call, args }: Planned,
  change: Change,
  outputs: readonly CommandResult[],
): Promise<ModuleOutcome> {
  const { session } = call;
  if (change.disconnects) await session.disconnect();
  const judged = judge(change, outputs);
  if (judged.failed !== undefined) {
    // A status that tells has told the session already.
    if (outputs.every(({ status }) => status === 0)) session.knowledge.touch('everything');
    return { ...failure(judged.failed, { ...change.result, ...judged.result }), diff: change.diff };
  }
  await change.finish?.(outputs);
  const done = doneBy(change, judged);
  if (!change.verify) return done;
  const again = await look(call, args, 'verify');
  return verified(done, again.decision);
}

function doneBy(change: Change, judged: Completion = { result: {} }): ModuleOutcome {
  return {
    status: judged.changed === false ? 'ok' : 'changed',
    message: change.summary,
    result: { ...change.result, ...judged.result },
    diff: change.diff,
    unknownResult: [],
  };
}

function verified(done: ModuleOutcome, again: Decision): ModuleOutcome {
  if (again.kind === 'unchanged') return { ...done, result: { ...again.result, ...done.result } };
  const left =
    again.kind === 'change' ? again.summary : again.kind === 'failed' ? again.message : again.kind;
  return {
    status: 'failed',
    code: 'did-not-converge',
    message: `applied, but looking again shows: ${left}`,
    result: done.result,
    diff: again.kind === 'change' ? again.diff : [],
    unknownResult: [],
  };
}

async function query(call: ModuleCall, decision: Query): Promise<ModuleOutcome> {
  if (
    call.checkMode &&
    decision.dependsOnEarlierChanges &&
    call.session.knowledge.changesPredicted
  ) {
    return {
      ...blank,
      status: 'unknown',
      message: 'the answer depends on what earlier tasks would change',
    };
  }
  const forMs = Math.min(decision.repeat?.forMs ?? 0, call.deadlineMs ?? Number.POSITIVE_INFINITY);
  const limit = performance.now() + forMs;
  for (;;) {
    const outputs = await runSteps(call, decision.steps, { keepGoing: true });
    const { result, failed, again } = decision.complete(outputs);
    const left = limit - performance.now();
    if (!again || !decision.repeat || left <= 0) {
      return failed === undefined
        ? {
            ...blank,
            status: 'ok',
            message: typeof result.msg === 'string' ? result.msg : 'read',
            result,
          }
        : failure(failed, result);
    }
    await sleep(Math.min(decision.repeat.everyMs, left), undefined, { signal: call.signal });
  }
}

function failure(message: string, result: ResultData, hint?: string): ModuleOutcome {
  return { ...blank, status: 'failed', code: 'module-failed', message, hint, result };
}
