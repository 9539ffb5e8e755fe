import { RolecallError } from '../errors.ts';
import type { IncludedTasks } from '../playbook/include.ts';
import type { Task } from '../playbook/play.ts';
import { asFinal, type Mapping, Unknown, type Value } from '../values.ts';
import { includeRole, includeTasks } from './actions/includes.ts';
import { evaluateArguments } from './arguments.ts';
import type { HostRun } from './host-run.ts';
import { descend, type Inherited, insideInclude } from './inherit.ts';
import { failed, type Outcome, ok, skipped, unknown } from './outcome.ts';
import type { PlayContext } from './play-context.ts';
import { decideConditions } from './task-item.ts';
import { flagOf, KeywordUnknown } from './task-keywords.ts';
import { loopPasses } from './task-loop.ts';
import type { TaskScope } from './task-scope.ts';
import { titleOf } from './title.ts';
import { walk } from './walk.ts';

/** Hosts that include the same thing with the same variables run it together. */
interface Group {
  readonly what: string;
  readonly hosts: HostRun[];
  readonly params: Mapping | undefined;
  readonly args: Mapping;
  readonly apply: Mapping | undefined;
}

/** include_tasks and include_role: evaluated per host, then run on the hosts that agree, in order. */
export async function include(
  play: PlayContext,
  task: Task,
  hosts: readonly HostRun[],
  outer: Inherited,
  handler: boolean,
): Promise<void> {
  const inherited = descend(outer, task);
  const title = titleOf(task, undefined);
  play.report({
    type: 'task-started',
    task: title,
    id: task.id,
    module: task.action.module,
    role: task.role?.name,
    handler,
    hosts: hosts.map(({ name }) => name),
  });
  const groups = new Map<string, Group>();
  const included = new Set<HostRun>();
  const chosen = runsOnce(play, task, hosts[0]!, inherited) ? hosts.slice(0, 1) : hosts;
  for (const host of chosen) collect(play, task, host, inherited, groups);
  const loads = [...groups.values()].map((group) => ({
    group,
    loaded: attempt(play, task, group, outer, handler),
  }));
  for (const { group, loaded } of loads) {
    if (!loaded) continue;
    play.report({ type: 'included', what: group.what, hosts: group.hosts.map(({ name }) => name) });
    for (const host of group.hosts) {
      if (!included.has(host)) play.settle(host, task, ok('included'));
      included.add(host);
    }
  }
  play.report({ type: 'task-finished', id: task.id, task: title });
  for (const { group, loaded } of loads) {
    if (!loaded) continue;
    const inside = insideInclude(outer, mergedParams(task, group.params), loaded.stack);
    await play.state.loadModules([loaded.block], []);
    await play.lookAhead(group.hosts, [loaded.block], inside);
    await walk([loaded.block], group.hosts, inside, play);
  }
}

function runsOnce(play: PlayContext, task: Task, first: HostRun, inherited: Inherited): boolean {
  const { runOnce } = inherited.keywords;
  if (runOnce === undefined) return false;
  try {
    return flagOf('run_once', runOnce, play.scope(first, task, inherited), task.at);
  } catch (error) {
    if (!(error instanceof RolecallError || error instanceof KeywordUnknown)) throw error;
    return false;
  }
}

function collect(
  play: PlayContext,
  task: Task,
  host: HostRun,
  inherited: Inherited,
  groups: Map<string, Group>,
): void {
  const scope = play.scope(host, task, inherited);
  try {
    flagOf('run_once', inherited.keywords.runOnce, scope, task.at);
    const passes = task.loop ? loopPasses(task, inherited, scope) : [undefined];
    if (passes instanceof Unknown) {
      play.settle(host, task, unknown(passes.reason));
      return;
    }
    let ran = 0;
    for (const [index, pass] of (passes ?? []).entries()) {
      const inner = pass ? scope.withValues(pass.vars) : scope;
      const condition = decideConditions(inherited.when, inner);
      if (condition instanceof Unknown) {
        play.settle(host, task, unknown(condition.reason));
        return;
      }
      if (condition !== undefined) continue;
      ran++;
      place(task, host, inner, pass?.vars, index, inherited, groups);
    }
    if (ran === 0) play.settle(host, task, skipped('its condition is false'));
  } catch (error) {
    if (error instanceof KeywordUnknown) {
      play.settle(host, task, unknown(error.reason));
      return;
    }
    if (!(error instanceof RolecallError)) throw error;
    play.settle(host, task, problemOutcome(error, host));
  }
}

function place(
  task: Task,
  host: HostRun,
  scope: TaskScope,
  params: Mapping | undefined,
  index: number,
  inherited: Inherited,
  groups: Map<string, Group>,
): void {
  const action = task.action.module === 'include_role' ? includeRole : includeTasks;
  const { args, values, unknown: open } = evaluateArguments(action, task, inherited, scope);
  if (open)
    throw new RolecallError({
      code: 'template-failed',
      message: `what it includes is not known yet: ${open.reason}`,
      at: task.action.at,
    });
  const what = String(args.file ?? args.name);
  const key = JSON.stringify([index, show(values), params ? show(params) : null]);
  const group = groups.get(key);
  if (group) group.hosts.push(host);
  else {
    const apply = values.get('apply');
    groups.set(key, {
      what,
      hosts: [host],
      params,
      args: values,
      apply: apply instanceof Map ? apply : undefined,
    });
  }
}

function attempt(
  play: PlayContext,
  task: Task,
  group: Group,
  outer: Inherited,
  handler: boolean,
): IncludedTasks | undefined {
  try {
    return load(play, task, group, outer, handler);
  } catch (error) {
    if (!(error instanceof RolecallError)) throw error;
    for (const host of group.hosts) play.settle(host, task, problemOutcome(error, host));
    return undefined;
  }
}

function load(
  play: PlayContext,
  task: Task,
  group: Group,
  { stack }: Inherited,
  handlers: boolean,
): IncludedTasks {
  const { loader } = play.state;
  const place = { task, playFolder: play.play.folder, handlers, stack };
  if (task.action.module === 'include_tasks') return loader.tasks(group.what, place, group.apply);
  const role = loader.role(group.args, place);
  play.handlers.add(role.handlers, play.inherited);
  if (role.publicScopes.length > 0) play.addPublicRoles(role.publicScopes);
  return role;
}

/** `vars:` of the include and the loop's variables are its parameters. */
function mergedParams(task: Task, params: Mapping | undefined): Mapping | undefined {
  if (!task.vars && !params) return undefined;
  const items = [...(params ?? [])].map(([name, value]): [Value, Value] => [name, asFinal(value)]);
  return new Map<Value, Value>([...(task.vars ?? []), ...items]);
}

function problemOutcome(error: RolecallError, host: HostRun): Outcome {
  return {
    ...failed(error.message, { code: error.code }),
    problem: { ...error.problems[0]!, host: host.name },
  };
}

function show(value: Value): unknown {
  if (value instanceof Map) return [...value].map(([key, item]) => [show(key), show(item)]);
  if (typeof value === 'bigint') return `${value}n`;
  return Array.isArray(value) ? value.map(show) : value;
}
