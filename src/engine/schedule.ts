import type { PlayOrder } from '../playbook/needs.ts';

/** What is to be known of plays, each meant by its position, to run them as they need each other. */
export interface Schedule extends PlayOrder {
  /** None begins while another runs. */
  readonly oneAtATime: boolean;
  /** False once the run is to stop. */
  mayBegin(): boolean;
  /** The hosts of a play as of now; undefined while that cannot be told. `ready`: what it waits for is over. */
  hosts(play: number, ready: boolean): ReadonlySet<string> | undefined;
  /** Gives false when no other play may begin. */
  run(play: number): Promise<boolean>;
  /** Told of the play that gave false while others run and some have not begun. */
  left(ended: number): void;
}

/**
 * Runs plays, each as soon as what it waits for is over. Plays that share a host run one after the other,
 * in their order. When one gives false or throws, those that run end and no other begins; the first error
 * is passed on then. False when not all were to run.
 */
export async function runSchedule(schedule: Schedule): Promise<boolean> {
  const over = new Set<number>();
  const running = new Map<number, Promise<void>>();
  const errors: unknown[] = [];
  let goesOn = true;

  const begin = (play: number) => {
    const end = run(play).finally(() => {
      running.delete(play);
      over.add(play);
    });
    running.set(play, end);
  };
  const run = async (play: number) => {
    try {
      if (await schedule.run(play)) return;
      const rest = schedule.order.length - over.size - running.size;
      if (goesOn && running.size > 1 && rest > 0) schedule.left(play);
    } catch (error) {
      errors.push(error);
    }
    goesOn = false;
  };

  const waiting = new Hosts(schedule, over);
  for (;;) {
    for (const play of schedule.order) {
      if (!goesOn || !schedule.mayBegin()) break;
      if (!over.has(play) && !running.has(play) && waiting.mayBegin(play, running)) begin(play);
    }
    if (running.size === 0) break;
    await Promise.race(running.values());
  }
  if (errors.length > 0) throw errors[0];
  return goesOn;
}

/** Which plays are in each other's way. */
class Hosts {
  readonly #schedule: Schedule;
  readonly #over: ReadonlySet<number>;
  readonly #begun = new Map<number, ReadonlySet<string> | undefined>();

  constructor(schedule: Schedule, over: ReadonlySet<number>) {
    this.#schedule = schedule;
    this.#over = over;
  }

  /** Keeps the hosts of a play that may: it is to begin at once. */
  mayBegin(play: number, running: ReadonlyMap<number, unknown>): boolean {
    const { order, oneAtATime } = this.#schedule;
    if (!this.#ready(play) || (oneAtATime && running.size > 0)) return false;
    const ahead = order.slice(0, order.indexOf(play)).filter((other) => !this.#over.has(other));
    const hosts = this.#schedule.hosts(play, true);
    for (const other of new Set([...ahead, ...running.keys()]))
      if (!apart(hosts, this.#hostsOf(other))) return false;
    this.#begun.set(play, hosts);
    return true;
  }

  #hostsOf(play: number): ReadonlySet<string> | undefined {
    if (this.#begun.has(play)) return this.#begun.get(play);
    return this.#schedule.hosts(play, this.#ready(play));
  }

  #ready(play: number): boolean {
    return [...this.#schedule.waitsFor[play]!].every((other) => this.#over.has(other));
  }
}

/** Hosts that are not known may be any. */
function apart(a: ReadonlySet<string> | undefined, b: ReadonlySet<string> | undefined): boolean {
  return a !== undefined && b !== undefined && a.isDisjointFrom(b);
}
