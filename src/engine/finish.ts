import { RolecallError } from '../errors.ts';
import type { HostResult } from '../events.ts';
import type { Task } from '../playbook/play.ts';
import type { Mapping, Value } from '../values.ts';
import { censorWith } from './censor.ts';
import type { Handler } from './handlers.ts';
import type { HostRun } from './host-run.ts';
import type { Inherited } from './inherit.ts';
import { type Outcome, registeredValue } from './outcome.ts';
import type { PlayContext } from './play-context.ts';
import { isTrue } from './target.ts';
import type { TaskEnd } from './task-call.ts';
import { titleOf } from './title.ts';

export interface Finished {
  readonly task: Task;
  readonly host: HostRun;
  readonly inherited: Inherited;
  readonly end: TaskEnd;
  readonly handler: Handler | undefined;
  /** Hosts that share the result of a run_once task. */
  readonly followers: readonly HostRun[];
  readonly title: string;
}

/** What the end of a task does to the run: variables, notified handlers, states, counts, the report. */
export function finishTask(play: PlayContext, finished: Finished): void {
  const { task, host, end, followers } = finished;
  for (const each of [host, ...followers]) keep(each, task, end);
  if (end.facts.size > 0) keepFacts(play, finished);
  if (['add_host', 'group_by'].includes(task.action.module) && end.registered instanceof Map) {
    play.state.variables.inventoryChanged();
  }
  const shown = notifyOrFail(play, finished);
  const { status, ignored } = shown;
  host.count(status === 'changed' && end.withheld ? 'ok' : status, ignored === true);
  if (!ignored) changeState(finished, shown);
  if (end.endsHost && host.state === 'active') host.state = 'ended';
  play.report({
    type: 'host-task-finished',
    host: host.name,
    id: task.id,
    task: finished.title,
    module: task.action.module,
    role: task.role?.name,
    handler: finished.handler !== undefined,
    outcome: shown,
  });
}

/** Ends a task on a host with an outcome that no module made: an include, a condition of meta. */
export function settle(play: PlayContext, host: HostRun, task: Task, outcome: Outcome): void {
  const censor = censorWith(play.state.context.services.redactor);
  host.count(outcome.status, false);
  if (outcome.status === 'failed') {
    const title = titleOf(task, undefined);
    host.failure = {
      task: describeTask(task, title),
      result: registeredValue(outcome),
      id: task.id,
      title,
      counted: true,
    };
    host.state = 'failed';
  }
  play.report({
    type: 'host-task-finished',
    host: host.name,
    id: task.id,
    task: titleOf(task, undefined),
    module: task.action.module,
    role: task.role?.name,
    handler: false,
    outcome: {
      status: outcome.status,
      message: censor.message(outcome.message, outcome.result),
      result: censor.result(outcome.result),
      diff: [],
      problem: censor.problem(outcome.problem),
      durationMs: 0,
      predicted: play.state.context.options.checkMode,
    },
  });
}

function keep(host: HostRun, task: Task, end: TaskEnd): void {
  if (!task.register) return;
  host.registered.set(task.register, end.registered);
  host.version++;
}

/** Facts that a module returns are facts; set_fact's are variables above them. */
function keepFacts(play: PlayContext, { task, host, inherited, end, followers }: Finished): void {
  const delegate = end.shown.delegatedTo;
  const { delegateFacts } = inherited.keywords;
  const toDelegate = delegate !== undefined && delegateFacts !== undefined && isTrue(delegateFacts);
  const owners = toDelegate ? [play.state.host(delegate)] : [host, ...followers];
  for (const owner of owners) {
    const into: Mapping = task.action.module === 'set_fact' ? owner.registered : owner.facts;
    for (const [name, value] of end.facts) into.set(name, value);
    owner.version++;
  }
}

/** A notification that finds no handler fails the task. */
function notifyOrFail(play: PlayContext, finished: Finished): HostResult {
  const { task, host, inherited, end, title } = finished;
  if (end.status !== 'changed') return end.shown;
  const notify = [...inherited.notify, ...asList(task.notify)];
  if (notify.length === 0) return end.shown;
  try {
    for (const scope of end.changedIn) {
      for (const { id, name } of play.handlers.notified(notify, task, scope)) {
        host.notified.set(id, name);
      }
    }
    return end.shown;
  } catch (error) {
    if (!(error instanceof RolecallError)) throw error;
    const problem = { ...error.problems[0]!, host: host.name, task: title };
    return { ...end.shown, status: 'failed', message: error.message, problem };
  }
}

function changeState({ host, task, end, followers, title }: Finished, shown: HostResult): void {
  const lost = shown.problem?.code === 'connection-lost' || shown.status === 'unreachable';
  if (shown.status !== 'failed' && !lost) return;
  for (const each of [host, ...followers]) {
    each.state = lost ? 'unreachable' : 'failed';
    each.failure = {
      task: describeTask(task, title),
      result: end.registered,
      id: task.id,
      title,
      counted: each === host,
    };
  }
}

function describeTask(task: Task, title: string): Value {
  const prefix = task.role ? `${task.role.name} : ` : '';
  return new Map<Value, Value>([
    ['name', task.name === undefined ? '' : title.slice(prefix.length)],
    ['action', task.action.module],
    ['args', task.action.args],
  ]);
}

function asList(value: Value): Value[] {
  return Array.isArray(value) ? value : [value];
}
