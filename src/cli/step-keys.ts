import type { Step } from '../engine/guard.ts';
import type { RunEvent, RunEventOf } from '../events.ts';
import { taskKey } from '../history/task-key.ts';

/** Names tasks on hosts so that they are the same from run to run, as the history does. */
export class StepKeys {
  readonly #plays = new Map<number, string>();
  /** How many tasks of a name ended on a host. */
  readonly #ended = new Map<string, number>();

  /** To be told every event of the run, in order; the key of a task is asked before its end is told. */
  follow(event: RunEvent): void {
    if (event.type === 'play-started') this.#plays.set(event.play, event.name);
    if (event.type !== 'host-task-finished') return;
    const name = this.#name(event);
    this.#ended.set(name, (this.#ended.get(name) ?? 0) + 1);
  }

  /** `HOST TASK#ORDINAL`. */
  of(step: NamedStep): string {
    const name = this.#name(step);
    return `${name}#${this.#ended.get(name) ?? 0}`;
  }

  playName(play: number): string {
    return this.#plays.get(play) ?? '';
  }

  #name({ host, play, role, task, module, handler }: NamedStep): string {
    const identity = { play: this.playName(play), ...(role !== undefined && { role }) };
    const key = taskKey({ ...identity, title: task, module, handler });
    return `${host} ${Buffer.from(key).toString('hex')}`;
  }
}

export type NamedStep = Pick<
  Step | RunEventOf<'host-task-finished'>,
  'host' | 'play' | 'task' | 'module' | 'handler'
> & { readonly role?: string | undefined };
