import type { Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

export interface ShutdownOptions {
  /** Seconds that running requests get, the delay included. */
  readonly grace: number;
  /** Seconds in which connections are still accepted. */
  readonly delay: number;
}

/**
 * Stops accepting connections and waits for the running requests. Returns true when all were
 * answered, false when the time was over and the rest were cut off.
 */
export async function drain(server: Server, { grace, delay }: ShutdownOptions): Promise<boolean> {
  if (delay > 0) await pause(delay * 1000);
  const closed = new Promise<true>((resolve) => server.close(() => resolve(true)));
  const cancel = new AbortController();
  const late = pause((grace - delay) * 1000, false as const, { signal: cancel.signal });
  late.catch(() => {}); // cancelled
  const inTime = await Promise.race([closed, late]);
  cancel.abort();
  if (!inTime) server.closeAllConnections();
  return inTime;
}
