import type { Cycle } from './cycle.ts';

/**
 * The exit status of one cycle, as of a run: 1 the fleet could not be looked at, 4 hosts did not answer,
 * 2 a task or a correction failed. What is left for people is no failure.
 */
export function cycleStatus({ error, checked, failed }: Cycle): number {
  if (error !== undefined || !checked) return 1;
  if (checked.unreachable.length > 0) return 4;
  return checked.failed.length > 0 || failed.length > 0 ? 2 : 0;
}
