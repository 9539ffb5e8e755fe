import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { openHistory, openToRead } from '../../src/history/open.ts';
import { listRuns, outcomesOfRun } from '../../src/history/read.ts';
import { finished, newFile, play, record, recordRun, started, taskEnd } from './support/events.ts';

const rubbish = Buffer.from('this is no database\n'.repeat(500));

describe('a damaged history', () => {
  test('is set aside as it is, and a new one begins', async () => {
    const file = newFile();
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, rubbish);
    const { reporter, shown } = record(file);
    reporter.report(started);
    reporter.report(finished({}));
    await reporter.finish();
    const aside = readdirSync(dirname(file)).filter((name) => name.includes('.damaged-'));
    expect(aside).toHaveLength(1);
    expect(aside[0]).toMatch(/^history\.db\.damaged-\d{8}T\d{6}Z$/);
    expect(readFileSync(join(dirname(file), aside[0]!))).toEqual(rubbish);
    const warnings = shown.filter((event) => event.type === 'warning');
    expect(warnings).toMatchObject([{ message: expect.stringContaining(aside[0]!) }]);
    expect(numbersOf(file)).toEqual([1]);
  });

  test('is seen where a page in it is damaged', async () => {
    const file = newFile();
    for (let run = 0; run < 20; run++) await recordRun(file);
    const bytes = readFileSync(file);
    bytes.fill(0xff, 3 * 4096, 6 * 4096);
    writeFileSync(file, bytes);
    const warnings: string[] = [];
    openHistory(file, (message) => warnings.push(message)).database.close();
    expect(warnings).toHaveLength(1);
    expect(numbersOf(file)).toEqual([]);
  });

  test('does not replace one that was set aside before', () => {
    const file = newFile();
    mkdirSync(dirname(file), { recursive: true });
    for (let time = 0; time < 2; time++) {
      writeFileSync(file, rubbish);
      openHistory(file, () => {}).database.close();
    }
    const names = readdirSync(dirname(file)).filter((name) => name !== basename(file));
    expect(names).toHaveLength(2);
  });

  test('is not touched by who only reads', () => {
    const file = newFile();
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, rubbish);
    expect(() => openToRead(file)).toThrow(expect.objectContaining({ code: 'history-unusable' }));
    expect(readFileSync(file)).toEqual(rubbish);
    expect(readdirSync(dirname(file))).toEqual([basename(file)]);
  });
});

describe('damage in the middle of a run', () => {
  test('costs what was recorded before, and not the run', async () => {
    const file = newFile();
    const { reporter, shown, stopped } = record(file);
    reporter.report(started);
    reporter.report(play(['web1']));
    // The next write looks at the file anew when another process has written.
    const other = new DatabaseSync(file);
    other.exec('CREATE TABLE other (id INTEGER); PRAGMA wal_checkpoint(TRUNCATE)');
    other.close();
    writeFileSync(file, Buffer.concat([readFileSync(file).subarray(0, 20), rubbish]));
    reporter.report(taskEnd('web1', 'motd', { status: 'changed', message: 'after it' }));
    reporter.report(finished({ web1: { changed: 1 } }));
    await reporter.finish();
    expect(stopped.times).toBe(0);
    expect(shown.filter(({ type }) => type === 'warning')).toHaveLength(1);
    expect(numbersOf(file)).toEqual([1]);
    const names = readdirSync(dirname(file)).filter((name) => name.includes('.damaged-'));
    expect(names.length).toBeGreaterThan(0);
    const database = openToRead(file)!;
    expect(listRuns(database)).toMatchObject([{ state: 'ended', exitStatus: 0 }]);
    expect(outcomesOfRun(database, 1)).toMatchObject([{ message: 'after it' }]);
    database.close();
  });
});

describe('a file that is not for this version', () => {
  test.each([
    { what: 'of a newer one', change: 'PRAGMA user_version = 99', message: /newer/ },
    { what: 'of another program', change: 'PRAGMA application_id = 7', message: /another program/ },
  ])('$what is refused and stays as it is', async ({ change, message }) => {
    const file = newFile();
    await recordRun(file);
    const database = new DatabaseSync(file);
    database.exec(`PRAGMA journal_mode = DELETE; ${change}`);
    database.close();
    const before = readFileSync(file);
    expect(() => openHistory(file, () => {})).toThrow(message);
    expect(() => openToRead(file)).toThrow(message);
    expect(readFileSync(file)).toEqual(before);
    expect(readdirSync(dirname(file))).toEqual([basename(file)]);
  });
});

function numbersOf(file: string): number[] {
  const database = openToRead(file)!;
  const numbers = listRuns(database).map(({ id }) => id);
  database.close();
  return numbers;
}
