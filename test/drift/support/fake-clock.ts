import type { Clock } from '../../../src/drift/clock.ts';

/** A clock that stands still while work is done and passes with sleep alone. */
export class FakeClock implements Clock {
  #now: number;
  readonly #events: { readonly at: number; readonly happen: (clock: FakeClock) => void }[] = [];

  constructor(now: string | number) {
    this.#now = new Date(now).getTime();
  }

  now(): number {
    return this.#now;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.#now += ms;
    for (const event of this.#events.filter(({ at }) => at <= this.#now)) {
      this.#events.splice(this.#events.indexOf(event), 1);
      event.happen(this);
    }
  }

  /** Time that passes without sleep: a suspended machine, a long check, a clock that is set. */
  jump(ms: number): void {
    this.#now += ms;
  }

  /** Something that happens when the clock shows this time. */
  when(at: string | number, happen: (clock: FakeClock) => void): void {
    this.#events.push({ at: new Date(at).getTime(), happen });
  }
}
