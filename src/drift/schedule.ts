import { createHash } from 'node:crypto';
import { Cron } from 'croner';
import type { ScheduleSettings } from './settings.ts';

/** One time that the settings mean, and when its turn is by the splay. */
export interface Occurrence {
  readonly at: number;
  readonly due: number;
}

export interface Schedule {
  /** The first occurrence whose own time is later. */
  next(after: number): Occurrence;
  /** The longest that the splay moves one. */
  readonly splayMs: number;
}

/**
 * `every` counts from 1970, so that a restart moves nothing; `cron` follows the clocks of its zone: a
 * time that is skipped in spring comes right behind the gap, one that is twice there in autumn comes
 * once. `identity` is of this machine and fleet: the splay follows from it.
 */
export function scheduleOf(settings: ScheduleSettings, identity: string): Schedule {
  const { when, splayMs, splayBy } = settings;
  const next = 'cron' in when ? cronTimes(when.cron, settings.timeZone) : multiples(when.everyMs);
  const splay = (at: number) => part(splayBy === 'check' ? `${identity} ${at}` : identity, splayMs);
  return {
    splayMs,
    next: (after) => {
      const at = next(after);
      return { at, due: at + splay(at) };
    },
  };
}

/** What a watcher does next. */
export type Turn =
  | { readonly kind: 'check'; readonly cause: Cause; readonly at: number }
  | { readonly kind: 'wait'; readonly until: number };
export type Cause = 'first' | 'due' | 'missed' | 'retry' | 'asked';

/**
 * Decides between checking and waiting. `handled` is the occurrence that was dealt with last, not
 * ahead of now. What is later than a minute was slept through.
 */
export function turn(
  schedule: Schedule,
  missed: ScheduleSettings['missed'],
  handled: number | undefined,
  now: number,
): Turn {
  if (handled === undefined) return { kind: 'check', cause: 'first', at: now };
  const next = schedule.next(handled);
  if (now < next.due) return { kind: 'wait', until: next.due };
  const isLate = now - next.due > grace;
  if (!isLate) return { kind: 'check', cause: 'due', at: next.at };
  if (missed === 'run-once') {
    return { kind: 'check', cause: 'missed', at: lastDue(schedule, next.at, now) };
  }
  const coming = schedule.next(lastDue(schedule, next.at, now - grace - 1));
  return now < coming.due
    ? { kind: 'wait', until: coming.due }
    : { kind: 'check', cause: 'due', at: coming.at };
}

/** The last occurrence whose turn had come by `now`, from a handled one on: none of them is made up for. */
export function lastDue(schedule: Schedule, handled: number, now: number): number {
  let last = Math.max(handled, now - schedule.splayMs - 1);
  for (let next = schedule.next(last); next.due <= now; next = schedule.next(last)) last = next.at;
  return last;
}

/** A timer may be late by that much without a check counting as missed. */
const grace = 60_000;

/** How long to wait behind the n-th failure in a row: 1, 2, 4 … minutes, at most an hour. */
export function backoff(failures: number): number {
  return Math.min(3_600_000, 60_000 * 2 ** Math.min(10, failures - 1));
}

function multiples(every: number): (after: number) => number {
  return (after) => (Math.floor(after / every) + 1) * every;
}

function cronTimes(pattern: string, timeZone: string | undefined): (after: number) => number {
  const cron = new Cron(pattern, {
    mode: '5-part',
    paused: true,
    ...(timeZone && { timezone: timeZone }),
  });
  return (after) => cron.nextRun(new Date(after))?.getTime() ?? Number.POSITIVE_INFINITY;
}

/** A whole second from 0 up to `limit`, the same for the same text. */
function part(text: string, limit: number): number {
  const seconds = Math.floor(limit / 1000);
  if (seconds === 0) return 0;
  const hash = createHash('sha256').update(text).digest().readUInt32BE();
  return Math.floor((hash / 2 ** 32) * (seconds + 1)) * 1000;
}
