import fc from 'fast-check';
import { expect, test } from 'vitest';
import { goTogether, Independent } from '../../src/engine/independence.ts';
import type { Planned } from '../../src/engine/module-run.ts';
import { HostKnowledge } from '../../src/engine/observations.ts';
import { collectors } from '../../src/observe/collectors.ts';
import { normalizePath } from '../../src/observe/file-aliases.ts';
import type { Observation } from '../../src/observe/observation.ts';

const session = { knowledge: new HostKnowledge(new Map(collectors.map((one) => [one.kind, one]))) };
const name = fc
  .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 })
  .map((parts) => normalizePath(`/${parts.join('/')}`));
const observation: fc.Arbitrary<Observation<unknown>> = fc.oneof(
  { weight: 8, arbitrary: name.map((key) => ({ kind: 'path', key })) },
  { weight: 8, arbitrary: name.map((key) => ({ kind: 'content', key })) },
  { weight: 4, arbitrary: name.map((path) => ({ kind: 'digest', key: `sha256 ${path}` })) },
  { weight: 1, arbitrary: name.map((path) => ({ kind: 'tree', key: `0 0 ${path}` })) },
  { weight: 1, arbitrary: fc.constantFrom('root', 'shop').map((key) => ({ kind: 'user', key })) },
);
const planned = fc
  .record({
    asks: fc.array(observation, { maxLength: 4 }),
    touches: fc.array(fc.tuple(observation, fc.boolean()), { minLength: 1, maxLength: 3 }),
    become: fc.constantFrom(...Array(6).fill(undefined), { method: 'sudo', user: 'shop' }),
  })
  .map(({ asks, touches, become }): Planned => {
    const state = { exists: true };
    return {
      call: { session, become },
      args: {},
      certain: true,
      // Who changes something has asked for it.
      asked: [...asks, ...touches.map(([one]) => one)].map((one) => ({ observation: one, state })),
      decision: {
        kind: 'change',
        touches: touches.map(([one]) => one),
        predicts: touches.map(([one, isKept]) => ({
          observation: one,
          state: isKept ? { ...state } : 'other',
        })),
      },
    } as unknown as Planned;
  });

test('what has nothing in common with others is found as by comparing each with each', () => {
  let allowed = 0;
  fc.assert(
    fc.property(fc.array(planned, { minLength: 2, maxLength: 8 }), ([first, ...others]) => {
      const together = new Independent(first!);
      for (const one of others) {
        const expected = together.changes.every((earlier) => goTogether(earlier, one));
        expect(together.allows(one)).toBe(expected);
        if (!expected) continue;
        allowed += 1;
        together.add(one);
      }
    }),
    { numRuns: 2000 },
  );
  expect(allowed).toBeGreaterThan(100);
});
