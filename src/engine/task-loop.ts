import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { RolecallError } from '../errors.ts';
import { type Mapping, Unknown, type Value } from '../values.ts';
import type { Censor } from './censor.ts';
import type { Inherited } from './inherit.ts';
import { type Pass, passesOf } from './loops.ts';
import { type Outcome, ok, registeredValue, skipped } from './outcome.ts';
import type { Ended, TaskCall } from './task-call.ts';
import { decideConditions } from './task-item.ts';
import { positiveNumber } from './task-keywords.ts';
import { shownOf, statusOf } from './task-result.ts';
import type { TaskScope } from './task-scope.ts';

/**
 * The passes of a task's loop, Unknown where they cannot be known yet; undefined where the loop cannot
 * be evaluated and a condition that is false without it says that it need not.
 */
export function loopPasses(
  task: TaskCall['task'],
  inherited: Inherited,
  scope: TaskScope,
): readonly Pass[] | Unknown | undefined {
  try {
    return passesOf(task.loop!, scope);
  } catch (error) {
    if (!(error instanceof RolecallError) || error.code !== 'undefined-variable') throw error;
    if (conditionIsFalse(inherited, scope)) return undefined;
    throw error;
  }
}

function conditionIsFalse(inherited: Inherited, scope: TaskScope): boolean {
  try {
    const decided = decideConditions(inherited.when, scope);
    return decided !== undefined && !(decided instanceof Unknown);
  } catch {
    return false;
  }
}

/** Runs the passes in order and tells each. */
export async function runLoop(
  call: TaskCall,
  passes: readonly Pass[],
  censor: Censor,
  one: (scope: TaskScope, position: number) => Promise<Ended>,
): Promise<Ended[]> {
  const { task, host, context } = call;
  const { breakWhen, pause } = task.loop!;
  const pauseMs = 1000 * (positiveNumber('loop_control.pause', pause, call.scope, task.at) ?? 0);
  const ended: Ended[] = [];
  for (const [index, pass] of passes.entries()) {
    if (index > 0 && pauseMs > 0)
      await sleep(pauseMs, undefined, { signal: context.options.signal });
    const started = performance.now();
    const scope = call.scope.withValues(pass.vars);
    censor.learn(scope, pass.item);
    const label = censor.noLog ? '(hidden)' : labelOf(call, scope, pass);
    const result: Ended = { ...(await one(scope, index)), label, item: pass.item };
    ended.push(result);
    call.report({
      type: 'host-task-item',
      host: host.name,
      id: task.id,
      task: call.title,
      outcome: shownOf(call, result, censor, performance.now() - started, {
        item: censor.text(label),
      }),
    });
    if (result.outcome.lost) break;
    if (breakWhen.length > 0 && breaksAfter(call, scope, result.outcome)) break;
  }
  return ended;
}

function breaksAfter(call: TaskCall, scope: TaskScope, outcome: Outcome): boolean {
  const { register, loop } = call.task;
  const vars: Mapping = register ? new Map([[register, registeredValue(outcome)]]) : new Map();
  return decideConditions(loop!.breakWhen, scope.withValues(vars)) === undefined;
}

function labelOf({ task }: TaskCall, scope: TaskScope, pass: Pass): string {
  const { label, at } = task.loop!;
  const value = label === undefined ? pass.item : scope.evaluate(label, at);
  return value instanceof Unknown ? '(unknown)' : textOf(value);
}

function textOf(value: Value): string {
  if (value instanceof Map || Array.isArray(value)) {
    return JSON.stringify(value, (_key, item) =>
      item instanceof Map ? Object.fromEntries(item) : item,
    );
  }
  return String(value);
}

/** The whole of a loop: failed if any item is, else unknown, changed, ok; skipped when all are. */
export function wholeOf(ended: readonly Ended[]): Ended['outcome'] {
  if (ended.length === 0) return skipped('No items in the list');
  const by = (status: Outcome['status']) =>
    ended.filter(({ outcome }) => outcome.status === status);
  const first = by('failed')[0] ?? by('unknown')[0] ?? by('changed')[0] ?? by('ok')[0] ?? ended[0]!;
  const { status, code, hint, problem, message } = first.outcome;
  const many =
    ended.length > 1 && first.label !== undefined ? `${first.label}: ${message}` : message;
  const desired = desiredOf(ended);
  if (status === 'changed') {
    const whole = ok(`${by('changed').length} of ${ended.length} items`);
    return { ...whole, status: 'changed', desired };
  }
  const lost = ended.some(({ outcome }) => outcome.lost);
  return { status, code, hint, problem, message: many, result: new Map(), diff: [], lost, desired };
}

/** What all passes of a loop are to come to. */
function desiredOf(ended: readonly Ended[]): string | undefined {
  const each = ended.map(({ outcome }) => outcome.desired);
  if (each.every((one) => one === undefined)) return undefined;
  return createHash('sha256').update(each.join(' ')).digest('hex').slice(0, 32);
}

/** What `register` keeps of a loop. */
export function loopValue(whole: Outcome, ended: readonly Ended[], loopVar: string): Value {
  const results = ended.map(({ outcome, item }) => {
    const value = endValue(outcome);
    if (!(value instanceof Map)) return value;
    return new Map<Value, Value>([
      ...value,
      [loopVar, item ?? null],
      ['ansible_loop_var', loopVar],
    ]);
  });
  const changed = ended.some(({ outcome }) => outcome.status === 'changed');
  const value: Mapping = new Map<Value, Value>([
    ['results', results],
    ['changed', !changed && whole.status === 'unknown' ? new Unknown(whole.message) : changed],
    ['failed', whole.status === 'failed'],
  ]);
  if (whole.status === 'skipped') value.set('skipped', true);
  if (ended.length === 0) value.set('skipped_reason', 'No items in the list');
  else value.set('msg', messageOf(whole));
  return value;
}

function messageOf({ status }: Outcome): string {
  if (status === 'failed') return 'One or more items failed';
  return status === 'skipped' ? 'All items skipped' : 'All items completed';
}

/** What `register` keeps of one end: an unreachable host has not failed, as Ansible has it. */
export function endValue(outcome: Ended['outcome']): Value {
  if (!outcome.lost || statusOf(outcome) === 'failed') return registeredValue(outcome);
  return new Map<Value, Value>([
    ['unreachable', true],
    ['changed', false],
    ['msg', outcome.message],
  ]);
}
