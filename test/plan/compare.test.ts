import { describe, expect, test } from 'vitest';
import { compareForeseen } from '../../src/plan/compare.ts';
import type { PlanStep } from '../../src/plan/plan.ts';

const counts = {
  ...{ ok: 1, changed: 1, skipped: 0, failed: 0, unreachable: 0, unknown: 0, rescued: 0 },
  ignored: 0,
};
const digest = (letter: string) => letter.repeat(32);
const step: PlanStep = {
  ...{ play: 1, id: 'site.yml:3', task: 'Write x', module: 'copy', handler: false, host: 'web1' },
  ...{ status: 'changed', message: 'content', diff: [] },
  decisions: [{ certain: true, digest: digest('a') }],
};
const foreseen = (observations: Record<string, string>, steps: readonly PlanStep[]) => ({
  hosts: { web1: { counts, observations } },
  steps,
});
const planned = foreseen({ 'content /etc/x': digest('1') }, [step]);

interface Case {
  readonly now: ReturnType<typeof foreseen>;
  readonly reasons: readonly string[];
}

const cases: Record<string, Case> = {
  'all as it was': { now: planned, reasons: [] },
  'told otherwise': {
    now: foreseen({ 'content /etc/x': digest('1') }, [{ ...step, message: 'why not' }]),
    reasons: [],
  },
  'another content': {
    now: foreseen({ 'content /etc/x': digest('2') }, [step]),
    reasons: ['content /etc/x is not what it was'],
  },
  'another change': {
    now: foreseen({ 'content /etc/x': digest('1') }, [
      { ...step, decisions: [{ certain: true, digest: digest('b') }] },
    ]),
    reasons: [
      "'Write x' would now be changed: content",
      "'Write x' would no longer be changed as planned",
    ],
  },
  'done by somebody': {
    now: foreseen({ 'content /etc/x': digest('2') }, []),
    reasons: [
      'content /etc/x is not what it was',
      "'Write x' would no longer be changed as planned",
    ],
  },
  'one more': {
    now: foreseen({ 'content /etc/x': digest('1') }, [
      step,
      { ...step, id: 'site.yml:9', task: 'Start', message: 'started\nat once' },
    ]),
    reasons: ["'Start' would now be changed: started"],
  },
  'looked at less': {
    now: foreseen({}, [step]),
    reasons: ['content /etc/x: not looked at any more'],
  },
};

describe('what moved since a plan was made', () => {
  test.each(Object.entries(cases))('%s', (_name, { now, reasons }) => {
    const moved = compareForeseen(planned, now);
    expect(moved.get('web1') ?? []).toEqual(reasons);
  });

  test('hosts that come or go', () => {
    const none = { hosts: {}, steps: [] };
    expect([...compareForeseen(planned, none)]).toEqual([
      ['web1', ['the host is not reached now']],
    ]);
    expect([...compareForeseen(none, planned)]).toEqual([
      ['web1', ['the plan does not know this host']],
    ]);
  });
});
