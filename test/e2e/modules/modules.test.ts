import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { moduleLoaders } from '../../../src/modules/registry.ts';
import { addBusyboxLogin, busyboxInventoryLine, inBusybox } from '../support/busybox.ts';
import { type TestLab, useLab } from '../support/lab.ts';
import { type PlaybookRun, runPlaybook, type TaskRecord } from '../support/run-playbook.ts';
import type { ModuleCase } from './case.ts';

interface Row extends ModuleCase {
  readonly title: string;
  /** The host of the inventory that the case runs on. */
  readonly host: string;
}

type Phase = (typeof phases)[number];

const phases = ['absent', 'present', 'changed by hand'] as const;

/** The lab host behind each host of the inventory. None has Python; bb1 sees nothing of its host. */
const machines: Readonly<Record<string, string>> = {
  web1: 'web1',
  bb1: 'db1',
  web2: 'web2',
  app1: 'app1',
};

const only = process.env.ROLECALL_CASES;
const rows = (await allRows()).filter((row) => !only || new RegExp(only).test(row.title));

let lab: TestLab;
let folder: string;
const checked = new Map<string, PlaybookRun>();
const applied = new Map<string, PlaybookRun>();
const altered = new Map<string, string[]>();
const verified = new Map<string, string>();

beforeAll(async () => {
  lab = await useLab();
  const used = [...new Set(rows.map((row) => machines[row.host]!))];
  await lab.reset(...used);
  folder = await mkdtemp(join(tmpdir(), 'rolecall-modules-'));
  if (rows.some((row) => row.host === 'bb1')) await addBusyboxLogin(lab, 'db1');
  await prepareController();
  await installNeeds();
  await onEach('absent', (row) => row.absent);
  for (const phase of phases) {
    if (phase === 'changed by hand') await onEach(phase, (row) => row.changedByHand);
    const before = await Promise.all(used.map((host) => lab.hashTree(host)));
    checked.set(phase, await run('--check'));
    const after = await Promise.all(used.map((host) => lab.hashTree(host)));
    altered.set(
      phase,
      used.flatMap((host, index) =>
        lab.differences(before[index]!, after[index]!).map((line) => `${host}: ${line}`),
      ),
    );
    applied.set(phase, await run());
    await verify(phase);
  }
  applied.set('again', await run());
}, 400_000);

afterAll(async () => {
  if (folder) await rm(folder, { recursive: true, force: true });
});

test('every module and every action for hosts has a case', async () => {
  const names = [...Object.keys(moduleLoaders), 'reboot', 'wait_for_connection'];
  const covered = new Set((await allRows()).map((row) => row.module));
  expect(names.filter((name) => !covered.has(name))).toEqual([]);
  expect([...covered].filter((name) => !names.includes(name))).toEqual([]);
});

test.each(phases)('check mode alters nothing: %s', (phase) => {
  expect(altered.get(phase)).toEqual([]);
});

test.each(rows.map((row) => [row.title, row] as const))('%s', (_, row) => {
  const changes = row.kind === 'query' ? 'ok' : 'changed';
  const stays = row.kind === 'action' ? 'changed' : 'ok';
  expect({
    absent: { told: told(checked, 'absent', row), ...done('absent', row) },
    present: { told: told(checked, 'present', row), ...done('present', row) },
    'changed by hand': {
      told: told(checked, 'changed by hand', row),
      ...done('changed by hand', row),
    },
    again: told(applied, 'again', row),
  }).toEqual({
    absent: { told: changes, done: changes, problem: undefined },
    present: { told: stays, done: stays, problem: undefined },
    'changed by hand': { told: changes, done: changes, problem: undefined },
    again: stays,
  });
  const result = recordOf(applied.get('absent'), row)?.result;
  expect(result).toMatchObject(row.gives ?? {});
});

function done(phase: Phase, row: Row) {
  return { done: told(applied, phase, row), problem: verified.get(`${phase} ${row.title}`) };
}

/** The status, with the message where it is none of the good ones. */
function told(runs: ReadonlyMap<string, PlaybookRun>, phase: string, row: Row): string {
  const run = runs.get(phase);
  const record = recordOf(run, row);
  if (!record) return `not run: ${run?.stdout.slice(0, 300)}`;
  if (record.status === 'ok' || record.status === 'changed') return record.status;
  return `${record.status}: ${record.message} ${JSON.stringify(record.result)}`;
}

