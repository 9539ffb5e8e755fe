import type { Phase } from '../events.ts';

/** Is told what a run is busy with, where that begins. */
export interface Timer {
  /** A part of the work begins, for a host or for all; what comes back is called where it ends. */
  begin(phase: Phase, host?: string): () => void;
}

/** For runs whose times nobody asked for. */
export const noTimer: Timer = { begin: () => nothing };

function nothing(): void {}

/** Does a part of the work, until it returns or what it promises is settled. */
export function timed<T>(
  timer: Timer,
  phase: Phase,
  host: string | undefined,
  work: () => Promise<T>,
): Promise<T>;
export function timed<T>(timer: Timer, phase: Phase, host: string | undefined, work: () => T): T;
export function timed<T>(timer: Timer, phase: Phase, host: string | undefined, work: () => T): T {
  if (timer === noTimer) return work();
  const end = timer.begin(phase, host);
  let pending = false;
  try {
    const result = work();
    if (!(result instanceof Promise)) return result;
    pending = true;
    return result.finally(end) as T;
  } finally {
    if (!pending) end();
  }
}
