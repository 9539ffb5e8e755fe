import type { Step } from '../engine/guard.ts';
import type { RunEvent, RunEventOf } from '../events.ts';
import { type TaskIdentity, taskKey } from '../history/task-key.ts';

/** `HOST TASK#ORDINAL`: `task` is the hexadecimal key that the history has, `ordinal` tells what is alike apart. */
export function stepKey(host: string, task: string, ordinal: number): string {
  return `${host} ${task}#${ordinal}`;
}

/** The history's key of a task, as text. */
export function taskName(identity: TaskIdentity): string {
  return Buffer.from(taskKey(identity)).toString('hex');
}

/** Names tasks on hosts so that they are the same from run to run, as the history does. */
export class StepKeys {
  readonly #plays = new Map<number, string>();
  /** How many tasks of a name ended on a host. */
  readonly #ended = new Map<string, Map<string, number>>();

  /** To be told every event of the run, in order; the key of a task is asked before its end is told. */
  follow(event: RunEvent): void {
    if (event.type === 'play-started') this.#plays.set(event.play, event.name);
    if (event.type !== 'host-task-finished') return;
    const name = this.#name(event);
    const ended = this.#ended.get(event.host) ?? new Map<string, number>();
    this.#ended.set(event.host, ended.set(name, (ended.get(name) ?? 0) + 1));
  }

  of(step: NamedStep): string {
    const ended = this.#ended.get(step.host)?.get(this.#name(step)) ?? 0;
    return stepKey(step.host, this.#name(step), ended);
  }

  playName(play: number): string {
    return this.#plays.get(play) ?? '';
  }

  #name({ play, role, task, module, handler }: NamedStep): string {
    const identity = { play: this.playName(play), ...(role !== undefined && { role }) };
    return taskName({ ...identity, title: task, module, handler });
  }
}

export type NamedStep = Pick<
  Step | RunEventOf<'host-task-finished'>,
  'host' | 'play' | 'task' | 'module' | 'handler'
> & { readonly role?: string | undefined };
