import { describe, expect, test } from 'vitest';
import type { Change, Decision, Module } from '../../../src/modules/contract.ts';
import { type ConvergeOptions, decideOn, overlay, prepared } from './converge.ts';
import { type FakeFiles, fakeAnswers } from './fake-files.ts';

/** One row: arguments and what is on the host, and what is decided. */
export interface DecisionRow {
  readonly name: string;
  readonly args: { readonly [name: string]: unknown };
  readonly files?: FakeFiles;
  readonly kind: Decision['kind'];
  /** Text that the reason, summary or message has to hold. */
  readonly says?: string;
  readonly result?: { readonly [key: string]: unknown };
  readonly options?: ConvergeOptions;
}

/** Runs a table, and for each change checks that its predictions leave nothing to do. */
export function testDecisions(module: Module, rows: readonly DecisionRow[]): void {
  describe(`${module.name} decides`, () => {
    test.each(rows.map((row) => [row.name, row] as const))('%s', async (_name, row) => {
      const full = await prepared(module, row.args, row.options);
      const answer = fakeAnswers(row.files ?? {});
      const decision = decideOn(module, full, answer);
      expect({ kind: decision.kind, text: textOf(decision) }).toEqual({
        kind: row.kind,
        text: expect.stringContaining(row.says ?? ''),
      });
      if (row.result) expect('result' in decision && decision.result).toMatchObject(row.result);
      if (decision.kind === 'change') expectAtRest(module, full, decision, answer);
    });
  });
}

export function textOf(decision: Decision): string {
  if (decision.kind === 'change') return decision.summary;
  if (decision.kind === 'failed') return decision.message;
  return decision.kind === 'query' ? '' : decision.reason;
}

function expectAtRest(
  module: Module,
  full: { readonly [name: string]: unknown },
  change: Change,
  answer: (kind: string, key: string) => unknown,
): void {
  expect(change.apply.length + (change.finish ? 1 : 0)).toBeGreaterThan(0);
  if (!change.verify) return;
  const second = decideOn(module, full, overlay(change, answer));
  expect({ kind: second.kind, text: textOf(second) }).toMatchObject({ kind: 'unchanged' });
}
