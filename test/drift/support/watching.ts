import type { Cycle } from '../../../src/drift/cycle.ts';
import { scheduleOf } from '../../../src/drift/schedule.ts';
import { type GivenSettings, readDriftSettings } from '../../../src/drift/settings.ts';
import { emptyState, type WatchState } from '../../../src/drift/state.ts';
import { type WatchServices, watch, watchOnce } from '../../../src/drift/watcher.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeFleet } from './fake-fleet.ts';

/** A watcher of a fake fleet on a fake clock, and all that it did. */
export class Watching {
  readonly clock: FakeClock;
  readonly fleet: FakeFleet;
  readonly cycles: Cycle[] = [];
  readonly saved: WatchState[] = [];
  readonly warnings: string[] = [];
  readonly stop = new AbortController();
  readonly services: WatchServices;
  /** What the gate answers, by its URL. */
  readonly gates = new Map<string, string>();

  constructor(
    settings: GivenSettings,
    {
      now = '2026-03-02T00:00:30Z',
      fleet = new FakeFleet(),
    }: { now?: string; fleet?: FakeFleet } = {},
  ) {
    this.clock = new FakeClock(now);
    this.fleet = fleet;
    const read = readDriftSettings(undefined, { playbooks: ['site.yml'], ...settings }, '/site');
    this.services = {
      fleet,
      settings: read,
      clock: this.clock,
      schedule: scheduleOf(read.schedule, 'this machine'),
      signal: this.stop.signal,
      save: async (state) => {
        this.saved.push(state);
      },
      askGate: async ({ check }) => {
        this.fleet.calls.push('gate');
        return 'url' in check ? this.gates.get(check.url) : undefined;
      },
      told: async (cycle, state) => {
        this.cycles.push(cycle);
        return state;
      },
      waiting: () => {},
      warn: (message) => this.warnings.push(message),
    };
  }

  /** Watches until the clock shows this time; returns the state that stays. */
  until(end: string, begin: WatchState = emptyState): Promise<WatchState> {
    this.clock.when(end, () => this.stop.abort());
    return watch(this.services, begin);
  }

  once(begin: WatchState = emptyState): Promise<WatchState> {
    return watchOnce(this.services, begin);
  }

  /** When cycles began, and why. */
  get begun(): string[] {
    return this.cycles.map(
      ({ cause, startedAt }) => `${new Date(startedAt).toISOString()} ${cause}`,
    );
  }
}
