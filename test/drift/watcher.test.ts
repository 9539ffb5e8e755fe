import { describe, expect, test } from 'vitest';
import { emptyState } from '../../src/drift/state.ts';
import { FakeFleet } from './support/fake-fleet.ts';
import { finding } from './support/findings.ts';
import { Watching } from './support/watching.ts';

const minutes = 60_000;
const hours = 60 * minutes;

describe('a week of schedule', () => {
  test('every 15 minutes: one check at once, then all of them, none twice', async () => {
    const watching = new Watching({ every: '15m' });
    await watching.until('2026-03-09T00:00:40Z');
    const [first, ...others] = watching.cycles;
    expect(first!.cause).toBe('first');
    expect(others.length).toBe(7 * 24 * 4);
    expect(new Set(others.map(({ startedAt }) => startedAt)).size).toBe(others.length);
    expect(others.every(({ startedAt }) => startedAt % (15 * minutes) < 30_000)).toBe(true);
  });

  test('by cron over the night when clocks go forward: each local night once', async () => {
    const watching = new Watching(
      { cron: '30 2 * * *', timeZone: 'Europe/Berlin' },
      { now: '2026-03-27T12:00:00Z' },
    );
    await watching.until('2026-03-31T12:00:00Z');
    expect(watching.begun).toEqual([
      '2026-03-27T12:00:00.000Z first',
      '2026-03-28T01:30:00.000Z due',
      '2026-03-29T01:00:00.000Z due',
      '2026-03-30T00:30:00.000Z due',
      '2026-03-31T00:30:00.000Z due',
    ]);
  });

  test('by cron over the night when clocks go back: each local night once', async () => {
    const watching = new Watching(
      { cron: '30 2 * * *', timeZone: 'Europe/Berlin' },
      { now: '2026-10-24T12:00:00Z' },
    );
    await watching.until('2026-10-26T12:00:00Z');
    expect(watching.begun.slice(1)).toEqual([
      '2026-10-25T00:30:00.000Z due',
      '2026-10-26T01:30:00.000Z due',
    ]);
  });
});

describe('what a clock does', () => {
  const asleep = (settings: { missed?: string }) => {
    const watching = new Watching({ every: '1h', ...settings });
    watching.clock.when('2026-03-02T02:30:00Z', (clock) => clock.jump(6.25 * hours));
    return watching;
  };

  test('a laptop that slept through six checks makes up for them with one', async () => {
    const watching = asleep({});
    await watching.until('2026-03-02T09:30:00Z');
    expect(watching.begun.map((line) => line.slice(11, 16) + line.slice(24))).toEqual([
      '00:00 first',
      '01:00 due',
      '02:00 due',
      '08:45 missed',
      '09:00 due',
    ]);
  });

  test('or with none', async () => {
    const watching = asleep({ missed: 'skip' });
    await watching.until('2026-03-02T09:30:00Z');
    expect(watching.begun.map((line) => line.slice(11, 16) + line.slice(24))).toEqual([
      '00:00 first',
      '01:00 due',
      '02:00 due',
      '09:00 due',
    ]);
  });

  test('set back by five hours, the schedule goes on from there', async () => {
    const watching = new Watching({ every: '1h' });
    watching.clock.when('2026-03-02T03:30:00Z', (clock) => clock.jump(-5 * hours));
    await watching.until('2026-03-02T01:30:00Z', {
      ...emptyState,
      handled: Date.parse('2026-03-02T00:00:00Z'),
    });
    // The time it is stopped at is passed twice: the first time ends the test.
    expect(watching.begun.length).toBe(1);
    const again = new Watching({ every: '1h' }, { now: '2026-03-01T22:30:00Z' });
    await again.until('2026-03-02T00:30:00Z', {
      ...emptyState,
      handled: Date.parse('2026-03-02T03:00:00Z'),
    });
    expect(again.begun).toEqual(['2026-03-01T23:00:00.000Z due', '2026-03-02T00:00:00.000Z due']);
  });

  test('checks that come due during a long one are not piled up', async () => {
    const watching = new Watching({ every: '10m' });
    watching.fleet.beforeCheck = () => watching.clock.jump(25 * minutes);
    await watching.until('2026-03-02T02:05:00Z');
    const starts = watching.cycles.map(({ startedAt }) => startedAt);
    const ends = watching.cycles.map(({ endedAt }) => endedAt);
    expect(starts.length).toBeGreaterThan(3);
    expect(starts.slice(1).every((start, index) => start >= ends[index]!)).toBe(true);
    expect(watching.begun.slice(1).every((line) => line.endsWith('due'))).toBe(true);
  });

  test('a restart does not check again what was checked', async () => {
    const watching = new Watching({ every: '1h' });
    const state = await watching.until('2026-03-02T00:30:00Z');
    const again = new Watching({ every: '1h' }, { now: '2026-03-02T00:31:00Z' });
    await again.until('2026-03-02T01:30:00Z', state);
    expect(again.begun).toEqual(['2026-03-02T01:00:00.000Z due']);
  });
});

