import { RolecallError } from '../errors.ts';
import { timed } from '../timings/timer.ts';
import { type Mapping, Unknown, type Value } from '../values.ts';
import { type Censor, censorWith } from './censor.ts';
import { descend, type Inherited } from './inherit.ts';
import { type Ahead, LoopStream } from './loop-stream.ts';
import type { Pass } from './loops.ts';
import { hidingArguments } from './no-log.ts';
import { type Outcome, skipped, unknown } from './outcome.ts';
import type { Ended, TaskCall, TaskEnd } from './task-call.ts';
import { beginModule, conditionOutcome, type ItemCall, runItem } from './task-item.ts';
import { deadlineOf, flagOf, KeywordUnknown, keywordValue } from './task-keywords.ts';
import { endValue, loopPasses, loopValue, runLoop, wholeOf } from './task-loop.ts';
import { failureOf, shownOf } from './task-result.ts';
import type { TaskScope } from './task-scope.ts';

/** Runs a task on a host: its loop, delegation, become, and what is reported and registered of it. */
export async function runTask(call: TaskCall): Promise<TaskEnd> {
  const started = performance.now();
  const inherited = descend(call.outer, call.task);
  const censor = censorOf(call, inherited);
  const ends = await endsOf(call, inherited, censor);
  return endOf(call, inherited, ends, censor, performance.now() - started);
}

/** Ends of the passes of a loop, or the one end of a task that has none or did not get that far. */
type Ends = { readonly passes: readonly Ended[] } | { readonly only: Ended };

/** A `no_log` that cannot be evaluated hides, too. */
function censorOf(call: TaskCall, inherited: Inherited): Censor {
  const { redactor } = call.context.services;
  let noLog = true;
  try {
    noLog = flagOf('no_log', inherited.keywords.noLog, call.scope, call.task.at);
  } catch (error) {
    if (!(error instanceof RolecallError || error instanceof KeywordUnknown)) throw error;
  }
  if (!noLog) return censorWith(redactor);
  const hiding = hidingArguments(call.task, redactor);
  if (!call.task.loop) hiding.learn(call.scope);
  return censorWith(redactor, hiding);
}

async function endsOf(call: TaskCall, inherited: Inherited, censor: Censor): Promise<Ends> {
  const only = (outcome: Outcome): Ends => ({
    only: { outcome, scope: call.scope, predicted: call.context.options.checkMode },
  });
  try {
    if (!call.task.loop) return { only: await one(call, inherited, call.scope, censor) };
    const passes = loopPasses(call.task, inherited, call.scope);
    if (passes === undefined) return only(skipped('its condition is false'));
    if (passes instanceof Unknown) {
      return only(unknown(`the loop is not known yet: ${passes.reason}`));
    }
    const stream = streamOf(call, inherited, passes, censor);
    const ended = await runLoop(call, passes, censor, (scope, position) =>
      one(call, inherited, scope, censor, { position, ahead: stream?.at(position) }),
    );
    return { passes: ended };
  } catch (error) {
    return only(outcomeOf(error, call));
  }
}

/** The changes of a loop as one stream, where no item has to wait for the one ahead of it. */
function streamOf(
  call: TaskCall,
  inherited: Inherited,
  passes: readonly Pass[],
  censor: Censor,
): LoopStream | undefined {
  const { task, callee } = call;
  const { pause, breakWhen } = task.loop!;
  const waits = pause !== undefined || breakWhen.length > 0 || task.until.length > 0;
  if (waits || 'run' in callee || inherited.keywords.delegateTo !== undefined) return undefined;
  return new LoopStream(passes.length, (position) => {
    const scope = call.scope.withValues(passes[position]!.vars);
    if (conditionOutcome(inherited.when, scope)) return 'skipped';
    const begun = beginModule(
      itemCall(call, inherited, scope, undefined, censor, position),
      callee,
    );
    return begun instanceof Unknown ? 'unknown' : begun;
  });
}

/** A pass of a loop. */
interface Turn {
  readonly position: number;
  readonly ahead: Ahead | undefined;
}

async function one(
  call: TaskCall,
  inherited: Inherited,
  scope: TaskScope,
  censor: Censor,
  turn?: Turn,
): Promise<Ended> {
  let predicted = call.context.options.checkMode;
  let delegate: string | undefined;
  try {
    const decided = timed(call.context.services.timer, 'decide', call.host.name, () =>
      conditionOutcome(inherited.when, scope),
    );
    if (decided) return { outcome: decided, scope, predicted };
    delegate = delegateOf(call, inherited, scope);
    const item = {
      ...itemCall(call, inherited, scope, delegate, censor, turn?.position),
      ahead: turn?.ahead,
    };
    predicted = item.checkMode;
    const outcome = await runItem(item);
    return { outcome, scope, predicted: predicted || outcome.withheld === true, delegate };
  } catch (error) {
    return { outcome: outcomeOf(error, call), scope, predicted, delegate };
  }
}

