import { describe, expect, test } from 'vitest';
import type { Cycle } from '../../../src/drift/cycle.ts';
import { noticesAfter } from '../../../src/drift/notices/conditions.ts';
import type { WatchState } from '../../../src/drift/state.ts';
import { checked, finding } from '../support/findings.ts';

const hours = 3_600_000;
const context = { watch: 'site', machine: 'admin1', remindMs: 24 * hours };

function cycle(at: number, given: Partial<Cycle> = {}): Cycle {
  const { left = [] } = given;
  return {
    cause: 'due',
    startedAt: at,
    endedAt: at,
    checked: checked(left),
    corrected: [],
    failed: [],
    held: [],
    left,
    busyBefore: [],
    ...given,
  };
}

/** Kind and change of what is told after each cycle. */
function told(cycles: readonly Cycle[]): string[][] {
  let conditions: WatchState['conditions'] = {};
  return cycles.map((one) => {
    const after = noticesAfter(one, conditions, context);
    conditions = after.conditions;
    return after.notices.map(({ kind, change }) => `${kind} ${change}`);
  });
}

describe('what people are told', () => {
  test('drift once, when more comes, as a reminder and when it is over', () => {
    const other = finding({ host: 'web2' });
    expect(
      told([
        cycle(0, { left: [finding()] }),
        cycle(1 * hours, { left: [finding()] }),
        cycle(2 * hours, { left: [finding(), other] }),
        cycle(3 * hours, { left: [other] }),
        cycle(26 * hours, { left: [other] }),
        cycle(27 * hours),
        cycle(28 * hours),
      ]),
    ).toEqual([
      ['drift began'],
      [],
      ['drift changed'],
      [],
      ['drift reminder'],
      ['drift ended'],
      [],
    ]);
  });

  test('drift on a host on which another run is at work, when it still is there the next time', () => {
    const one = finding();
    const busy = { left: [one], held: [{ finding: one, because: 'busy' as const }] };
    const again = { ...busy, busyBefore: [one.key] };
    expect(told([cycle(0, busy), cycle(1 * hours)])).toEqual([[], []]);
    expect(told([cycle(0, busy), cycle(1 * hours, again)])).toEqual([[], ['drift began']]);
  });

  test('a failed check says nothing about drift: neither that it is over nor that it began', () => {
    const { checked: _, ...failed } = cycle(1 * hours, { error: 'no route' });
    expect(
      told([cycle(0, { left: [finding()] }), failed, cycle(2 * hours, { left: [finding()] })]),
    ).toEqual([['drift began'], ['check-failed began'], ['check-failed ended']]);
  });

  test('corrections each time, hosts that are away once', () => {
    const away = { checked: checked([], { unreachable: ['db1'] }), corrected: [finding()] };
    expect(told([cycle(0, away), cycle(hours, away)])).toEqual([
      ['corrected happened', 'unreachable began'],
      ['corrected happened'],
    ]);
  });

  test('what a host says is one line and cannot control a terminal', () => {
    const { notices } = noticesAfter(
      cycle(0, { left: [finding({ message: 'a\nb \u001b[2J' })] }),
      {},
      context,
    );
    expect(notices[0]!.text).toBe('Drift: 1 task on web1\n- web1: web: The site: a b \\x1b[2J');
  });
});