describe('a cycle that fails', () => {
  test('never ends the watcher; it is tried again later and later, then by the schedule', async () => {
    const watching = new Watching({ every: '1h' });
    let failures = 4;
    watching.fleet.beforeCheck = () => {
      if (failures-- > 0) throw new Error('no route');
    };
    await watching.until('2026-03-02T02:30:00Z');
    expect(watching.begun.map((line) => line.slice(11, 19) + line.slice(24))).toEqual([
      '00:00:30 first',
      '00:01:30 retry',
      '00:03:30 retry',
      '00:07:30 retry',
      '00:15:30 retry',
      '01:00:00 due',
      '02:00:00 due',
    ]);
    expect(watching.cycles.map(({ error }) => error).slice(3, 5)).toEqual(['no route', undefined]);
  });

  test('nothing is corrected when that cannot be kept', async () => {
    const watching = new Watching({ default: 'correct' }, { fleet: new FakeFleet([finding()]) });
    watching.services.save = async () => {
      throw new Error('disk full');
    };
    await watching.once();
    expect(watching.fleet.calls).toEqual(['check']);
    expect(watching.cycles[0]!.error).toBe('disk full');
  });

  test('telling that fails is a warning', async () => {
    const watching = new Watching({ every: '1h' });
    watching.services.told = async () => {
      throw new Error('no mail');
    };
    await watching.until('2026-03-02T02:30:00Z');
    expect(watching.warnings).toEqual(Array(3).fill('what was found could not be told: no mail'));
  });
});

describe('stopping', () => {
  test('SIGTERM during a correction: the rest is left, nothing else is begun', async () => {
    const findings = [finding(), finding({ host: 'web2' })];
    const watching = new Watching({ default: 'correct' }, { fleet: new FakeFleet(findings) });
    watching.fleet.beforeCorrect = () => watching.stop.abort();
    const state = await watching.until('2026-03-03T00:00:00Z');
    expect(watching.fleet.calls).toEqual(['check', 'correct web1 The site']);
    expect(watching.cycles[0]!.held.map(({ because }) => because)).toEqual([
      'stopping',
      'stopping',
    ]);
    expect(state.corrections.length).toBe(1);
  });

  test('during a check: as if it had not begun', async () => {
    const watching = new Watching({ every: '1h' });
    watching.fleet.beforeCheck = () => {
      watching.stop.abort();
      throw new Error('interrupted');
    };
    expect(await watching.until('2026-03-03T00:00:00Z')).toEqual(emptyState);
    expect(watching.cycles).toEqual([]);
  });
});

describe('the limits over a day', () => {
  test('what comes back after three corrections is left alone, and again counts when it is gone', async () => {
    const watching = new Watching({ every: '1h', default: 'correct' });
    let fights = true;
    watching.fleet.beforeCheck = () => {
      if (watching.fleet.calls.at(-2)?.startsWith('correct')) return;
      if (fights) watching.fleet.add(finding());
    };
    watching.clock.when('2026-03-02T06:30:00Z', () => {
      fights = false;
      watching.fleet.drift.clear();
    });
    const state = await watching.until('2026-03-02T08:30:00Z');
    expect(watching.fleet.calls.filter((call) => call.startsWith('correct')).length).toBe(3);
    expect(watching.cycles.slice(0, 7).map(({ held }) => held[0]?.because)).toEqual([
      ...[undefined, undefined, undefined],
      ...['same-drift', 'same-drift', 'same-drift', 'same-drift'],
    ]);
    expect(state.repeats['web1 The site']?.stopped).toBeUndefined();
  });

  test('corrections per hour: the others wait for the next hour', async () => {
    const findings = Array.from({ length: 5 }, (_, index) => finding({ task: `t${index}` }));
    const watching = new Watching(
      { every: '10m', default: 'correct', limits: { correctionsPerHour: 2 } },
      { fleet: new FakeFleet(findings) },
    );
    await watching.until('2026-03-02T02:30:00Z');
    const corrections = watching.cycles.filter(({ corrected }) => corrected.length > 0);
    expect(
      corrections.map(({ startedAt, corrected }) => [
        new Date(startedAt).toISOString().slice(11, 16),
        corrected.length,
      ]),
    ).toEqual([
      ['00:00', 2],
      ['01:10', 2],
      ['02:10', 1],
    ]);
  });

  test('windows: only within them', async () => {
    const watching = new Watching({
      every: '1h',
      default: 'correct',
      windows: [{ from: '22:00', to: '02:00', days: ['mon'] }],
      timeZone: 'UTC',
    });
    watching.fleet.beforeCheck = () => {
      if (!watching.fleet.calls.at(-2)?.startsWith('correct')) watching.fleet.add(finding());
    };
    await watching.until('2026-03-03T05:00:10Z');
    const at = watching.cycles
      .filter(({ corrected }) => corrected.length > 0)
      .map(({ startedAt }) => new Date(startedAt).toISOString().slice(8, 13));
    expect(at).toEqual(['02T22', '02T23', '03T00']);
  });
});
