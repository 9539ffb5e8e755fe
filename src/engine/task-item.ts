import { setTimeout as sleep } from 'node:timers/promises';
import type { Become } from '../connection/connection.ts';
import { RolecallError } from '../errors.ts';
import type { PlayEvent } from '../events.ts';
import type { Controller, Module } from '../modules/contract.ts';
import type { Prediction } from '../observe/observation.ts';
import type { Condition, Task } from '../playbook/play.ts';
import type { Sh } from '../shell/sh.ts';
import { type Mapping, Undefined, Unknown, type Value } from '../values.ts';
import type { EngineAction } from './actions/action.ts';
import { type EvaluatedArguments, evaluateArguments } from './arguments.ts';
import type { RunContext } from './context.ts';
import { environmentPreamble } from './environment.ts';
import type { StepGuard } from './guard.ts';
import type { HostRun } from './host-run.ts';
import type { HostSession } from './host-session.ts';
import type { Inherited } from './inherit.ts';
import type { Ahead } from './loop-stream.ts';
import { finishModule, type ModuleCall, planModule } from './module-run.ts';
import {
  failed,
  type Outcome,
  outcomeOfModule,
  registeredValue,
  skipped,
  unknown,
} from './outcome.ts';
import type { Place } from './search.ts';
import { isHarmless } from './task-keywords.ts';
import type { TaskScope } from './task-scope.ts';

/** A task on one host, for one item of its loop. */
export interface ItemCall {
  readonly task: Task;
  /** The task's own keywords are merged in. */
  readonly inherited: Inherited;
  readonly scope: TaskScope;
  readonly host: HostRun;
  /** Where it runs: the host's own session, or that of delegate_to. */
  readonly session: HostSession;
  readonly callee: Module | EngineAction;
  controller(): Controller;
  readonly place: Place;
  readVars(file: string): Mapping;
  readonly become: Become | undefined;
  readonly checkMode: boolean;
  readonly deadlineMs: number | undefined;
  readonly context: RunContext;
  report(event: PlayEvent): void;
  /** The task's name as shown. */
  readonly title: string;
  /** Recorded on the host before anything changes: the handlers that will be owed. */
  beforeChange(): Promise<Sh | undefined>;
  onRetry(attempt: number, left: number, outcome: Outcome): void;
  /** In a loop whose items may go to the host together. */
  readonly ahead?: Ahead | undefined;
  readonly guard: StepGuard | undefined;
}

/** Attempts, the module or action itself, changed_when and failed_when. */
export async function runItem(call: ItemCall): Promise<Outcome> {
  return call.task.until.length > 0 ? attempts(call) : attempt(call);
}

/** The outcome of a task whose conditions do not all hold; undefined when it is to run. */
export function conditionOutcome(
  conditions: readonly Condition[],
  scope: TaskScope,
): Outcome | undefined {
  const condition = decideConditions(conditions, scope);
  if (condition instanceof Unknown) {
    return unknown(`whether it runs is not known yet: ${condition.reason}`);
  }
  if (condition === undefined) return undefined;
  const result: Mapping = new Map<Value, Value>([
    ['skip_reason', 'Conditional result was False'],
    ['false_condition', condition.source],
  ]);
  return skipped(`${String(condition.source)} is false`, result);
}

/** The first condition that is false; undefined when all hold. A false one decides even behind an unknown. */
export function decideConditions(
  conditions: readonly Condition[],
  scope: TaskScope,
): Condition | Unknown | undefined {
  let open: Unknown | undefined;
  for (const condition of conditions) {
    if (open) {
      const later = holdsSafely(condition, scope);
      if (later === false) return condition;
      continue;
    }
    const holds = scope.condition(condition);
    if (holds instanceof Unknown) open = holds;
    else if (!holds) return condition;
  }
  return open;
}

