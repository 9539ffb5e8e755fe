import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openHistory, openToRead } from '../../src/history/open.ts';
import {
  findRun,
  hostsOfRun,
  leftStates,
  listRuns,
  openIntents,
  outcomesOfRun,
} from '../../src/history/read.ts';
import { finished, newFile, play, record, recordRun, started, taskEnd } from './support/events.ts';

const inventory = ['/site/hosts.ini'];
const motd = { type: 'task-started', play: 1, task: 'motd', id: '/site/site.yml:motd' } as const;

describe('a run', () => {
  test('is found with its hosts, tasks and diffs', async () => {
    const file = newFile();
    const id = await recordRun(file, { user: 'berta', options: { limit: 'web' } });
    const database = openToRead(file)!;
    const run = findRun(database, id)!;
    expect(run).toMatchObject({
      ...{ id, kind: 'run', state: 'ended', user: 'berta', durationMs: 1234, exitStatus: 0 },
      ...{ playbooks: ['/site/site.yml'], inventory, options: { limit: 'web' } },
      totals: { hosts: 2, changed: 1, failed: 0, unreachable: 0, changes: 1, unknowns: 0 },
    });
    const task = { play: 'Web', title: 'motd', module: 'copy', handler: false };
    expect(hostsOfRun(database, run)).toMatchObject([
      { host: 'web1', tasks: [{ ...task, status: 'changed', ignored: false, durationMs: 3 }] },
      { host: 'web2', tasks: [{ ...task, status: 'ok', ignored: false, durationMs: 3 }] },
    ]);
    expect(outcomesOfRun(database, id)).toMatchObject([
      {
        ...{ host: 'web1', title: 'motd', status: 'changed', message: 'written' },
        diff: [{ header: '/etc/motd', before: 'old\n', after: 'new\n' }],
      },
    ]);
    database.close();
  });

  test('is of whoever owns the file alone', async () => {
    const file = newFile();
    await recordRun(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
  });

  test('is on the disk before anyone is told of its end', () => {
    const file = newFile();
    const { recorder } = record(file);
    const seen: (string | undefined)[] = [];
    const reporter = recorder.reporting({
      report: (event) => {
        if (event.type !== 'run-finished') return;
        const database = openToRead(file)!;
        seen.push(listRuns(database)[0]?.state);
        database.close();
      },
      finish: async () => {},
    });
    reporter.report(started);
    reporter.report(finished({ web1: { ok: 1 } }));
    expect(seen).toEqual(['ended']);
  });

  test('without an end is shown as far as it was written down', async () => {
    const file = newFile();
    const { recorder, reporter } = record(file, {
      process: { machine: 'elsewhere', pid: 1, boot: undefined, born: undefined },
    });
    reporter.report(started);
    reporter.report(play(['web1']));
    reporter.report({ ...motd, module: 'copy', handler: false, hosts: ['web1'] });
    reporter.report(taskEnd('web1', 'first', { status: 'failed', message: 'no' }));
    // An intent is written at once, with all that came before.
    await recorder.intend({ play: 1, id: motd.id, task: 'motd', host: 'web1' });
    const database = openToRead(file)!;
    const [run] = listRuns(database);
    expect(run).toMatchObject({ state: 'elsewhere', totals: undefined });
    expect(hostsOfRun(database, run!)).toMatchObject([
      { host: 'web1', counts: { failed: 1 }, tasks: [{ title: 'first', status: 'failed' }] },
    ]);
    expect(openIntents(database, run!.id)).toMatchObject([{ host: 'web1', title: 'motd' }]);
    database.close();
  });

  test('has no intent left when the result is there', async () => {
    const file = newFile();
    const { recorder, reporter } = record(file);
    reporter.report(started);
    reporter.report(play(['web1']));
    reporter.report({ ...motd, module: 'copy', handler: false, hosts: ['web1'] });
    await recorder.intend({ play: 1, id: motd.id, task: 'motd', host: 'web1' });
    reporter.report(taskEnd('web1', 'motd'));
    reporter.report(finished({ web1: { ok: 1 } }));
    await reporter.finish();
    const database = openToRead(file)!;
    expect(openIntents(database, recorder.run!)).toEqual([]);
    database.close();
  });

  test('that breaks off without an end has failed', async () => {
    const file = newFile();
    const { reporter } = record(file);
    reporter.report(started);
    reporter.report(play(['web1']));
    reporter.report(taskEnd('web1', 'motd', { status: 'changed' }));
    await reporter.finish();
    const database = openToRead(file)!;
    expect(listRuns(database, { failed: true })).toMatchObject([
      { exitStatus: 1, totals: { hosts: 1, changes: 1 } },
    ]);
    database.close();
  });
});

describe('what hosts were left as', () => {
  test.each([
    { kind: 'run', checkMode: false, left: 1 },
    { kind: 'apply', checkMode: false, left: 1 },
    { kind: 'correction', checkMode: false, left: 1 },
    { kind: 'check', checkMode: true, left: 0 },
    { kind: 'plan', checkMode: true, left: 0 },
    { kind: 'exec', checkMode: false, left: 0 },
  ] as const)('is kept of $kind: $left', async ({ kind, checkMode, left }) => {
    const file = newFile();
    await recordRun(file, { kind, checkMode });
    const database = openToRead(file)!;
    expect(leftStates(database, inventory, 'web1')).toHaveLength(left);
    database.close();
  });

  test('names the run that left it so, not those that found it so', async () => {
    const file = newFile();
    const first = await recordRun(file);
    await recordRun(file);
    const database = openToRead(file)!;
    expect(leftStates(database, inventory, 'web2')).toMatchObject([
      { ordinal: 0, desired: 'd1', status: 'ok', run: first },
    ]);
    database.close();
  });

  test('is apart for inventories that use the same names', async () => {
    const file = newFile();
    await recordRun(file, { inventory: ['/other/hosts.ini'] });
    const database = openToRead(file)!;
    expect(leftStates(database, inventory, 'web1')).toEqual([]);
    database.close();
  });
});

describe('where nothing can be written', () => {
  test('the run does not begin', () => {
    const file = newFile();
    mkdirSync(file, { recursive: true });
    expect(() => record(file)).toThrow(
      expect.objectContaining({ code: 'history-unwritable', exitStatus: 1 }),
    );
  });

  test('a run that is under way is stopped, and fails in the end', async () => {
    const file = newFile();
    const { recorder, reporter, shown, stopped } = record(file);
    reporter.report(started);
    reporter.report(play(['web1']));
    reporter.report({ ...motd, module: 'copy', handler: false, hosts: ['web1'] });
    // What a full disk does to each write.
    const other = openHistory(file, () => {}).database;
    other.exec(
      "CREATE TRIGGER full BEFORE INSERT ON intents BEGIN SELECT RAISE(ABORT, 'full'); END",
    );
    other.close();
    const intention = { play: 1, id: motd.id, task: 'motd', host: 'web1' };
    const unwritable = expect.objectContaining({ code: 'history-unwritable' });
    await expect(recorder.intend(intention)).rejects.toThrow(unwritable);
    await expect(recorder.intend(intention)).rejects.toThrow(unwritable);
    expect(stopped.times).toBe(1);
    expect(shown.map(({ type }) => type)).toContain('warning');
    await expect(reporter.finish()).rejects.toThrow(unwritable);
  });
});

describe('lists', () => {
  test('can be narrowed', async () => {
    const file = newFile();
    await recordRun(file);
    await recordRun(file, { kind: 'check', checkMode: true, started: new Date('2020-01-01') });
    const database = openToRead(file)!;
    const ids = (filter: Parameters<typeof listRuns>[1]) =>
      listRuns(database, filter).map(({ id }) => id);
    expect(ids({})).toEqual([2, 1]);
    expect(ids({ limit: 1 })).toEqual([2]);
    expect(ids({ kind: 'run' })).toEqual([1]);
    expect(ids({ host: 'web2' })).toEqual([2, 1]);
    expect(ids({ host: 'web3' })).toEqual([]);
    expect(ids({ failed: true })).toEqual([]);
    expect(ids({ since: new Date('2021-01-01') })).toEqual([1]);
    database.close();
  });
});
