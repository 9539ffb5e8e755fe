import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { drift, type Found, look } from '../support/drift.ts';
import { type Client, clientOf } from '../support/foobar-client.ts';
import { type Infrastructure, marksOf, useInfrastructure } from '../support/infrastructure.ts';
import { print } from '../support/stand-up.ts';
import { stepwise } from '../support/stepwise.ts';
import { type Drift, drifts, driftsAfterPromotion, reported } from './drift/drifts.ts';
import { restarted, servedByThemselves } from './drift/expected.ts';

const playbook = fileURLToPath(new URL('drift/site.yml', import.meta.url));
const databases = ['db1', 'db2', 'db3'];

let site: Infrastructure;
let client: Client;
/** The settings of the watch. */
let settings: string;
/** The first part of the addresses: `10.96.0`. */
let net: string;

beforeAll(async () => {
  site = await useInfrastructure('foobar', { spare: ['backup1'] });
  client = clientOf(site);
  net = site.host('db1').address.split('.').slice(0, 3).join('.');
  appendFileSync(
    join(site.folder, 'group_vars/databases.yml'),
    '  backup:\n    schedule: daily\n    destination: { host: backup1 }\n',
  );
  settings = join(site.releases, 'drift.yml');
  writeFileSync(settings, JSON.stringify(driftSettings()));
});

stepwise();

test('28: what was just stood up has not drifted', async () => {
  await site.reset();
  const done = await site.run(playbook);
  expect(done.status, done.stdout + done.stderr).toBe(0);
  const nothing = await look(settings);
  expect(nothing).toMatchObject({ status: 0, findings: [], failed: [] });
  print('28', `${site.hosts.length} hosts, nothing found in ${nothing.seconds.toFixed(1)} s`);
}, 1_200_000);

test('28: each drift is found, corrected where the policy says so, and nothing else changes', async () => {
  const names = site.hosts.map(({ name }) => name);
  const trees = () => Promise.all(names.map((name) => site.hashTree(name)));
  const before = [await trees(), await services(), await accounts()] as const;
  const all = [...drifts, ...reported];
  for (const one of all) await inject(one);

  const found = await look(settings);
  expect(found.failed).toEqual([]);
  expect(found.findings.map(nameOf).sort()).toEqual(all.flatMap(wanted).sort());
  printKinds(`found in ${found.seconds.toFixed(1)} s`, drifts, found.findings);

  const left = reported.flatMap(wanted).sort();
  const seconds = await watchUntil(
    new RegExp(`: ${left.length} drifted, 0 pending, 0 unknown`),
    400,
  );
  const after = await look(settings);
  expect(after.findings.map(nameOf).sort()).toEqual(left);
  expect(after.failed).toEqual([]);
  print(
    '28',
    `${drifts.length} of ${drifts.length} drifts corrected, unattended, in ${seconds.toFixed(0)} s; ${left.length} reported only; the next check finds these ${left.length}`,
  );

  const treesAfter = await trees();
  const others = names.flatMap((name, index) =>
    site
      .differences(before[0][index]!, treesAfter[index]!)
      .map((line) => `${name} ${line}`)
      .filter((line) => !servedByThemselves.some((pattern) => pattern.test(line))),
  );
  expect(others).toEqual([]);
  expect([await services(), await accounts()]).toEqual(before.slice(1));
  expect(await client.works()).toBe(true);
}, 900_000);

test('28: a promotion is respected by a watch that has the old inventory', async () => {
  const done = await site.run('promote.yml', '-e', 'candidate=db2');
  expect(done.status, done.stdout + done.stderr).toBe(0);
  const watch = drift('watch', '--settings', settings, '--once');
  expect(await watch.ended, watch.said.stdout).toBe(2);
  expect(watch.said.stdout).not.toMatch(/corrected db/);
  expect(await writable()).toEqual(['db2']);
  print('28', 'after the promotion of db2 with the old inventory: refused, db2 still takes writes');
}, 300_000);

