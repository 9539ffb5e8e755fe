import { describe, expect, test } from 'vitest';
import { openHistory } from '../../src/history/open.ts';
import { keepRecent, type Retention, retentionFrom } from '../../src/history/prune.ts';
import { listRuns } from '../../src/history/read.ts';
import { newFile, recordRun } from './support/events.ts';

const day = 24 * 60 * 60 * 1000;
const now = Date.UTC(2026, 5, 1);

describe('retention', () => {
  test.each<{ keep: Retention; always: number; left: number[] }>([
    { keep: {}, always: 0, left: [4, 3, 2, 1] },
    { keep: { runs: 2 }, always: 0, left: [4, 3] },
    { keep: { runs: 2 }, always: 10, left: [4, 3] },
    { keep: { days: 15 }, always: 0, left: [4, 3] },
    { keep: { days: 15 }, always: 3, left: [4, 3, 2] },
    { keep: { days: 15, runs: 1 }, always: 0, left: [4] },
    { keep: { days: 1 }, always: 0, left: [] },
  ])('$keep, always $always leaves $left', async ({ keep, always, left }) => {
    const file = newFile();
    for (const age of [40, 30, 10, 5]) {
      await recordRun(file, { started: new Date(now - age * day) });
    }
    const { database } = openHistory(file, () => {});
    keepRecent(database, keep, { now, always });
    expect(listRuns(database).map(({ id }) => id)).toEqual(left);
    for (const table of ['run_hosts', 'outcomes']) {
      const rows = database.prepare(`SELECT DISTINCT run FROM ${table} ORDER BY run DESC`).all();
      expect(rows.map(({ run }) => run)).toEqual(left);
    }
    expect(database.prepare('SELECT count(*) AS n FROM left_states').get()).toEqual({ n: 2 });
    database.close();
  });

  test('counts each inventory for itself', async () => {
    const file = newFile();
    for (const name of ['a', 'a', 'b']) await recordRun(file, { inventory: [name] });
    const { database } = openHistory(file, () => {});
    keepRecent(database, { runs: 1 });
    expect(listRuns(database).map(({ id }) => id)).toEqual([3, 2]);
    database.close();
  });

  test.each([
    { text: undefined, retention: { days: 90, runs: 1000 } },
    { text: '30d', retention: { days: 30 } },
    { text: '500', retention: { runs: 500 } },
    { text: '500 runs', retention: { runs: 500 } },
    { text: '30d,500', retention: { days: 30, runs: 500 } },
  ])('$text', ({ text, retention }) => {
    expect(retentionFrom(text)).toEqual(retention);
  });

  test('what says nothing is refused', () => {
    expect(() => retentionFrom('some')).toThrow(
      expect.objectContaining({ code: 'option-invalid' }),
    );
  });
});
