import { setTimeout as wait } from 'node:timers/promises';

/** All that drift watch knows of time. Tests bring their own. */
export interface Clock {
  /** Milliseconds since 1970, as the machine has them: they may jump. */
  now(): number;
  /** Returns when the time is over, or as soon as the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await wait(ms, undefined, { signal }).catch((error: Error) => {
      if (error.name !== 'AbortError') throw error;
    });
  },
};