/** Behind an unknown condition a later one may rest on it: its error says nothing yet. */
function holdsSafely(condition: Condition, scope: TaskScope): boolean | Unknown | undefined {
  try {
    return scope.condition(condition);
  } catch (error) {
    if (error instanceof RolecallError) return undefined;
    throw error;
  }
}

async function attempts(call: ItemCall): Promise<Outcome> {
  const { task, scope, context } = call;
  const retries = wholeNumber(scope.evaluate(task.retries ?? 3), 3);
  const delay = wholeNumber(scope.evaluate(task.delay ?? 5), 5);
  for (let number = 1; ; number++) {
    const outcome = await attempt(call);
    if (outcome.status === 'unknown' || outcome.status === 'skipped') return outcome;
    const done = decideConditions(task.until, withResult(call, outcome));
    const tries: Mapping = new Map([...outcome.result, ['attempts', number]]);
    if (done === undefined) return { ...outcome, result: tries };
    if (done instanceof Unknown) return { ...outcome, result: tries };
    const left = retries + 1 - number;
    if (left <= 0) {
      const message = `'${String(done.source)}' did not hold in ${number} attempts${outcome.status === 'failed' ? `: ${outcome.message}` : ''}`;
      return { ...failed(message, { result: tries }), diff: outcome.diff };
    }
    call.onRetry(number, left, outcome);
    await sleep(delay * 1000, undefined, { signal: context.options.signal });
  }
}

async function attempt(call: ItemCall): Promise<Outcome> {
  let outcome: Outcome;
  try {
    outcome = await perform(call);
  } catch (error) {
    if (!(error instanceof RolecallError) || isConnectionTrouble(error)) throw error;
    const [problem] = error.problems;
    outcome = {
      ...failed(error.message, { code: error.code, hint: problem!.hint }),
      problem: { ...problem!, host: call.host.name, task: call.title },
    };
  }
  return judge(call, outcome);
}

async function perform(call: ItemCall): Promise<Outcome> {
  const { callee, ahead } = call;
  if ('run' in callee) return act(call, callee);
  let planned = ahead?.planned;
  if (!planned) {
    const begun = beginModule(call, callee);
    if (begun instanceof Unknown) return unknown(begun.reason);
    planned = await planModule(begun);
  }
  const applied = planned.decision.kind === 'change' ? await ahead?.apply(planned) : undefined;
  const outcome = await finishModule(planned, applied);
  warn(outcome.result.warnings, call);
  return outcomeOfModule(outcome, call.title);
}

async function act(call: ItemCall, action: EngineAction): Promise<Outcome> {
  const { args, values, unknown: open } = argumentsOf(call);
  if (open && !action.open && action.name !== 'debug') return unknown(open.reason);
  const { host, checkMode, become, deadlineMs, task, scope } = call;
  const { session, place, readVars } = call;
  return withinDeadline(call, (context) =>
    action.run({
      ...{ args, values, host, session, scope, task, context, checkMode, become, deadlineMs },
      ...{ place, readVars },
    }),
  );
}

/** Evaluates the arguments of a module; Unknown where one of them is. */
export function beginModule(call: ItemCall, module: Module): ModuleCall | Unknown {
  const { task, inherited, scope } = call;
  const { args, unknown: open } = argumentsOf(call);
  if (open) return new Unknown(`an argument is not known yet: ${open.reason}`);
  for (const name of module.secretArgs) hide(args[name], call.context);
  return {
    module,
    args,
    controller: () => call.controller(),
    session: call.session,
    become: call.become,
    checkMode: call.checkMode,
    preamble: environmentPreamble(inherited.environment, scope),
    dryRun: call.context.options.checkMode,
    beforeChange: () => call.beforeChange(),
    deadlineMs: call.deadlineMs,
    signal: call.context.options.signal,
    ours: task.ours ?? false,
    brings: (task.brings ?? []) as readonly Prediction[],
    guard: call.guard,
    harmless: isHarmless(task),
  };
}

