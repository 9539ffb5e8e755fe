import { RolecallError } from '../errors.ts';
import type { HostResult, Status } from '../events.ts';
import type { Controller, Module } from '../modules/contract.ts';
import type { Task } from '../playbook/play.ts';
import type { Sh } from '../shell/sh.ts';
import { type Mapping, Unknown, type Value } from '../values.ts';
import type { EngineAction } from './actions/action.ts';
import { type Censor, censorWith } from './censor.ts';
import type { RunContext } from './context.ts';
import type { HostRun } from './host-run.ts';
import type { HostSession } from './host-session.ts';
import { descend, type Inherited, type Keywords } from './inherit.ts';
import { type Pass, passesOf } from './loops.ts';
import { hidingArguments } from './no-log.ts';
import { type Outcome, ok, registeredValue, skipped, unknown } from './outcome.ts';
import type { Place } from './search.ts';
import { becomeOf, isTrue } from './target.ts';
import { decideConditions, type ItemCall, isConnectionTrouble, runItem } from './task-item.ts';
import type { TaskScope } from './task-scope.ts';

/** A task on one host, all that the engine knows about it. */
export interface TaskCall {
  readonly task: Task;
  readonly outer: Inherited;
  readonly host: HostRun;
  readonly scope: TaskScope;
  readonly callee: Module | EngineAction;
  readonly context: RunContext;
  readonly handler: boolean;
  readonly title: string;
  controller(scope: TaskScope): Controller;
  readonly place: Place;
  readVars(file: string): Mapping;
  /** The session for a host under the task's connection keywords. */
  sessionOf(host: string, keywords: Keywords): HostSession;
  beforeChange(scope: TaskScope): Promise<Sh | undefined>;
  readonly timeoutMs: number | undefined;
}

/** What the engine does with the end of a task on a host. */
export interface TaskEnd {
  readonly status: Status;
  readonly ignored: boolean;
  readonly registered: Value;
  readonly facts: Mapping;
  /** Scopes in which notify is evaluated: one for each item that changed. */
  readonly changedIn: readonly TaskScope[];
  readonly shown: HostResult;
  readonly endsHost: boolean;
}

/** Runs a task on a host: its loop, delegation, become, and what is reported and registered of it. */
export async function runTask(call: TaskCall): Promise<TaskEnd> {
  const started = performance.now();
  const inherited = descend(call.outer, call.task);
  const noLog = flag(inherited.keywords.noLog, call.scope, call);
  const { redactor } = call.context.services;
  const censor = censorWith(
    noLog ? hidingArguments(call.task, call.scope, redactor) : redactor,
    noLog,
  );
  const finish = (outcomes: readonly Ended[], looped: boolean) =>
    endOf(call, inherited, outcomes, looped, censor, noLog, performance.now() - started);
  try {
    const passes = loopPasses(call, inherited);
    if (passes instanceof Unknown) {
      return finish(
        [{ outcome: unknown(`the loop is not known yet: ${passes.reason}`), scope: call.scope }],
        false,
      );
    }
    if (!Array.isArray(passes))
      return finish([{ outcome: passes as Outcome, scope: call.scope }], false);
    if (!call.task.loop) return finish([await one(call, inherited, call.scope)], false);
    return finish(await loop(call, inherited, passes, censor, noLog), true);
  } catch (error) {
    if (!(error instanceof RolecallError)) throw error;
    return finish([{ outcome: failureOf(error, call), scope: call.scope }], false);
  }
}

interface Ended {
  readonly outcome: Outcome & { readonly lost?: boolean };
  readonly scope: TaskScope;
  readonly label?: string;
  readonly item?: Value;
}

/** The passes of the loop, one empty pass without a loop, or the outcome that the loop itself decides. */
function loopPasses(call: TaskCall, inherited: Inherited): readonly Pass[] | Unknown | Outcome {
  const { loop: spec } = call.task;
  if (!spec) return [];
  try {
    return passesOf(spec, call.scope);
  } catch (error) {
    if (!(error instanceof RolecallError) || error.code !== 'undefined-variable') throw error;
    if (conditionIsFalse(call, inherited)) return skipped('its condition is false');
    throw error;
  }
}

function conditionIsFalse(call: TaskCall, inherited: Inherited): boolean {
  try {
    const decided = decideConditions(inherited.when, call.scope);
    return decided !== undefined && !(decided instanceof Unknown);
  } catch {
    return false;
  }
}

