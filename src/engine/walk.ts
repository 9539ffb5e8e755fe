import type { Block, Node, Task } from '../playbook/play.ts';
import type { HostRun, HostState } from './host-run.ts';
import { descend, type Inherited } from './inherit.ts';

/** What runs a task on hosts; it sets the state of hosts that fail or become unreachable. */
export interface TaskRunner {
  run(task: Task, hosts: readonly HostRun[], inherited: Inherited): Promise<void>;
  /** Says that failures of these hosts were taken care of. */
  rescued(hosts: readonly HostRun[]): void;
}

/**
 * Runs nodes in order on a set of hosts; each task ends on all of them before the next begins.
 * The strategy `free` is the same walk with one host each.
 */
export async function walk(
  nodes: readonly Node[],
  hosts: readonly HostRun[],
  inherited: Inherited,
  runner: TaskRunner,
): Promise<void> {
  for (const node of nodes) {
    const active = hosts.filter((host) => host.state === 'active');
    if (active.length === 0) return;
    if (node.kind === 'task') await runner.run(node, active, inherited);
    else await walkBlock(node, active, inherited, runner);
  }
}

/** block, then rescue on the hosts that failed in it, then always on all that can be reached. */
async function walkBlock(
  block: Block,
  hosts: readonly HostRun[],
  outer: Inherited,
  runner: TaskRunner,
): Promise<void> {
  const inherited = descend(outer, block, block.notify);
  await walk(block.block, hosts, inherited, runner);
  const failed = hosts.filter((host) => host.state === 'failed');
  if (block.rescue.length > 0 && failed.length > 0) {
    await rescue(block, failed, inherited, runner);
  }
  if (block.always.length > 0) await always(block, hosts, inherited, runner);
}

async function rescue(
  block: Block,
  failed: readonly HostRun[],
  inherited: Inherited,
  runner: TaskRunner,
): Promise<void> {
  for (const host of failed) {
    host.state = 'active';
    if (!host.failure) continue;
    host.registered.set('ansible_failed_task', host.failure.task);
    host.registered.set('ansible_failed_result', host.failure.result);
  }
  await walk(block.rescue, failed, inherited, runner);
  const saved = failed.filter((host) => host.state === 'active' || host.state === 'ended');
  for (const host of saved) host.failure = undefined;
  runner.rescued(saved);
}

async function always(
  block: Block,
  hosts: readonly HostRun[],
  inherited: Inherited,
  runner: TaskRunner,
): Promise<void> {
  const before = new Map<HostRun, HostState>(hosts.map((host) => [host, host.state]));
  const reachable = hosts.filter((host) => host.state === 'active' || host.state === 'failed');
  for (const host of reachable) host.state = 'active';
  await walk(block.always, reachable, inherited, runner);
  for (const host of reachable) {
    if (before.get(host) === 'failed' && host.state === 'active') host.state = 'failed';
  }
}
