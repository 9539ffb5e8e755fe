import type { NoticeKind } from './settings-schema.ts';

/** What drift watch remembers between checks and restarts, as kept in its file. */
export interface WatchState {
  readonly version: 1;
  /** The time of the schedule that was dealt with last. */
  readonly handled?: number;
  /** The check that ended last, however it ended. */
  readonly last?: LastCheck;
  /** When a check last ended without an error. */
  readonly lastGood?: number;
  /** Failed checks in a row. */
  readonly failures: number;
  /** When corrections of the last hour were begun. */
  readonly corrections: readonly number[];
  /** Corrections of each finding, by its key. */
  readonly repeats: Readonly<Record<string, Repeats>>;
  /** Findings that the last check left to another run that was at work on their hosts. */
  readonly busy?: readonly string[];
  /** What people have been told and is still so. */
  readonly conditions: Readonly<Partial<Record<NoticeKind, Condition>>>;
  readonly totals: Totals;
}

export interface LastCheck {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly checkMs: number;
  readonly hosts: number;
  readonly driftedHosts: number;
  readonly unreachable: readonly string[];
  readonly findings: Readonly<Record<'drifted' | 'pending' | 'unknown', number>>;
  readonly corrected: number;
  /** What kept findings from being corrected, and how many. */
  readonly held: Readonly<Record<string, number>>;
  readonly error?: string;
}

export interface Repeats {
  readonly times: readonly number[];
  /** It came back too often: no longer corrected while it is there. */
  readonly stopped?: boolean;
}

export interface Condition {
  readonly subjects: readonly string[];
  readonly since: number;
  readonly toldAt: number;
}

/** Since the state file was begun. */
export interface Totals {
  readonly checks: number;
  readonly failedChecks: number;
  readonly corrected: number;
  readonly failedCorrections: number;
  readonly failedNotices: number;
}

export const emptyState: WatchState = {
  version: 1,
  failures: 0,
  corrections: [],
  repeats: {},
  conditions: {},
  totals: { checks: 0, failedChecks: 0, corrected: 0, failedCorrections: 0, failedNotices: 0 },
};

const hour = 3_600_000;

/** Notes that these findings are about to be corrected: before it begins, so that no crash forgets it. */
export function withCorrections(
  state: WatchState,
  keys: readonly string[],
  now: number,
): WatchState {
  const repeats = { ...state.repeats };
  for (const key of keys) {
    repeats[key] = { ...repeats[key], times: [...(repeats[key]?.times ?? []), now] };
  }
  return { ...state, corrections: [...state.corrections, ...keys.map(() => now)], repeats };
}

/** Takes that back for what was not begun after all. */
export function withoutCorrections(
  state: WatchState,
  keys: readonly string[],
  at: number,
): WatchState {
  const repeats = { ...state.repeats };
  const corrections = [...state.corrections];
  for (const key of keys) {
    const { times, ...rest } = repeats[key]!;
    repeats[key] = { ...rest, times: times.toSpliced(times.lastIndexOf(at), 1) };
    corrections.splice(corrections.lastIndexOf(at), 1);
  }
  return { ...state, corrections, repeats };
}

/**
 * Forgets what no limit counts any more. A finding that came back too often stays stopped for as long
 * as it is found. Times ahead of a clock that was set back count as now.
 */
export function withoutOld(
  state: WatchState,
  found: ReadonlySet<string>,
  sameDrift: { readonly times: number; readonly withinMs: number },
  now: number,
): WatchState {
  const recent = (times: readonly number[], span: number) =>
    times.map((time) => Math.min(time, now)).filter((time) => now - time < span);
  const repeats: Record<string, Repeats> = {};
  for (const [key, { times, stopped }] of Object.entries(state.repeats)) {
    const kept = recent(times, sameDrift.withinMs);
    const isStopped = found.has(key) && (stopped === true || kept.length >= sameDrift.times);
    if (kept.length > 0 || isStopped)
      repeats[key] = { times: kept, ...(isStopped && { stopped: true }) };
  }
  return { ...state, corrections: recent(state.corrections, hour), repeats };
}
