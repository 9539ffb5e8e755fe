import type { Counts, HostResult, Status } from '../events.ts';

/** How a task ended, as one number. */
export function codeOf({ status, ignored }: Pick<HostResult, 'status' | 'ignored'>): number {
  return statuses.indexOf(status) + (ignored ? ignoredBit : 0);
}

export function statusOf(code: number): { readonly status: Status; readonly ignored: boolean } {
  return { status: statuses[code & 7] ?? 'unknown', ignored: (code & ignoredBit) !== 0 };
}

/** Set later, when a rescue took care of the failure. */
export const rescuedBit = 16;

const ignoredBit = 8;

/** Their order is part of the file's format. */
const statuses: readonly Status[] = [
  'ok',
  'changed',
  'skipped',
  'failed',
  'unreachable',
  'unknown',
];

/** How often hosts' tasks ended how, from how often each code occurs. */
export function countsOf(codes: ReadonlyMap<number, number>): Counts {
  const counts = {
    ...{ ok: 0, changed: 0, skipped: 0, failed: 0 },
    ...{ unreachable: 0, unknown: 0, rescued: 0, ignored: 0 },
  };
  for (const [code, times] of codes) {
    const { status, ignored } = statusOf(code);
    counts[ignored ? 'ignored' : status] += times;
    if (ignored || status === 'changed') counts.ok += times;
  }
  return counts;
}
