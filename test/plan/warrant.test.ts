import { describe, expect, test } from 'vitest';
import type { Basis, Step } from '../../src/engine/guard.ts';
import { RolecallError } from '../../src/errors.ts';
import type { Change, Decision } from '../../src/modules/contract.ts';
import { changeDigest, declaredDigest } from '../../src/plan/change-digest.ts';
import { Digests } from '../../src/plan/digest.ts';
import type { PlanStep } from '../../src/plan/plan.ts';
import { PlanWarrant } from '../../src/plan/warrant.ts';

const digests = new Digests(Buffer.from('the first key of all'));
const change = (summary: string): Change => ({
  kind: 'change',
  summary,
  ...{ diff: [], apply: [], touches: [], predicts: [], verify: true },
});
const basis = (decision: Decision, args: Basis['args'] = { path: '/etc/x' }): Basis => ({
  ...{ args, seen: [], certain: true },
  decision,
});
const step: Step = {
  ...{ play: 1, id: '/site/site.yml:3', task: 'Write x', module: 'copy', host: 'web1' },
  ...{ handler: false, item: undefined, role: undefined, tags: [], harmless: false },
};
const planned = (made: Partial<PlanStep>): PlanStep => ({
  ...{ play: 1, id: 'site.yml:3', task: 'Write x', module: 'copy', host: 'web1', handler: false },
  ...{ status: 'changed', message: '', diff: [], decisions: [] },
  ...made,
});
const decisionOf = (decision: Decision, more: object = {}) => ({
  ...{ certain: true, digest: changeDigest(basis(decision), digests) },
  ...more,
});
/** Not all was known of it. */
const outlineOf = (decision: Decision, more: object = {}) =>
  decisionOf(decision, {
    ...{ certain: false, declared: declaredDigest(basis(decision), digests) },
    ...more,
  });

interface Case {
  readonly steps: readonly PlanStep[];
  readonly step?: Partial<Step>;
  readonly decision: Decision;
  readonly args?: Basis['args'];
  readonly refused?: string;
}

const write = change('mode 0600 → 0644');
const cases: Record<string, Case> = {
  'nothing to do': { steps: [], decision: { kind: 'unchanged', reason: 'so already' } },
  'as planned': { steps: [planned({ decisions: [decisionOf(write)] })], decision: write },
  'a daemon-reload, of which no plan tells': {
    steps: [],
    decision: { ...write, upkeep: true },
  },
  'not planned at all': {
    steps: [],
    decision: write,
    refused: 'the plan does not say that this changes: mode 0600 → 0644',
  },
  'planned for another host': {
    steps: [planned({ host: 'web2', decisions: [decisionOf(write)] })],
    decision: write,
    refused: 'the plan does not say that this changes: mode 0600 → 0644',
  },
  'another change': {
    steps: [planned({ decisions: [decisionOf(write)] })],
    decision: change('mode 0666 → 0644'),
    refused: 'the change is another one than planned: mode 0666 → 0644',
  },
  'unknown until applied': { steps: [planned({ status: 'unknown' })], decision: write },
  'a change of which not all was known': {
    steps: [planned({ decisions: [outlineOf(change('content'))] })],
    decision: write,
  },
  'a change of which not all was known, and now of something else': {
    steps: [planned({ decisions: [outlineOf(change('content'))] })],
    args: { path: '/etc/y' },
    decision: write,
    refused: 'the change is another one than planned: mode 0600 → 0644',
  },
  'an item of which not all was known': {
    steps: [planned({ decisions: [outlineOf(change('content'), { item: 1 })] })],
    step: { item: 1 },
    decision: write,
  },
  'another item than that': {
    steps: [planned({ decisions: [outlineOf(change('content'), { item: 1 })] })],
    step: { item: 0 },
    decision: write,
    refused: 'the change is another one than planned: mode 0600 → 0644',
  },
  'a handler, where something was unknown': {
    steps: [planned({ id: 'site.yml:1', status: 'unknown' })],
    step: { handler: true },
    decision: write,
  },
  'a handler, where all was known': {
    steps: [planned({ id: 'site.yml:1', decisions: [decisionOf(write)] })],
    step: { handler: true },
    decision: write,
    refused: 'the plan does not say that this changes: mode 0600 → 0644',
  },
};

describe('what a plan lets a run do', () => {
  const place = (id: string) => id.replace('/site/', '');
  test.each(Object.entries(cases))(
    '%s',
    (_name, { steps, step: more, decision, args, refused }) => {
      const warrant = new PlanWarrant(steps, new Map(), digests, place);
      const decide = () => warrant.decided({ ...step, ...more }, basis(decision, args));
      if (refused === undefined) expect(decide()).toEqual({ may: 'apply' });
      else expect(decide).toThrow(new RolecallError({ code: 'not-in-plan', message: refused }));
    },
  );

  test('a host that moved does nothing, whatever is planned', () => {
    const moved = new Map([['web1', ['content /etc/x is not what it was']]]);
    const steps = [planned({ decisions: [decisionOf(write)] })];
    const warrant = new PlanWarrant(steps, moved, digests, place);
    expect(() => warrant.decided(step, basis(write))).toThrow(
      /content \/etc\/x is not what it was/,
    );
    expect(
      warrant.decided({ ...step, host: 'web2' }, basis({ kind: 'unchanged', reason: '' })),
    ).toEqual({ may: 'apply' });
  });
});