function recordOf(run: PlaybookRun | undefined, row: Row): TaskRecord | undefined {
  return run?.tasks.find((task) => task.host === row.host && task.task === row.title);
}

function run(...args: string[]): Promise<PlaybookRun> {
  return runPlaybook(folder, 'cases.yml', ['-i', 'inventory.ini', '-D', ...args]);
}

/** Each host runs its cases at its own pace; one that fails does not keep the others from running. */
async function prepareController(): Promise<void> {
  for (const name of ['files', 'templates']) await mkdir(join(folder, name));
  for (const script of new Set(rows.map((row) => row.onController))) {
    if (script) await promisify(execFile)('/bin/sh', ['-ec', script], { cwd: folder });
  }
  await writeFile(
    join(folder, 'inventory.ini'),
    `${busyboxInventoryLine(lab, 'db1')}\n${lab.inventory}`,
  );
  const hosts = Object.keys(machines).filter((host) => rows.some((row) => row.host === host));
  const plays = hosts.map((host) => ({
    name: host,
    hosts: host,
    gather_facts: false,
    become: host !== 'bb1',
    tasks: rows
      .filter((row) => row.host === host)
      .map((row) => ({
        name: row.title,
        [row.module]: row.present,
        ignore_errors: true,
        ...row.keywords,
      })),
  }));
  await writeFile(join(folder, 'cases.yml'), JSON.stringify(plays, undefined, 1));
}

async function installNeeds(): Promise<void> {
  const hosts = new Set(rows.map((row) => row.host));
  await Promise.all(
    [...hosts].map(async (host) => {
      const needs = rows.filter((row) => row.host === host).flatMap((row) => row.needs ?? []);
      if (needs.length > 0)
        await lab.sh(machines[host]!, `apt-get -qq install -y ${needs.join(' ')} >/dev/null 2>&1`);
    }),
  );
}

/** Runs a script of each case on its host, all of a host in one process after another. */
async function onEach(phase: Phase, script: (row: Row) => string | undefined): Promise<void> {
  await Promise.all(
    Object.keys(machines).map(async (host) => {
      for (const row of rows.filter((each) => each.host === host)) {
        const text = script(row);
        if (text === undefined) continue;
        const { status, stderr } = await exec(row, text);
        if (status !== 0) verified.set(`${phase} ${row.title}`, `${text}: ${status} ${stderr}`);
      }
    }),
  );
}

async function verify(phase: Phase): Promise<void> {
  await Promise.all(
    Object.keys(machines).map(async (host) => {
      for (const row of rows.filter((each) => each.host === host && each.verify)) {
        const { status, stdout, stderr } = await exec(row, row.verify!);
        if (status !== 0)
          verified.set(`${phase} ${row.title}`, `${row.verify}: ${status} ${stdout} ${stderr}`);
      }
    }),
  );
}

function exec(row: Row, script: string) {
  const argv = row.host === 'bb1' ? inBusybox(script) : ['/bin/sh', '-c', script];
  return lab.exec(machines[row.host]!, argv);
}

async function allRows(): Promise<Row[]> {
  const here = import.meta.dirname;
  const files = (await readdir(here)).filter((name) => name.endsWith('.case.ts')).sort();
  const cases: Row[] = [];
  for (const file of files) {
    const { cases: found } = (await import(join(here, file))) as { cases: ModuleCase[] };
    for (const one of found) {
      for (const userland of one.userland) {
        const host = userland === 'busybox' ? 'bb1' : hostOf(file);
        const title = `${one.module}: ${one.name} (${host})`;
        cases.push({ ...one, host, title });
      }
    }
  }
  const order = ['query', 'state', 'action']; // a query is not known after a change in check mode
  return cases.sort((a, b) => order.indexOf(a.kind ?? 'state') - order.indexOf(b.kind ?? 'state'));
}

/** Packages bring what other cases ask for, and services take time: each has a host of its own. */
function hostOf(file: string): string {
  if (file.startsWith('packages') || file.startsWith('reboot')) return 'app1';
  return ['accounts', 'service', 'kernel'].some((name) => file.startsWith(name)) ? 'web2' : 'web1';
}