async function loop(
  call: TaskCall,
  inherited: Inherited,
  passes: readonly Pass[],
  censor: Censor,
  noLog: boolean,
): Promise<Ended[]> {
  const { task, host, context } = call;
  const ended: Ended[] = [];
  for (const pass of passes) {
    const started = performance.now();
    const scope = call.scope.withValues(pass.vars);
    const label = labelOf(task, scope, pass);
    const result = { ...(await one(call, inherited, scope)), label, item: pass.item };
    ended.push(result);
    const shown = shownOf(call, result.outcome, censor, noLog, performance.now() - started);
    context.services.report({
      type: 'host-task-item',
      host: host.name,
      id: task.id,
      task: call.title,
      outcome: { ...shown, item: censor.text(noLog ? '(hidden)' : label) },
    });
    if (result.outcome.lost) break;
    const breaks = task.loop!.breakWhen;
    if (breaks.length > 0 && breaksAfter(call, scope, result.outcome)) break;
  }
  return ended;
}

function breaksAfter(call: TaskCall, scope: TaskScope, outcome: Outcome): boolean {
  const { register, loop: spec } = call.task;
  const vars: Mapping = register ? new Map([[register, registeredValue(outcome)]]) : new Map();
  return decideConditions(spec!.breakWhen, scope.withValues(vars)) === undefined;
}