/** A defect ends the task on this host with its place, not the whole run. */
function outcomeOf(error: unknown, call: TaskCall): Ended['outcome'] {
  if (error instanceof KeywordUnknown) return unknown(error.reason);
  if (error instanceof RolecallError) return failureOf(error, call);
  const { at } = call.task;
  if (error instanceof Error && error.name === 'AbortError') {
    const message = 'interrupted while waiting';
    return failureOf(new RolecallError({ code: 'interrupted', message, at }), call);
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return failureOf(new RolecallError({ code: 'internal', message, at }, { cause: error }), call);
}

function itemCall(
  call: TaskCall,
  inherited: Inherited,
  scope: TaskScope,
  delegate: string | undefined,
  censor: Censor,
  position: number | undefined,
): ItemCall {
  const { task, host, context, callee } = call;
  const { keywords } = inherited;
  // Read for the whole task already; what is wrong with them fails it here, under its name.
  flagOf('no_log', keywords.noLog, scope, task.at);
  flagOf('run_once', keywords.runOnce, scope, task.at);
  keywordValue('throttle', keywords.throttle, scope, task.at);
  return {
    task,
    inherited,
    scope,
    host,
    ...call.reach(delegate, scope),
    callee,
    controller: () => call.controller(scope),
    place: call.place,
    readVars: (file) => call.readVars(file),
    checkMode:
      keywords.checkMode === undefined
        ? context.options.checkMode
        : flagOf('check_mode', keywords.checkMode, scope, task.at),
    deadlineMs: deadlineOf(task, inherited, scope),
    context,
    report: (event) => call.report(event),
    title: call.title,
    guard: call.guard(position),
    beforeChange: () => call.beforeChange(scope),
    onRetry: (attempt, left, outcome) =>
      call.report({
        type: 'host-task-retry',
        host: host.name,
        id: task.id,
        task: call.title,
        attempt,
        left,
        message: censor.message(outcome.message, outcome.result),
      }),
  };
}

function delegateOf(call: TaskCall, inherited: Inherited, scope: TaskScope): string | undefined {
  const value = keywordValue('delegate_to', inherited.keywords.delegateTo, scope, call.task.at);
  return value === undefined || value === null ? undefined : String(value);
}

function endOf(
  call: TaskCall,
  inherited: Inherited,
  ends: Ends,
  censor: Censor,
  durationMs: number,
): TaskEnd {
  const ended = 'only' in ends ? [ends.only] : ends.passes;
  const whole = judged(call, inherited, 'only' in ends ? ends.only.outcome : wholeOf(ends.passes));
  const { outcome, ignored } = whole;
  const predicted = ended[0]?.predicted ?? call.context.options.checkMode;
  const shown = shownOf(call, { outcome, predicted }, censor, durationMs, {
    ignored,
    delegatedTo: ended.find(({ delegate }) => delegate)?.delegate,
  });
  const { loop } = call.task;
  let registered: Value | undefined;
  return {
    status: shown.status,
    ignored,
    get registered() {
      registered ??=
        'only' in ends ? endValue(outcome) : loopValue(outcome, ends.passes, loop!.loopVar);
      return registered;
    },
    facts: mergedFacts(ended),
    changedIn: ended
      .filter(({ outcome }) => outcome.status === 'changed' && !outcome.withheld)
      .map(({ scope }) => scope),
    shown,
    withheld: ended.some((end) => end.outcome.withheld === true),
    endsHost: ended.some((end) => end.outcome.endsHost),
  };
}

/** Whether a failure is ignored; one of the keyword that says so is a failure itself. */
function judged(
  call: TaskCall,
  { keywords }: Inherited,
  outcome: Ended['outcome'],
): { outcome: Ended['outcome']; ignored: boolean } {
  if (outcome.status !== 'failed') return { outcome, ignored: false };
  const { scope, task } = call;
  try {
    const ignored = outcome.lost
      ? flagOf('ignore_unreachable', keywords.ignoreUnreachable, scope, task.at)
      : flagOf('ignore_errors', keywords.ignoreErrors, scope, task.at);
    return { outcome, ignored };
  } catch (error) {
    if (error instanceof KeywordUnknown) return { outcome, ignored: false };
    return { outcome: { ...outcomeOf(error, call), lost: outcome.lost }, ignored: false };
  }
}

function mergedFacts(ended: readonly Ended[]): Mapping {
  return new Map(ended.flatMap(({ outcome }) => [...(outcome.facts ?? [])]));
}
