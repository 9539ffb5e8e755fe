import { beforeEach, onTestFailed } from 'vitest';

/** For files whose tests go on where the one before ended: behind one that fails the others are skipped. */
export function stepwise(): void {
  let isBroken = false;
  beforeEach((context) => {
    if (isBroken) context.skip();
    onTestFailed(() => {
      isBroken = true;
    });
  });
}
