import { describe, expect, test } from 'vitest';
import type { Module } from '../../../src/modules/contract.ts';
import { decideOn, overlay, withDefaults } from './converge.ts';

/** Arguments and observed states in, decision out. */
export interface DecisionRow {
  readonly name: string;
  readonly args: { readonly [name: string]: unknown };
  /** By `kind key`; a probe is found by the start of its key. Others come from the table's defaults. */
  readonly observed?: { readonly [question: string]: unknown };
  readonly kind: 'unchanged' | 'change' | 'failed' | 'unknown' | 'query';
  /** What reason, summary or message says. */
  readonly says?: string | RegExp;
  /** Texts that the scripts of a change contain, in this order. */
  readonly runs?: readonly string[];
  /** Texts that no script contains. */
  readonly never?: readonly string[];
  /** Predicted states by `kind key`. */
  readonly predicts?: { readonly [question: string]: unknown };
  readonly result?: { readonly [key: string]: unknown };
}

/** Rows of wrong arguments, and what `check` says about them. */
export type RefusalRow = readonly [
  args: { readonly [name: string]: unknown },
  says: string | RegExp,
];

/**
 * Tests a module's decisions. Each change that is verified must predict what makes the second
 * decision `unchanged`.
 */
export function decisionTable(
  module: Module,
  defaults: (kind: string, key: string) => unknown,
  rows: readonly DecisionRow[],
): void {
  describe(`${module.name} decides`, () => {
    test.each(rows.map((row) => [row.name, row] as const))('%s', (_, row) => {
      const answer = answers(row, defaults);
      const full = { checkMode: false, ...withDefaults(module, row.args) };
      const decision = decideOn(module, full, answer);
      expect(decision).toMatchObject({ kind: row.kind });
      if (row.says !== undefined) expect(textOf(decision)).toMatch(row.says);
      if (row.result) expect(decision).toMatchObject({ result: row.result });
      if (decision.kind !== 'change') return;
      const scripts = decision.apply.map((step) => step.script.text).join('\n');
      let from = 0;
      for (const text of row.runs ?? []) {
        expect(scripts.slice(from)).toContain(text);
        from = scripts.indexOf(text, from) + text.length;
      }
      for (const text of row.never ?? []) expect(scripts).not.toContain(text);
      const predicted = new Map<string, unknown>(
        decision.predicts.map((one) => [
          `${one.observation.kind} ${one.observation.key}`,
          one.state,
        ]),
      );
      for (const [question, state] of Object.entries(row.predicts ?? {})) {
        expect(predicted.get(question)).toMatchObject(state as object);
      }
      if (!decision.verify) return;
      const second = decideOn(module, full, overlay(decision, answer));
      expect(second, 'the decision on the predicted states').toMatchObject({ kind: 'unchanged' });
    });
  });
}

export function refusalTable(module: Module, rows: readonly RefusalRow[]): void {
  test.each(rows)(`${module.name} refuses %j`, (args, says) => {
    expect(() => withDefaults(module, args)).toThrow(says);
  });
}

function answers(row: DecisionRow, defaults: (kind: string, key: string) => unknown) {
  const given = Object.entries(row.observed ?? {});
  return (kind: string, key: string) => {
    const exact = given.find(([question]) => question === `${kind} ${key}`);
    const started = given.find(
      ([question]) => kind === 'probe' && key.startsWith(question.slice(6)),
    );
    return (exact ??
      (started?.[0].startsWith('probe ') ? started : undefined) ?? [0, defaults(kind, key)])[1];
  };
}

function textOf(decision: object): string {
  const { reason, summary, message } = decision as { [name: string]: string | undefined };
  return reason ?? summary ?? message ?? '';
}
