import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something holds; what it throws meanwhile counts as not yet. */
export async function until(holds: () => Promise<boolean> | boolean, seconds = 20): Promise<void> {
  const limit = performance.now() + seconds * 1000;
  let last: unknown;
  for (;;) {
    try {
      if (await holds()) return;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > limit) {
      throw new Error(`not within ${seconds} s`, { cause: last });
    }
    await sleep(200);
  }
}
