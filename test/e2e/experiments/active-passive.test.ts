import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { buildRelease } from '../../../examples/foobar/build/release.ts';
import { type Client, clientOf } from '../support/foobar-client.ts';
import { type Infrastructure, useInfrastructure } from '../support/infrastructure.ts';
import { load, loadFigures, startLoad } from '../support/load.ts';
import { resultOf } from '../support/rolecall.ts';
import { print, rebootAll, standUp, unchanged } from '../support/stand-up.ts';
import { until } from '../support/until.ts';

let site: Infrastructure;
let client: Client;
const headers = { host: 'www.foobar.com' };
/** Milliseconds: fall × inter + timeout. */
const bound = 3 * 2000 + 2000;

beforeAll(async () => {
  site = await useInfrastructure('active-passive', { spare: ['spare1'] });
  client = clientOf(site);
});

test('27, 25: stands up as predicted, then nothing changes', () => standUp(site), 900_000);

test('all requests go to the active web server', async () => {
  const report = await load({ url: client.url('/'), headers, requests: 100, clients: 2 });
  expect(report).toMatchObject({ failed: 0, bySrv: { web1: 100 } });
});

test('6, 7: the standby takes over within the bound, and gives back without an error', async () => {
  const running = startLoad({ url: client.url('/'), headers });
  await sleep(1000);
  const stopped = running.now();
  await site.sh('web1', 'systemctl stop nginx');
  await sleep(bound + 1000);
  const started = running.now();
  await site.sh('web1', 'systemctl start nginx');
  await until(() => servedBy('web1'));
  await sleep(1000);
  const report = await running.stop();
  const onStandby = report.answers.filter(({ by, atMs }) => by === 'web2' && atMs > stopped);
  const takeover = onStandby[0]!.atMs - stopped;
  const back =
    report.answers.find(({ by, atMs }) => by === 'web1' && atMs > started)!.atMs - started;
  print('6', `standby serves after ${takeover.toFixed(0)} ms; ${loadFigures(report)}`);
  print('7', `active serves again ${back.toFixed(0)} ms after its start`);
  expect(takeover).toBeLessThan(bound);
  const late = report.errors.map(({ atMs }) => Math.round(atMs - stopped));
  print('6', `errors at ${late.join(', ') || 'no'} ms after the stop`);
  expect(report.errors.filter(({ atMs }) => atMs > stopped + bound || atMs > started)).toEqual([]);
});

test('a release in the central place reaches every server with the same sha256', async () => {
  const next = await buildRelease({ out: site.releases, note: 'second' });
  const first = site.release;
  site.declare(next);
  const run = await site.run('site.yml');
  expect(run.status, run.stdout + run.stderr).toBe(0);
  const published = await site.sh('code1', 'sha256sum /srv/releases/foobar/*.tar.gz');
  expect(published).toContain(next.sha256);
  const ids = await Promise.all(
    ['web1', 'web2', 'app1'].map((host) => site.sh(host, 'readlink /srv/foobar/current')),
  );
  expect(new Set(ids.map((id) => id.trim()))).toEqual(new Set([`releases/${next.id}`]));
  const sums = await Promise.all(
    ['web1', 'web2', 'app1'].map((host) =>
      site.sh(
        host,
        "cd /srv/foobar/current/ && find . -type f ! -name '.release-*' -exec sha256sum {} + | sort",
      ),
    ),
  );
  expect(new Set(sums).size).toBe(1);
  expect((await client.get('/api/notes')).release).toBe(next.id);
  site.declare(first);
  expect((await site.run('site.yml')).status).toBe(0);
});

test('a backup from the replica arrives on another host, and can be read there', async () => {
  for (let count = 0; count < 50; count++) {
    expect((await client.write(`ünïcode ${count}`)).status).toBe(201);
  }
  const done = await site.run('backup.yml');
  expect(done.status, done.stdout + done.stderr).toBe(0);
  const taken = resultOf(done, 'Take the backup');
  print('20', `taken: ${taken.bytes} bytes, ${taken.tables} tables, sha256 ${taken.sha256}`);
  const folder = '/srv/backups/database';
  const files = (await site.sh('code1', `ls ${folder}`)).trim().split('\n');
  print('20', `on code1: ${files.join(', ')}`);
  await site.sh('code1', `cd ${folder} && sha256sum -c --quiet *.sha256`);
  const timer = await site.sh('db2', 'systemctl list-timers --all --no-legend | grep -i backup');
  expect(timer).toMatch(/02:30/);
});

