import type { Observation } from '../observe/observation.ts';
import type { Task } from '../playbook/play.ts';
import type { Sh } from '../shell/sh.ts';
import type { Value } from '../values.ts';
import type { Handler } from './handlers.ts';
import type { HostRun } from './host-run.ts';
import { userKey } from './host-session.ts';
import type { Inherited } from './inherit.ts';
import { markScript, type OwedMark, owedMark, owedObservation, unmarkScript } from './owed.ts';
import type { PlayRun } from './play-run.ts';
import type { TaskScope } from './task-scope.ts';

/** The handlers that hosts are owed from runs that ended between a change and its handler. */
export class OwedHandlers {
  readonly #play: PlayRun;

  constructor(play: PlayRun) {
    this.#play = play;
  }

  /** Notifies the handlers of this play that the hosts are still owed. */
  adopt(hosts: readonly HostRun[]): void {
    for (const host of hosts) {
      const keys = this.#recorded(host);
      for (const handler of this.#play.handlers.list) {
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
    const own = this.#play.becomeOfTask(host, task, inherited, scope);
    const become = this.#play.becomeOfPlay(host);
    if (userKey(own) === userKey(become) && inherited.keywords.delegateTo === undefined)
      return script;
    await this.#session(host).run({ script, become });
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
    const session = this.#session(host);
    if (done.length === 0 || !session.connected) return;
    for (const key of done) host.owedMarks.delete(key);
    await session
      .run({
        script: unmarkScript(done),
        become: this.#play.becomeOfPlay(host),
        deadlineMs: 10_000,
      })
      .catch(() => undefined);
  }

  #recorded(host: HostRun): readonly string[] {
    const { knowledge } = this.#session(host);
    const become = userKey(this.#play.becomeOfPlay(host));
    const observation: Observation<unknown> = owedObservation;
    if (knowledge.missing([observation], become).length > 0) return [];
    return knowledge.state(observation, become) as readonly string[];
  }

  #mark({ name }: Handler): OwedMark {
    return owedMark(this.#play.play.name ?? this.#play.play.file.split('/').at(-1)!, name);
  }

  #session(host: HostRun) {
    return this.#play.state.session(host.name, this.#play.inherited.keywords);
  }
}
