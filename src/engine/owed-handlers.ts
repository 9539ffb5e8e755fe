import { RolecallError } from '../errors.ts';
import type { Task } from '../playbook/play.ts';
import type { Sh } from '../shell/sh.ts';
import type { Value } from '../values.ts';
import type { Handler } from './handlers.ts';
import type { HostRun } from './host-run.ts';
import type { Inherited } from './inherit.ts';
import { markScript, type OwedMark, owedMark, owedObservation, unmarkScript } from './owed.ts';
import type { PlayContext } from './play-context.ts';
import { KeywordUnknown } from './task-keywords.ts';
import type { TaskScope } from './task-scope.ts';
import { userKey } from './user-key.ts';

/** The handlers that hosts are owed from runs that ended between a change and its handler. */
export class OwedHandlers {
  readonly #play: PlayContext;

  constructor(play: PlayContext) {
    this.#play = play;
  }

  /** Notifies the handlers, all of this play by default, that the hosts are still owed. */
  adopt(hosts: readonly HostRun[], handlers: readonly Handler[] = this.#play.handlers.list): void {
    for (const host of hosts) {
      const keys = this.#recorded(host);
      for (const handler of handlers) {
        const { key } = this.#mark(handler);
        if (!keys.includes(key)) continue;
        host.notified.set(handler.id, handler.name);
        host.owedMarks.add(key);
        this.#play.report({
          type: 'message',
          host: host.name,
          text: `handler '${handler.name}' is still owed from an earlier run`,
          verbosity: 0,
        });
      }
    }
  }

  /** What records, ahead of a change, the handlers that it would notify; undefined when there are none. */
  async before(
    host: HostRun,
    task: Task,
    inherited: Inherited,
    scope: TaskScope,
  ): Promise<Sh | undefined> {
    const notify: Value[] = [
      ...inherited.notify,
      ...(Array.isArray(task.notify) ? task.notify : [task.notify]),
    ];
    if (notify.length === 0) return undefined;
    const marks = this.#play.handlers
      .notified(notify, task, scope)
      .map((handler) => this.#mark(handler))
      .filter(({ key }) => !host.owedMarks.has(key));
    if (marks.length === 0) return undefined;
    for (const { key } of marks) host.owedMarks.add(key);
    const script = markScript(marks);
    const own = this.#play.reach(host, task, inherited, scope);
    const { session, become } = this.#play.reachOfPlay(host);
    const sameShell = own.session === session && userKey(own.become) === userKey(become);
    if (sameShell && inherited.keywords.delegateTo === undefined) return script;
    await session.run({ script, become });
    return undefined;
  }

  /** Drops the records of handlers that ran, or that nothing notified after all. */
  async settle(hosts: readonly HostRun[]): Promise<void> {
    if (this.#play.state.context.options.checkMode) return;
    await Promise.all(hosts.map((host) => this.#settleHost(host)));
  }

  async #settleHost(host: HostRun): Promise<void> {
    const open = this.#play.handlers.list
      .filter(({ id }) => host.notified.has(id) || host.unfinished.has(id))
      .map((handler) => this.#mark(handler).key);
    const done = [...host.owedMarks].filter((key) => !open.includes(key));
    if (done.length === 0) return;
    const { session, become } = this.#play.reachOfPlay(host);
    if (!session.connected) return;
    for (const key of done) host.owedMarks.delete(key);
    await session
      .run({ script: unmarkScript(done), become, deadlineMs: 10_000 })
      .catch(() => undefined);
  }

  #recorded(host: HostRun): readonly string[] {
    try {
      const { session, become } = this.#play.reachOfPlay(host);
      return (session.known(owedObservation, become) ?? []) as readonly string[];
    } catch (error) {
      // How to reach the host cannot be told: its first task says so.
      if (error instanceof RolecallError || error instanceof KeywordUnknown) return [];
      throw error;
    }
  }

  #mark({ name }: Handler): OwedMark {
    return owedMark(this.#play.play.name ?? this.#play.play.file.split('/').at(-1)!, name);
  }
}