test('20: the latest backup is restored on another host, all checksums equal', async () => {
  const done = await site.run('restore.yml', '-e', 'target=spare1');
  expect(done.status, done.stdout + done.stderr).toBe(0);
  const restored = resultOf(done, 'Restore it and compare the checksums');
  const sums = await Promise.all(['db1', 'spare1'].map(checksums));
  expect(sums[1]).toBe(sums[0]);
  const tables = sums[1]!.split('\n');
  expect(tables.length).toBeGreaterThan(0);
  expect(restored.compared).toBe(String(tables.length));
  print(
    '20',
    `restored on spare1: ${restored.compared} tables compared, all equal to db1 (${tables.join(', ')}), ${restored.seconds} s`,
  );
  expect(await site.sh('spare1', "mysql -N -e 'SELECT COUNT(*) FROM foobar.notes'")).toBe(
    await site.sh('db1', "mysql -N -e 'SELECT COUNT(*) FROM foobar.notes'"),
  );
}, 600_000);

test('20: a restore test in a scratch server of the replica', async () => {
  const done = await site.run('restore-test.yml');
  expect(done.status, done.stdout + done.stderr).toBe(0);
  print('20', `restore test: ${resultOf(done, 'compare the checksums').msg}`);
  print('20', `recorded: ${(await site.sh('db2', 'cat /var/lib/rolecall/backup-tested')).trim()}`);
  const timers = await site.sh('db2', 'systemctl list-timers --all --no-legend');
  expect(timers).toMatch(/04:30.*rolecall-backup-test/);
  await unchanged(site);
}, 300_000);

test('26: all hosts lose power and come back in random order', async () => {
  await rebootAll(site, () => client.works());
}, 600_000);

const acknowledged: number[] = [];

test('17: kill -9 of the primary during writes, promotion: every acknowledged id is there', async () => {
  let stop = false;
  const writer = (async () => {
    for (let count = 0; !stop; count++) {
      const answer = await client.write(`logged ${count}`).catch(() => undefined);
      if (answer?.status === 201) acknowledged.push((answer.body as { id: number }).id);
    }
  })();
  await until(() => acknowledged.length >= 50, 60);
  await site.sh('db1', 'systemctl kill --signal=SIGKILL mysql');
  await sleep(1000);
  stop = true;
  await writer;
  const start = performance.now();
  const promoted = await site.run('promote.yml', '-e', 'candidate=db2');
  expect(promoted.status, promoted.stdout + promoted.stderr).toBe(0);
  const seconds = (performance.now() - start) / 1000;
  const listed = await site.sh('db2', "mysql -N -e 'SELECT id FROM foobar.notes'");
  const ids = new Set(listed.trim().split('\n').map(Number));
  const lost = acknowledged.filter((id) => !ids.has(id));
  print(
    '17',
    `${acknowledged.length} acknowledged, ${lost.length} lost; promoted in ${seconds.toFixed(1)} s`,
  );
  expect(lost).toEqual([]);
  const again = await site.run('promote.yml', '-e', 'candidate=db2');
  expect(again.status, again.stdout + again.stderr).toBe(0);
  expect(again.with('changed')).toEqual([]);
}, 300_000);

test('after a promotion a run with the old inventory is refused, and undoes nothing', async () => {
  const refused = await site.run('site.yml');
  expect(refused.status).toBe(2);
  const problems = refused.events.flatMap(({ outcome }) => outcome?.problem?.message ?? []);
  print('17', `site.yml with the old inventory: ${problems[0]}`);
  expect(problems.join('\n')).toMatch(/db2/);
  expect(refused.with('changed')).toEqual([]);
  expect(await writable('db2')).toBe(true);
  expect((await client.write('on the new primary')).db).toBe('db2');
}, 300_000);

test('18: the old primary boots: it is not writable; it joins again as a replica', async () => {
  await site.sh('db1', 'systemctl unmask mysql; systemctl start mysql');
  await sleep(5000);
  expect(await writable('db1')).toBe(false);
  site.edit('group_vars/all.yml', (text) =>
    text.replace('database_primary: db1', 'database_primary: db2'),
  );
  const rejoined = await site.run('rejoin.yml', '-e', 'host=db1', '-e', 'reclone=true');
  expect(rejoined.status, rejoined.stdout + rejoined.stderr).toBe(0);
  const whole = await site.run('site.yml');
  expect(whole.status, whole.stdout + whole.stderr).toBe(0);
  expect(await writable('db1')).toBe(false);
  await unchanged(site);
  await until(async () => (await client.get('/api/notes')).db === 'db1');
}, 300_000);

/** Of all tables of the application: `foobar.notes 1234`. */
async function checksums(host: string): Promise<string> {
  const named = await site.sh(host, "mysql -N -e 'SHOW TABLES FROM foobar'");
  const tables = named
    .trim()
    .split('\n')
    .map((table) => `foobar.${table}`);
  const sums = await site.sh(host, `mysql -N -e 'CHECKSUM TABLE ${tables.join(', ')}'`);
  return sums.trim().replaceAll('\t', ' ');
}

async function writable(host: string): Promise<boolean> {
  const value = await site.sh(host, "mysql -N -e 'SELECT @@global.super_read_only'");
  return value.trim() === '0';
}

async function servedBy(server: string): Promise<boolean> {
  const { bySrv } = await load({ url: client.url('/'), headers, requests: 2, clients: 1 });
  return bySrv[server] === 2;
}
