import { type Problem, RolecallError } from '../../errors.ts';
import type { Task } from '../../playbook/play.ts';
import type { TaskContext } from '../../roles/role.ts';
import type { HandlerReference, RoleNode, RoleTask } from '../../roles/task.ts';
import { type Plain, toPlain } from '../../values.ts';
import type { HostRun } from '../host-run.ts';
import { descend, type Inherited } from '../inherit.ts';
import { failed, unknown } from '../outcome.ts';
import type { PlayContext } from '../play-context.ts';
import { conditionOutcome } from '../task-item.ts';
import { walk } from '../walk.ts';
import { placementProblems } from './check-fleet.ts';
import { type HostNodes, mergeHandlers, mergeNodes, type Surroundings } from './expand.ts';
import type { Placement, RoleFleet } from './fleet.ts';
import { parametersOf } from './parameters.ts';
import { loadUsedRole, type RoleUse } from './uses.ts';

/** Runs a typed role: makes its tasks for each host and runs them, each on all hosts that have it. */
export async function runTypedRole(
  play: PlayContext,
  task: Task,
  hosts: readonly HostRun[],
  outer: Inherited,
): Promise<void> {
  const inherited = descend(outer, task);
  let use: RoleUse;
  try {
    use = { task, inherited, ...(await loadUsedRole(task, play.state.context.services)) };
  } catch (error) {
    if (!(error instanceof RolecallError)) throw error;
    for (const host of hosts) fail(play, host, task, error.problems);
    return;
  }
  const tasks: HostNodes<readonly RoleNode[]>[] = [];
  const handlers: HostNodes<Readonly<Record<string, RoleTask>>>[] = [];
  const running: HostRun[] = [];
  for (const host of hosts) {
    const made = nodesOf(play, host, use);
    if (!made) continue;
    tasks.push({ host: host.name, nodes: made.tasks });
    handlers.push({ host: host.name, nodes: made.handlers });
    running.push(host);
  }
  if (running.length === 0) return;
  const surroundings: Surroundings = {
    task,
    topic: (handler) => `${task.id} ${use.role.name}: ${handler}`,
  };
  const handlerTasks = mergeHandlers(handlers, surroundings);
  const nodes = mergeNodes(tasks, surroundings);
  const known = new Set(play.handlers.list);
  play.handlers.add(handlerTasks, outer);
  play.adoptOwed(
    running,
    play.handlers.list.filter((handler) => !known.has(handler)),
  );
  await play.state.loadModules([...nodes, ...handlerTasks], []);
  await play.lookAhead(running, nodes, outer);
  await walk(nodes, running, outer, play);
}

interface Made {
  readonly tasks: readonly RoleNode[];
  readonly handlers: Readonly<Record<string, RoleTask>>;
}

/** Undefined when the role does not run on the host, which has been told then. */
function nodesOf(play: PlayContext, host: HostRun, use: RoleUse): Made | undefined {
  const { task, inherited } = use;
  try {
    const scope = play.scope(host, task, inherited);
    const decided = conditionOutcome(inherited.when, scope);
    if (decided) {
      play.settle(host, task, decided);
      return undefined;
    }
    const placement = placementOf(play, host, use);
    if (!placement) return undefined;
    return make(placement, play.state.fleet, factsOf(host));
  } catch (error) {
    const problems = error instanceof RolecallError ? error.problems : [defect(error, use)];
    fail(play, host, task, problems);
    return undefined;
  }
}

function placementOf(play: PlayContext, host: HostRun, use: RoleUse): Placement | undefined {
  const { fleet, context } = play.state;
  const { task, inherited, role, entryPoint } = use;
  const parameters = parametersOf(role, entryPoint, task, play.scope(host, task, inherited));
  switch (parameters.kind) {
    case 'unknown':
      play.settle(host, task, unknown(`its parameters are not known yet: ${parameters.reason}`));
      return undefined;
    case 'open':
      throw parameters.error;
    case 'wrong':
      throw new RolecallError(parameters.problems as [Problem, ...Problem[]]);
    case 'known': {
      for (const secret of parameters.secrets) context.services.redactor.add(secret);
      const { params, given } = parameters;
      const placement: Placement = {
        ...{ use, host: fleet.host(host.name), params, given },
        fromSite: false,
      };
      const isJudged = fleet.placements.some(
        (one) => one.use.task === task && one.host === placement.host,
      );
      if (isJudged) return placement;
      fleet.assign(host.name, role.name);
      fleet.place(placement);
      const [first, ...others] = placementProblems(placement, fleet);
      if (first) throw new RolecallError([first, ...others]);
      return placement;
    }
  }
}

function make(
  placement: Placement,
  fleet: RoleFleet,
  facts: { readonly [name: string]: Plain },
): Made {
  const { role, entryPoint } = placement.use;
  const context = fleet.contextOf(placement);
  const handlers = role.handlers(context);
  const references = Object.fromEntries(
    Object.keys(handlers).map((name): [string, HandlerReference] => [name, { handler: name }]),
  );
  const full: TaskContext<never, never> = { ...context, facts, handlers: references as never };
  return { handlers, tasks: entryPoint ? entryPoint.tasks(full) : role.tasks(full) };
}

function factsOf({ facts }: HostRun): { readonly [name: string]: Plain } {
  return Object.fromEntries(
    [...facts].flatMap(([name, value]) => {
      try {
        return [[String(name).replace(/^ansible_/, ''), toPlain(value)]];
      } catch (error) {
        if (error instanceof TypeError) return [];
        throw error;
      }
    }),
  );
}

function fail(play: PlayContext, host: HostRun, task: Task, problems: readonly Problem[]): void {
  const [first] = problems;
  const message = problems.map((problem) => problem.message).join('; ');
  play.settle(host, task, {
    ...failed(message, { code: first!.code, ...(first!.hint && { hint: first!.hint }) }),
    problem: { ...first!, host: host.name },
  });
}

/** A role that throws is a defect of the role: said with its place. */
function defect(error: unknown, { task }: RoleUse): Problem {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const [, file, line, column] = /(?:file:\/\/)?(\/[^\s:()]+\.ts):(\d+):(\d+)/.exec(stack) ?? [];
  return {
    code: 'role-invalid',
    message: `the role failed while it made its tasks: ${message}`,
    at: file ? { file, line: Number(line), column: Number(column) } : task.action.at,
  };
}
