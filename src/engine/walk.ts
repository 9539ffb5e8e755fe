import type { Block, Node, Task } from '../playbook/play.ts';
import type { Failure, HostRun, HostState } from './host-run.ts';
import { descend, type Inherited } from './inherit.ts';

/** What runs a task on hosts; it sets the state of hosts that fail or become unreachable. */
export interface TaskRunner {
  run(task: Task, hosts: readonly HostRun[], inherited: Inherited): Promise<void>;
  /** A rescue begins: the failure of the host counts as rescued. */
  rescuing(host: HostRun, failure: Failure): void;
  /** The rescue took care of the failure of the host. */
  rescued(host: HostRun, failure: Failure): void;
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
    if (node.kind === 'task') {
      const having = active.filter(({ name }) => node.perHost?.has(name) ?? true);
      if (having.length > 0) await runner.run(node, having, inherited);
    } else await walkBlock(node, active, inherited, runner);
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
  const rescuable = outer.rescuable || block.rescue.length > 0;
  await walk(block.block, hosts, { ...inherited, rescuable }, runner);
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
  const failures = new Map(failed.map((host) => [host, host.failure]));
  for (const [host, failure] of failures) {
    host.state = 'active';
    host.failure = undefined;
    if (!failure) continue;
    runner.rescuing(host, failure);
    host.registered.set('ansible_failed_task', failure.task);
    host.registered.set('ansible_failed_result', failure.result);
    host.version++;
  }
  await walk(block.rescue, failed, inherited, runner);
  for (const [host, failure] of failures) {
    const saved = host.state === 'active' || host.state === 'ended';
    if (saved && failure) runner.rescued(host, failure);
  }
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
