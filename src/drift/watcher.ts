import { type Cycle, type CycleServices, runCycle } from './cycle.ts';
import { backoff, type Cause, lastDue, type Schedule, type Turn, turn } from './schedule.ts';
import type { WatchState } from './state.ts';

export interface WatchServices extends CycleServices {
  readonly schedule: Schedule;
  /**
   * Told after each cycle, and again when the next one is known. Returns the state with what it noted;
   * what it rejects with is passed to `warn`.
   */
  told(cycle: Cycle, state: WatchState): Promise<WatchState>;
  waiting(until: number, state: WatchState): void;
  warn(message: string): void;
}

/** Checks and corrects by the schedule until the signal is aborted. No failure of a cycle ends it. */
export async function watch(services: WatchServices, begin: WatchState): Promise<WatchState> {
  let state = begin;
  while (!services.signal.aborted) {
    const cause = await nextTurn(services, state);
    if (cause === undefined) break;
    state = await oneCycle(services, state, cause.cause, cause.at);
  }
  return state;
}

/** One cycle, now, with all that belongs to it. */
export async function watchOnce(services: WatchServices, begin: WatchState): Promise<WatchState> {
  return oneCycle(services, begin, 'asked', services.clock.now());
}

type CheckTurn = Extract<Turn, { kind: 'check' }>;

/** Sleeps in short pieces: a clock may jump and a laptop may sleep, and timers know of neither. */
const longestSleep = 30_000;

async function nextTurn(
  services: WatchServices,
  state: WatchState,
): Promise<CheckTurn | undefined> {
  const { clock, signal } = services;
  let shown: number | undefined;
  let { handled } = state;
  while (!signal.aborted) {
    const now = clock.now();
    // A clock that was set back: what it shows is where the schedule goes on.
    if (handled !== undefined && handled > now) handled = now;
    const next = turnAt(services, { ...state, handled }, now);
    if (next.kind === 'check') return next;
    if (shown !== next.until) services.waiting(next.until, state);
    shown = next.until;
    await clock.sleep(Math.min(longestSleep, next.until - now), signal);
  }
  return undefined;
}

type Due = Pick<WatchState, 'failures' | 'last'> & { readonly handled: number | undefined };

function turnAt({ schedule, settings }: WatchServices, state: Due, now: number): Turn {
  const { failures, last, handled } = state;
  if (failures === 0 || !last) return turn(schedule, settings.schedule.missed, handled, now);
  const until = last.endedAt + backoff(failures);
  return last.endedAt <= now && now < until
    ? { kind: 'wait', until }
    : { kind: 'check', cause: 'retry', at: now };
}

async function oneCycle(
  services: WatchServices,
  before: WatchState,
  cause: Cause,
  at: number,
): Promise<WatchState> {
  const { schedule, signal, clock } = services;
  const end = await runCycle(services, before, cause);
  // A check that was cut short has found out nothing: the next start makes up for it.
  if (signal.aborted && !end.cycle.checked) return keep(services, before);
  const handled = lastDue(schedule, Math.min(at, clock.now()), clock.now());
  let state: WatchState = { ...end.state, handled };
  try {
    state = await services.told(end.cycle, state);
  } catch (error) {
    services.warn(`what was found could not be told: ${(error as Error).message}`);
  }
  return keep(services, state);
}

async function keep(services: WatchServices, state: WatchState): Promise<WatchState> {
  try {
    await services.save(state);
  } catch (error) {
    services.warn((error as Error).message);
  }
  return state;
}