function argumentsOf({ session, callee, task, inherited, scope }: ItemCall): EvaluatedArguments {
  return session.timed('decide', () => evaluateArguments(callee, task, inherited, scope));
}

/** What a module wants said beside its result, under Ansible's key. */
function warn(warnings: unknown, { context, host, title, report }: ItemCall): void {
  if (!Array.isArray(warnings)) return;
  const { redactor } = context.services;
  for (const text of warnings) {
    report({ type: 'warning', host: host.name, message: redactor.redact(`${title}: ${text}`) });
  }
}

/** Gives an action that waits a signal that ends with the task's deadline, too. */
async function withinDeadline(
  { context, deadlineMs, task }: ItemCall,
  run: (context: RunContext) => Promise<Outcome> | Outcome,
): Promise<Outcome> {
  if (deadlineMs === undefined) return run(context);
  const limit = AbortSignal.timeout(deadlineMs);
  const signal = AbortSignal.any([context.options.signal, limit]);
  try {
    return await run({ ...context, options: { ...context.options, signal } });
  } catch (error) {
    if (!limit.aborted || context.options.signal.aborted) throw error;
    throw new RolecallError({
      code: 'deadline-exceeded',
      message: `not done within its timeout of ${deadlineMs / 1000} s`,
      at: task.at,
    });
  }
}

function hide(value: unknown, context: RunContext): void {
  if (typeof value === 'string') context.services.redactor.add(value);
  else if (Array.isArray(value)) for (const item of value) hide(item, context);
}

/** The task's own idea of changed and failed. */
function judge(call: ItemCall, outcome: Outcome): Outcome {
  if (outcome.status === 'skipped' || outcome.status === 'unknown') return outcome;
  const { task } = call;
  let judged = outcome;
  if (task.failedWhen) {
    const fails = holds(task.failedWhen, withResult(call, judged));
    if (fails instanceof Unknown) return judged;
    if (fails) {
      const rule = task.failedWhen.map(({ source }) => source).join(' and ');
      judged = {
        ...judged,
        status: 'failed',
        code: judged.code ?? 'task-failed',
        message: judged.status === 'failed' ? judged.message : `failed_when holds: ${rule}`,
        result: new Map([...judged.result, ['failed_when_result', true]]),
      };
    } else if (judged.status === 'failed') {
      judged = {
        ...judged,
        status: 'ok',
        result: new Map([...judged.result, ['failed_when_result', false]]),
      };
    }
  }
  if (judged.status === 'failed' || !task.changedWhen) return judged;
  const changes = holds(task.changedWhen, withResult(call, judged));
  if (changes instanceof Unknown) {
    return {
      ...judged,
      status: 'unknown',
      message: `whether it changes anything: ${changes.reason}`,
    };
  }
  return { ...judged, status: changes ? 'changed' : 'ok' };
}

function holds(conditions: readonly Condition[], scope: TaskScope): boolean | Unknown {
  const decided = decideConditions(conditions, scope);
  return decided instanceof Unknown ? decided : decided === undefined;
}

/** changed_when and friends see the result under its registered name and its keys as variables. */
function withResult(call: ItemCall, outcome: Outcome): TaskScope {
  const value = registeredValue(outcome);
  const vars: Mapping = new Map();
  if (call.task.register) vars.set(call.task.register, value);
  return call.scope.withValues(vars);
}

/** Trouble of the connection ends the host, not the task alone. */
export function isConnectionTrouble(error: RolecallError): boolean {
  return connectionCodes.has(error.code);
}

const connectionCodes: ReadonlySet<string> = new Set([
  'unreachable',
  'connection-lost',
  'host-key-unknown',
  'host-key-changed',
  'authentication-failed',
  'host-locked',
  'interrupted',
]);

function wholeNumber(value: Value, otherwise: number): number {
  if (value instanceof Undefined || value instanceof Unknown || value === null) return otherwise;
  const number = Number(value);
  return Number.isFinite(number) && number >= 0 ? Math.floor(number) : otherwise;
}