function labelOf(task: Task, scope: TaskScope, pass: Pass): string {
  const label = task.loop!.label;
  const value = label === undefined ? pass.item : scope.evaluate(label, task.loop!.at);
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

async function one(call: TaskCall, inherited: Inherited, scope: TaskScope): Promise<Ended> {
  try {
    return { outcome: await runItem(itemCall(call, inherited, scope)), scope };
  } catch (error) {
    return { outcome: failureOf(onPurpose(error, call), call), scope };
  }
}

/** A defect ends the task on this host with its place, not the whole run. */
function onPurpose(error: unknown, { task }: TaskCall): RolecallError {
  if (error instanceof RolecallError) return error;
  if (error instanceof Error && error.name === 'AbortError') {
    return new RolecallError({
      code: 'interrupted',
      message: 'interrupted while waiting',
      at: task.at,
    });
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new RolecallError({ code: 'internal', message, at: task.at }, { cause: error });
}

function itemCall(call: TaskCall, inherited: Inherited, scope: TaskScope): ItemCall {
  const { task, host, context, callee } = call;
  const { keywords } = inherited;
  const delegate = delegateOf(call, inherited, scope);
  const session = call.sessionOf(delegate ?? host.name, keywords);
  const read = (name: string) => scope.get(name);
  const become = becomeOf(
    host.name,
    read,
    evaluated(keywords, scope, task),
    context.options.connection,
  );
  const checkMode =
    keywords.checkMode === undefined
      ? context.options.checkMode
      : flag(keywords.checkMode, scope, call);
  return {
    task,
    inherited,
    scope,
    host,
    session,
    callee,
    controller: call.controller(scope),
    place: call.place,
    readVars: (file) => call.readVars(file),
    become,
    checkMode: checkMode,
    deadlineMs: call.timeoutMs,
    context,
    title: call.title,
    beforeChange: () => call.beforeChange(scope),
    onRetry: (attempt, left, message) =>
      context.services.report({
        type: 'host-task-retry',
        host: host.name,
        id: task.id,
        task: call.title,
        attempt,
        left,
        message: context.services.redactor.redact(message),
      }),
  };
}

function delegateOf(call: TaskCall, inherited: Inherited, scope: TaskScope): string | undefined {
  const { delegateTo } = inherited.keywords;
  if (delegateTo === undefined) return undefined;
  const value = scope.evaluate(delegateTo, call.task.at);
  return value === null || value instanceof Unknown ? undefined : String(value);
}

/** The keywords of become, with their templates evaluated. */
function evaluated(
  keywords: Inherited['keywords'],
  scope: TaskScope,
  task: Task,
): Inherited['keywords'] {
  const names = ['become', 'becomeUser', 'becomeMethod', 'becomeFlags', 'becomeExe'] as const;
  const entries = names
    .filter((name) => keywords[name] !== undefined)
    .map((name) => [name, scope.evaluate(keywords[name]!, task.at)]);
  return { ...keywords, ...Object.fromEntries(entries) };
}

function flag(value: Value | undefined, scope: TaskScope, call: TaskCall): boolean {
  return value === undefined ? false : isTrue(scope.evaluate(value, call.task.at));
}

function failureOf(error: RolecallError, call: TaskCall): Outcome & { lost?: boolean } {
  const [problem] = error.problems;
  return {
    status: 'failed',
    message: error.message,
    code: error.code,
    problem: { ...problem!, host: call.host.name, task: call.title },
    result: new Map<Value, Value>([['msg', error.message]]),
    diff: [],
    lost: isConnectionTrouble(error),
  };
}

function endOf(
  call: TaskCall,
  inherited: Inherited,
  ended: readonly Ended[],
  looped: boolean,
  censor: Censor,
  noLog: boolean,
  durationMs: number,
): TaskEnd {
  const outcome = looped ? combine(ended) : ended[0]!.outcome;
  const lost = ended.some((end) => end.outcome.lost);
  const keyword = lost ? inherited.keywords.ignoreUnreachable : inherited.keywords.ignoreErrors;
  const ignored = outcome.status === 'failed' && flag(keyword, call.scope, call);
  const shown = shownOf(call, lost ? { ...outcome, lost } : outcome, censor, noLog, durationMs);
  const delegate = delegateOf(call, inherited, ended[0]?.scope ?? call.scope);
  return {
    status: shown.status,
    ignored,
    registered: looped
      ? loopValue(outcome, ended, call.task.loop!.loopVar)
      : registeredValue(outcome),
    facts: mergedFacts(ended),
    changedIn: ended.filter((end) => end.outcome.status === 'changed').map((end) => end.scope),
    shown: { ...shown, ignored, delegatedTo: delegate },
    endsHost: ended.some((end) => end.outcome.endsHost),
  };
}

/** The whole of a loop: failed if any item is, else unknown, changed, ok; skipped when all are. */
function combine(ended: readonly Ended[]): Outcome {
  if (ended.length === 0) return skipped('the loop has no items', new Map([['results', []]]));
  const by = (status: Outcome['status']) =>
    ended.filter(({ outcome }) => outcome.status === status);
  const first = by('failed')[0] ?? by('unknown')[0] ?? by('changed')[0] ?? by('ok')[0] ?? ended[0]!;
  const { status, code, hint, problem, message } = first.outcome;
  const many =
    ended.length > 1 && first.label !== undefined ? `${first.label}: ${message}` : message;
  if (status === 'changed') {
    return { ...ok(`${by('changed').length} of ${ended.length} items`), status: 'changed' };
  }
  return { status, code, hint, problem, message: many, result: new Map(), diff: [] };
}

function loopValue(outcome: Outcome, ended: readonly Ended[], loopVar: string): Value {
  const results = ended.map(({ outcome: each, item }) => {
    const value = registeredValue(each);
    if (!(value instanceof Map)) return value;
    return new Map<Value, Value>([
      ...value,
      [loopVar, item ?? null],
      ['ansible_loop_var', loopVar],
    ]);
  });
  const flags = {
    changed: ended.some(({ outcome: each }) => each.status === 'changed'),
    failed: outcome.status === 'failed',
    skipped: outcome.status === 'skipped',
  };
  const changedFlag: Value =
    !flags.changed && outcome.status === 'unknown' ? new Unknown(outcome.message) : flags.changed;
  const value: Mapping = new Map<Value, Value>([
    ['results', results],
    ['changed', changedFlag],
    ['failed', flags.failed],
    ['msg', flags.failed ? 'One or more items failed' : 'All items completed'],
  ]);
  if (flags.skipped) value.set('skipped', true);
  return value;
}

function mergedFacts(ended: readonly Ended[]): Mapping {
  return new Map(ended.flatMap(({ outcome }) => [...(outcome.facts ?? [])]));
}

function shownOf(
  call: TaskCall,
  outcome: Outcome & { readonly lost?: boolean },
  censor: Censor,
  noLog: boolean,
  durationMs: number,
): HostResult {
  const status = statusOf(outcome);
  const problem = outcome.problem ?? problemOf(outcome, call);
  return {
    status,
    message: censor.text(outcome.message),
    result: censor.result(outcome.result),
    diff: censor.diff(outcome.diff),
    problem:
      status === 'failed' || status === 'unreachable' || outcome.lost
        ? censor.problem(problem)
        : undefined,
    noLog,
    durationMs,
    predicted: call.context.options.checkMode,
  };
}

function statusOf(outcome: Outcome & { readonly lost?: boolean }): Status {
  if (!outcome.lost) return outcome.status;
  if (outcome.code === 'connection-lost') return 'unknown';
  return outcome.code === 'host-locked' || outcome.code === 'interrupted'
    ? 'failed'
    : 'unreachable';
}

function problemOf(outcome: Outcome, call: TaskCall): HostResult['problem'] {
  if (outcome.status !== 'failed') return undefined;
  return {
    code: outcome.code ?? 'module-failed',
    message: outcome.message,
    at: call.task.at,
    hint: outcome.hint,
    host: call.host.name,
    task: call.title,
  };
}
