import { setTimeout as sleep } from 'node:timers/promises';

/** The host hung up before SSH began. `penalty`: it says that it will not listen for a while. */
export class DialDropped extends Error {
  readonly penalty: boolean;
  constructor(message: string, penalty: boolean) {
    super(message);
    this.penalty = penalty;
  }
}

export interface DialLimits {
  /** Dials under way at once, over all hosts. */
  readonly total: number;
  /** Dials under way at once to one address: sshd drops beyond MaxStartups. */
  readonly perAddress: number;
  /** How often a dropped dial is tried in all. */
  readonly attempts: number;
  /** Milliseconds before the second attempt; doubled for each further one. */
  readonly firstDelayMs: number;
  /** Milliseconds for which a host that gave a penalty is left alone. */
  readonly penaltyMs: number;
}

export const defaultLimits: DialLimits = {
  total: 64,
  perAddress: 4,
  attempts: 7,
  firstDelayMs: 250,
  penaltyMs: 15_000,
};

/** Bounds how many connections are opened at once, and repeats those that a busy sshd dropped. */
export class Dialer {
  readonly #limits: DialLimits;
  readonly #busy = new Map<string, number>();
  readonly #restUntil = new Map<string, number>();
  #total = 0;
  #waiting: { address: string; go: () => void }[] = [];

  constructor(limits: Partial<DialLimits> = {}) {
    this.#limits = { ...defaultLimits, ...limits };
  }

  /** Runs `dial` when there is room for its address; rejects with what its last attempt rejected with. */
  async dial<T>(address: string, signal: AbortSignal, dial: () => Promise<T>): Promise<T> {
    let attempt = 1;
    for (;;) {
      await this.#rest(address, signal);
      await this.#enter(address, signal);
      try {
        if (this.#resting(address) <= 0) return await dial();
      } catch (error) {
        if (!(error instanceof DialDropped) || attempt >= this.#limits.attempts) throw error;
        this.#delay(address, error, attempt);
        attempt += 1;
      } finally {
        this.#leave(address);
      }
    }
  }

  #delay(address: string, error: DialDropped, attempt: number): void {
    const { firstDelayMs, penaltyMs } = this.#limits;
    const wait = error.penalty
      ? penaltyMs * (1 + Math.random() / 3)
      : Math.min(8000, firstDelayMs * 2 ** (attempt - 1)) * (0.5 + Math.random());
    // Everybody who dials this address waits: the host is busy for all of them.
    const until = Math.max(this.#restUntil.get(address) ?? 0, performance.now() + wait);
    this.#restUntil.set(address, until);
  }

  #resting(address: string): number {
    return (this.#restUntil.get(address) ?? 0) - performance.now();
  }

  async #rest(address: string, signal: AbortSignal): Promise<void> {
    const wait = this.#resting(address);
    if (wait > 0) await sleep(wait + Math.random() * 200, undefined, { signal });
    else this.#restUntil.delete(address);
  }

  async #enter(address: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#hasRoom(address)) {
      this.#take(address);
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const entry = { address, go: resolve };
      this.#waiting.push(entry);
      const abort = () => {
        this.#waiting = this.#waiting.filter((other) => other !== entry);
        reject(signal.reason);
      };
      signal.addEventListener('abort', abort, { once: true });
      entry.go = () => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
    });
  }

  #hasRoom(address: string): boolean {
    const { total, perAddress } = this.#limits;
    return this.#total < total && (this.#busy.get(address) ?? 0) < perAddress;
  }

  #take(address: string): void {
    this.#total += 1;
    this.#busy.set(address, (this.#busy.get(address) ?? 0) + 1);
  }

  #leave(address: string): void {
    this.#total -= 1;
    const left = this.#busy.get(address)! - 1;
    if (left > 0) this.#busy.set(address, left);
    else this.#busy.delete(address);
    for (const entry of this.#waiting) {
      if (!this.#hasRoom(entry.address)) continue;
      this.#waiting = this.#waiting.filter((other) => other !== entry);
      this.#take(entry.address);
      entry.go();
      if (this.#total >= this.#limits.total) return;
    }
  }
}
