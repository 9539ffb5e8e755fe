import { RolecallError } from '../errors.ts';
import type { Handler } from './handlers.ts';
import type { HostRun } from './host-run.ts';
import type { PlayContext } from './play-context.ts';

/**
 * Runs the handlers that were notified on hosts that are active, in their order, until none is left.
 * Throws when they notify each other without end.
 */
export async function flushHandlers(play: PlayContext, hosts: readonly HostRun[]): Promise<void> {
  const limit = 10 * (play.handlers.list.length + 1);
  for (let round = 0; ; round++) {
    const pending = play.handlers.list.filter(({ id }) =>
      hosts.some((host) => host.state === 'active' && host.notified.has(id)),
    );
    if (pending.length === 0) return;
    if (round > limit) {
      throw new RolecallError({
        code: 'task-failed',
        message: `handlers notify each other without end: ${pending.map(({ task }) => task.name).join(' → ')}`,
        at: pending[0]!.task.at,
      });
    }
    for (const handler of pending) await runHandler(play, handler, hosts);
  }
}

/** force_handlers: what was notified runs on hosts that failed, too; a handler that fails keeps none from it. */
export async function forceHandlers(play: PlayContext, failed: readonly HostRun[]): Promise<void> {
  let left = failed;
  while (left.length > 0) {
    for (const host of left) host.state = 'active';
    await flushHandlers(play, left);
    left = left.filter(({ state, notified }) => state === 'failed' && notified.size > 0);
  }
  for (const host of failed) if (host.state === 'active') host.state = 'failed';
}

async function runHandler(
  play: PlayContext,
  handler: Handler,
  hosts: readonly HostRun[],
): Promise<void> {
  const on = hosts.filter((host) => host.state === 'active' && host.notified.has(handler.id));
  if (on.length === 0) return;
  for (const { notified, unfinished } of on) {
    notified.delete(handler.id);
    unfinished.delete(handler.id);
  }
  await play.run(handler.task, on, handler.inherited, handler);
  for (const { state, unfinished } of on)
    if (state !== 'active') unfinished.set(handler.id, handler.name);
}