test('28: what drifts after a promotion is corrected, and the primary stays the promoted one', async () => {
  const all = join(site.folder, 'group_vars/all.yml');
  const text = readFileSync(all, 'utf8');
  writeFileSync(all, text.replace('database_primary: db1', 'database_primary: db2'));
  const rejoined = await site.run('rejoin.yml', '-e', 'host=db1');
  expect(rejoined.status, rejoined.stdout + rejoined.stderr).toBe(0);
  const done = await site.run(playbook);
  expect(done.status, done.stdout + done.stderr).toBe(0);

  for (const one of driftsAfterPromotion) await inject(one);
  const found = await look(settings);
  expect(found.failed).toEqual([]);
  expect(found.findings.map(nameOf).sort()).toEqual(driftsAfterPromotion.flatMap(wanted).sort());

  const seen = new Set<string>();
  const sampling = setInterval(() => {
    void writable().then((names) => {
      for (const name of names) seen.add(name);
    });
  }, 2000);
  const seconds = await watchUntil(/ 0 drifted, 0 pending, 0 unknown/, 300).finally(() =>
    clearInterval(sampling),
  );
  expect(await look(settings)).toMatchObject({ status: 0, findings: [], failed: [] });
  expect(await writable()).toEqual(['db2']);
  expect(seen).not.toContain('db1');
  expect((await client.write('after all')).db).toBe('db2');
  print(
    '28',
    `after the promotion: ${driftsAfterPromotion.length} of ${driftsAfterPromotion.length} found, corrected in ${seconds.toFixed(0)} s; db2 alone takes writes`,
  );
}, 600_000);

/** Corrects all but what is left to people. */
function driftSettings() {
  return {
    name: 'foobar',
    playbooks: [playbook],
    inventory: [site.folder],
    state: join(site.releases, 'drift-state.json'),
    every: '1m',
    run: { extraVars: [JSON.stringify({ foobar_release: site.release })] },
    policy: [
      ...reported.map(({ host, finds }) => ({ host, task: finds[0], do: 'report' })),
      // What a loop goes over was found on the host: the last run could not know it.
      { task: 'Remove what else is in the folder of checks', kind: 'pending', do: 'correct' },
    ],
    default: 'correct',
    limits: { driftedShare: 100, correctionsPerHour: 200, hostsAtOnce: 4 },
  };
}

async function inject({ host, script }: Drift): Promise<void> {
  await site.sh(host, script.replaceAll('$NET', net));
}

function wanted({ host, foundFor, finds }: Drift): string[] {
  return finds.map((task) => `${foundFor ?? host}: ${task.replaceAll('$NET', net)}`);
}

function nameOf({ host, task }: Found): string {
  return `${host}: ${task}`;
}

/** Starts a watch, waits until it has said this of a check, and stops it. Returns the seconds until its last correction. */
async function watchUntil(text: RegExp, seconds: number): Promise<number> {
  const began = Date.now();
  const watch = drift('watch', '--settings', settings);
  try {
    await watch.until(text, seconds);
  } finally {
    watch.child.kill('SIGTERM');
  }
  expect(await watch.ended, watch.said.stderr).toBe(0);
  expect(watch.said.stdout).not.toContain('failed to correct');
  const last = watch.said.stdout.split('\n').findLast((line) => line.includes('  corrected '));
  return last === undefined ? 0 : (Date.parse(last.slice(0, 19)) - began) / 1000;
}

/** Those whose server takes writes. */
async function writable(): Promise<string[]> {
  const open = await Promise.all(
    databases.map((host) => site.sh(host, "mysql -Ne 'SELECT @@read_only' || true")),
  );
  return databases.filter((_, index) => open[index]!.trim() === '0');
}

/** When each service was started, but for those that a drift stopped. */
async function services(): Promise<string[]> {
  return Object.entries(await marksOf(site)).flatMap(([host, text]) =>
    text
      .split('\n')
      .filter((line) => line.includes('ActiveEnterTimestamp='))
      .map((line) => `${host} ${line}`)
      .filter((line) => !restarted.some(([name, unit]) => isOf(line, name, unit))),
  );
}

/** Users and groups of each host. */
function accounts(): Promise<string[]> {
  return Promise.all(site.hosts.map(({ name }) => site.sh(name, 'sort /etc/passwd /etc/group')));
}

function isOf(line: string, host: string, unit: string): boolean {
  return line.startsWith(`${host} `) && line.includes(`Id=${unit}.service`);
}

function printKinds(how: string, all: readonly Drift[], findings: readonly Found[]): void {
  const names = new Set(findings.map(nameOf));
  const kinds = Map.groupBy(all, ({ kind }) => kind);
  const texts = [...kinds].map(([kind, list]) => {
    const seen = list.filter((one) => wanted(one).every((name) => names.has(name)));
    return `${kind} ${seen.length}/${list.length}`;
  });
  print('28', `${how}: ${texts.join(', ')}`);
}
