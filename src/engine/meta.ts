import { RolecallError } from '../errors.ts';
import type { Task } from '../playbook/play.ts';
import { metaAction } from './actions/includes.ts';
import { evaluateArguments } from './arguments.ts';
import type { HostRun } from './host-run.ts';
import { descend, type Inherited } from './inherit.ts';
import { failed, type Outcome } from './outcome.ts';
import type { PlayContext } from './play-context.ts';
import { decideConditions } from './task-item.ts';

/** meta tasks: on the hosts whose conditions hold. */
export async function meta(
  play: PlayContext,
  task: Task,
  hosts: readonly HostRun[],
  outer: Inherited,
): Promise<void> {
  const inherited = descend(outer, task);
  const chosen = hosts.filter((host) => holds(play, task, host, inherited));
  if (chosen.length === 0) return;
  try {
    await perform(play, task, chosen, inherited);
  } catch (error) {
    if (!(error instanceof RolecallError) || error.code === 'interrupted') throw error;
    for (const host of chosen.filter(({ state }) => state === 'active'))
      play.settle(host, task, failureOf(error));
  }
}

async function perform(
  play: PlayContext,
  task: Task,
  chosen: readonly HostRun[],
  inherited: Inherited,
): Promise<void> {
  const scope = play.scope(chosen[0]!, task, inherited);
  const { args } = evaluateArguments(metaAction, task, inherited, scope);
  switch (args.action) {
    case 'flush_handlers':
      return play.flushHandlers(chosen);
    case 'end_play':
      for (const host of play.hosts) end(host);
      return play.end();
    case 'end_batch':
      for (const host of play.hosts) end(host);
      return;
    case 'end_host':
      for (const host of chosen) end(host);
      return;
    case 'clear_facts':
      for (const host of chosen) {
        host.facts.clear();
        host.version++;
      }
      return;
    case 'clear_host_errors':
      for (const host of play.hosts) if (host.state === 'failed') host.state = 'active';
      return;
    case 'reset_connection':
      await Promise.all(
        chosen.map((host) =>
          play.reach(host, task, inherited, play.scope(host, task, inherited)).session.disconnect(),
        ),
      );
      return;
    case 'noop':
      return;
    default:
      throw new RolecallError({
        code: 'unsupported',
        message: `meta: ${String(args.action)} is not supported`,
        at: task.action.at,
      });
  }
}

function holds(play: PlayContext, task: Task, host: HostRun, inherited: Inherited): boolean {
  try {
    const decided = decideConditions(inherited.when, play.scope(host, task, inherited));
    return decided === undefined;
  } catch (error) {
    if (!(error instanceof RolecallError)) throw error;
    play.settle(host, task, failureOf(error));
    return false;
  }
}

function failureOf(error: RolecallError): Outcome {
  return { ...failed(error.message, { code: error.code }), problem: error.problems[0]! };
}

function end(host: HostRun): void {
  if (host.state === 'active') host.state = 'ended';
}
