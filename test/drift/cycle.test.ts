import { describe, expect, test } from 'vitest';
import { FakeFleet } from './support/fake-fleet.ts';
import { finding } from './support/findings.ts';
import { Watching } from './support/watching.ts';

const three = ['web1', 'web2', 'db1'].map((host) => finding({ host }));
const before = 'http://health/before';
const after = 'http://health/after';

describe('a cycle', () => {
  test('looks, corrects host by host, looks again', async () => {
    const watching = new Watching(
      { default: 'correct', limits: { driftedShare: 100 } },
      { fleet: new FakeFleet(three) },
    );
    await watching.once();
    expect(watching.fleet.calls).toEqual([
      'check',
      'correct web1 The site',
      'correct web2 The site',
      'correct db1 The site',
      'check',
    ]);
    expect(watching.cycles[0]).toMatchObject({ failed: [], held: [], left: [] });
    expect(watching.cycles[0]!.corrected).toEqual(three);
  });

  test('corrects as many hosts at once as it may', async () => {
    const watching = new Watching(
      { default: 'correct', limits: { driftedShare: 100, hostsAtOnce: 2 } },
      { fleet: new FakeFleet(three) },
    );
    await watching.once();
    expect(watching.fleet.calls.filter((call) => call.startsWith('correct'))).toEqual([
      'correct web1 The site, web2 The site',
      'correct db1 The site',
    ]);
  });

  test('notes corrections before they begin', async () => {
    const watching = new Watching({ default: 'correct' }, { fleet: new FakeFleet([finding()]) });
    watching.fleet.beforeCorrect = () => {
      expect(watching.saved.at(-1)?.corrections.length).toBe(1);
    };
    await watching.once();
    expect(watching.cycles[0]!.failed).toEqual([]);
  });

  test('reports only, by default', async () => {
    const watching = new Watching({}, { fleet: new FakeFleet(three) });
    await watching.once();
    expect(watching.fleet.calls).toEqual(['check']);
    expect(watching.cycles[0]!.held.map(({ because }) => because)).toEqual(Array(3).fill('policy'));
  });

  test('a gate that is shut before: nothing is corrected', async () => {
    const watching = new Watching(
      { default: 'correct', gate: { before: { url: before } } },
      { fleet: new FakeFleet([finding()]) },
    );
    watching.gates.set(before, 'answers 503');
    await watching.once();
    expect(watching.fleet.calls).toEqual(['check', 'gate']);
    expect(watching.cycles[0]).toMatchObject({
      gate: 'answers 503',
      held: [{ because: 'gate-before' }],
    });
  });

  test('a gate that is shut behind the first wave: no other follows', async () => {
    const watching = new Watching(
      { default: 'correct', limits: { driftedShare: 100 }, gate: { after: { url: after } } },
      { fleet: new FakeFleet(three) },
    );
    watching.gates.set(after, 'answers 503');
    await watching.once();
    expect(watching.fleet.calls).toEqual(['check', 'correct web1 The site', 'gate', 'check']);
    expect(watching.cycles[0]!.held.map(({ because }) => because)).toEqual([
      'gate-after',
      'gate-after',
    ]);
  });

  test('a correction that fails: no other follows, the cycle goes on', async () => {
    const watching = new Watching(
      { default: 'correct', limits: { driftedShare: 100 } },
      { fleet: new FakeFleet(three) },
    );
    watching.fleet.failing.add('web1 The site');
    await watching.once();
    const [cycle] = watching.cycles;
    expect(cycle!.failed).toEqual([{ finding: three[0], message: 'no space left' }]);
    expect(cycle!.held.map(({ because }) => because)).toEqual([
      'correction-failed',
      'correction-failed',
    ]);
    expect(cycle!.left).toEqual(three);
  });

  test('a correction that rejects counts as failed, not as the end of the cycle', async () => {
    const watching = new Watching({ default: 'correct' }, { fleet: new FakeFleet([finding()]) });
    watching.fleet.beforeCorrect = () => {
      throw new Error('connection lost');
    };
    const state = await watching.once();
    expect(watching.cycles[0]!.failed[0]!.message).toBe('connection lost');
    expect(state.totals).toMatchObject({ checks: 1, failedChecks: 0, failedCorrections: 1 });
  });

  test('a correction that does not hold counts as failed', async () => {
    const watching = new Watching({ default: 'correct' }, { fleet: new FakeFleet([finding()]) });
    watching.fleet.stubborn.add('web1 The site');
    await watching.once();
    expect(watching.cycles[0]!.corrected).toEqual([]);
    expect(watching.cycles[0]!.failed[0]!.message).toBe('corrected, and found again at once');
  });

  test('a host on which another run is at work waits for the next check; other hosts do not', async () => {
    const watching = new Watching(
      { default: 'correct', limits: { driftedShare: 100 } },
      { fleet: new FakeFleet(three) },
    );
    watching.fleet.busy.add('web2');
    const state = await watching.once();
    const [cycle] = watching.cycles;
    expect(cycle!.failed).toEqual([]);
    expect(cycle!.held).toEqual([{ finding: three[1], because: 'busy' }]);
    expect(cycle!.corrected).toEqual([three[0], three[2]]);
    expect(state.corrections).toHaveLength(2);
    expect(state.repeats['web2 The site']?.times ?? []).toEqual([]);

    watching.fleet.busy.clear();
    await watching.once(state);
    expect(watching.cycles[1]).toMatchObject({
      corrected: [three[1]],
      busyBefore: ['web2 The site'],
    });
  });

  test('what someone else has corrected in between is no correction', async () => {
    const watching = new Watching({ default: 'correct' }, { fleet: new FakeFleet([finding()]) });
    watching.fleet.beforeCorrect = () => watching.fleet.drift.clear();
    const state = await watching.once();
    expect(watching.cycles[0]).toMatchObject({ corrected: [], failed: [], held: [], left: [] });
    expect(state.corrections).toEqual([]);
  });
});
