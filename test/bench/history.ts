import { statSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../../src/history/codes.ts';
import { packDiff } from '../../src/history/diff-blob.ts';
import type { RunFacts } from '../../src/history/facts.ts';
import { openHistory, openToRead } from '../../src/history/open.ts';
import { thisProcess } from '../../src/history/process-identity.ts';
import {
  findRun,
  hostsOfRun,
  leftStates,
  listRuns,
  outcomesOfRun,
} from '../../src/history/read.ts';
import { inTransaction } from '../../src/history/sqlite.ts';
import { Writer } from '../../src/history/writer.ts';
import type { Bench } from './setting.ts';
import { median } from './statistics.ts';

const tasks = 20;
/** Of each run, on hosts that differ from run to run. */
const changesOfRun = 20;
const longestQueryMs = 200;

export const historyBench: Bench = {
  id: 'history',
  title: 'Questions to a long record of runs',
  extra: true,
  async run({ folder, quick, runs: times, progress }) {
    const [hosts, runs] = quick ? [50, 50] : [1000, 1000];
    const file = join(folder, 'long-history.db');
    progress(`  recording ${runs} runs of ${hosts} hosts and ${tasks} tasks`);
    fill(file, hosts, runs);
    const bytes = statSync(file).size;
    const goals = Object.entries(questions(runs)).map(([what, ask]) => ({
      what,
      value: median(Array.from({ length: times }, () => timeOf(file, ask))),
      unit: 'ms',
      limit: longestQueryMs,
      bound: 'most' as const,
    }));
    const ends = hosts * runs * tasks;
    return {
      rows: [],
      goals,
      notes: [
        `${runs} runs of ${tasks} tasks on ${hosts} hosts, ${changesOfRun} changes with diffs in each: ${(bytes / 1e6).toFixed(0)} MB`,
        `${(bytes / runs / 1e3).toFixed(0)} kB for each run, ${(bytes / ends).toFixed(2)} bytes for each end of a task`,
        'opening and closing the file is in each time',
      ],
    };
  },
};

type Database = NonNullable<ReturnType<typeof openToRead>>;

function questions(runs: number): Readonly<Record<string, (database: Database) => unknown>> {
  const middle = Math.ceil(runs / 2);
  return {
    'the newest 20 runs': (database) => listRuns(database),
    'the newest 20 runs of a host': (database) => listRuns(database, { host: 'host7' }),
    'all that failed': (database) => listRuns(database, { failed: true, limit: runs }),
    'all since a time': (database) => listRuns(database, { since: startOf(middle), limit: runs }),
    'one run with all hosts and tasks': (database) => {
      const run = findRun(database, middle)!;
      return [hostsOfRun(database, run), outcomesOfRun(database, run.id)];
    },
    'what a host was left as': (database) => leftStates(database, inventory, 'host7'),
  };
}

function timeOf(file: string, ask: (database: Database) => unknown): number {
  const begin = performance.now();
  const database = openToRead(file)!;
  ask(database);
  database.close();
  return performance.now() - begin;
}

function fill(file: string, hostCount: number, runs: number): void {
  const { database } = openHistory(file, () => {});
  const hosts = Array.from({ length: hostCount }, (_, index) => `host${index}`);
  const identities = Array.from({ length: tasks }, (_, index) => ({
    ...{ play: 'Site', role: 'web', title: `Task number ${index}`, module: 'copy', handler: false },
  }));
  for (let run = 1; run <= runs; run++) {
    const writer = new Writer(database, facts(run));
    inTransaction(database, () => {
      writer.know(hosts, identities);
      const touched = Array.from({ length: changesOfRun }, (_, index) => ({
        host: (run * 31 + index * 7) % hostCount,
        task: index % tasks,
      }));
      writer.batch({
        ...{ part: 0, intents: [], entries: [], rescued: [], endedIntents: [] },
        outcomes: touched.map(({ host, task }, part) => ({
          ...{ part, host, task, play: 1, place: `/site/site.yml:${task}`, item: null },
          ...{ code: changed, delegatedTo: null, duration: 40, message: 'content differs' },
          ...{ diff: packDiff(diff(run)), problem: null, output: null },
        })),
        left: leftBy(run, run === 1 ? everywhere(hostCount) : touched),
      });
      writer.end({
        ...{ durationMs: 2000, exitStatus: run % 50 === 0 ? 2 : 0, interrupted: false },
        hosts: hosts.map((_, host) => ({
          ...{ host, counts, owed: [] },
          entries: identities.flatMap((__, task) => [task, ok, (host * task) % 50]),
        })),
      });
    });
  }
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

function everywhere(hosts: number) {
  return Array.from({ length: hosts * tasks }, (_, index) => ({
    host: Math.floor(index / tasks),
    task: index % tasks,
  }));
}

function leftBy(run: number, places: readonly { host: number; task: number }[]) {
  const desired = run.toString(16).padStart(32, '0');
  return places.map((place) => ({ ...place, ordinal: 0, desired, status: 'ok' }));
}

function diff(run: number) {
  const lines = Array.from({ length: 20 }, (_, line) => `line ${line} of a file`);
  const before = `${lines.join('\n')}\n`;
  return [{ header: '/etc/some/file.conf', before, after: `${before}run ${run}\n` }];
}

const inventory = ['/site/hosts.ini'];

const startOf = (run: number) => new Date(Date.UTC(2026, 0, 1) + run * 3_600_000);

function facts(run: number): RunFacts {
  return {
    ...{ kind: 'run', checkMode: false, started: startOf(run), process: thisProcess() },
    ...{ user: 'anna', folder: '/site', version: '1.0.0', node: process.version },
    ...{ playbooks: ['/site/site.yml'], inventory, options: {} },
  };
}

const outcome = { result: null, diff: [], durationMs: 0, predicted: false };
const ok = codeOf({ ...outcome, status: 'ok' });
const changed = codeOf({ ...outcome, status: 'changed' });
const counts = {
  ...{ ok: tasks, changed: 0, skipped: 0, failed: 0 },
  ...{ unreachable: 0, unknown: 0, rescued: 0, ignored: 0 },
};
