import type { RunEventOf, TaskTime } from '../events.ts';

/** Keeps, of each task, the host on which it took longest. */
export class SlowestTasks {
  readonly #tasks = new Map<string, TaskTime>();

  add({ id, task, role, host, outcome }: RunEventOf<'host-task-finished'>): void {
    const { durationMs } = outcome;
    const known = this.#tasks.get(id);
    const hosts = (known?.hosts ?? 0) + 1;
    const slowest = known && known.durationMs >= durationMs ? known : { host, durationMs };
    this.#tasks.set(id, { task, id, role, ...slowest, hosts });
  }

  /** The slowest ones, the slowest first. */
  list(): TaskTime[] {
    return [...this.#tasks.values()].sort((a, b) => b.durationMs - a.durationMs).slice(0, most);
  }
}

const most = 10;
