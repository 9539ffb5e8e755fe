import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { figures, type SmallSite, smallSite, token } from './small-site.ts';

const hosts = ['app1', 'app2'];
let small: SmallSite;

beforeAll(async () => {
  small = await smallSite('app', { app1: ['app'], app2: ['app'], lb1: ['load_balancers'] });
  small.vars('load_balancers', {
    load_balancer: {
      frontends: [{ name: 'www', port: 80, backend: 'app' }],
      backends: [{ name: 'app', servers: { group: 'app', port: 3000 } }],
      drainTimeout: '4s',
    },
  });
});
afterAll(() => small?.remove());

test('virgin hosts: the dry run alters nothing and is right, a second run finds nothing to do', {
  timeout: 300_000,
}, async () => {
  small.deploys(small.release('v1'));
  const before = await onEach(small.lab.hashTree);
  const planned = await run('--check');
  const after = await onEach(small.lab.hashTree);
  expect(after.flatMap((tree, index) => small.lab.differences(before[index]!, tree))).toEqual([]);
  expect(planned.status, planned.stdout).toBe(0);
  expect(planned.with('unknown')).toEqual([]);

  const done = await run();
  expect(done.status, done.stdout).toBe(0);
  expect(planned.with('changed')).toEqual(done.with('changed'));
  expect(await onEach(small.page)).toMatchObject(
    hosts.map((server) => ({ version: 'v1', server, greeting: 'hello', token })),
  );
  const log = 'cat /srv/small/shared/uploads/migrations.log';
  expect(await small.lab.sh('app1', log)).toContain('v1');
  expect((await small.lab.exec('app2', ['sh', '-c', log])).status).not.toBe(0);
  expect(done.stdout).not.toContain('second line');

  const marks = await onEach(small.marks);
  const again = await run('--detailed-exitcode');
  expect(again.with('changed')).toEqual([]);
  expect(again.status, again.stdout).toBe(0);
  expect(await onEach(small.marks)).toEqual(marks);
});

test('a killed process is started again, and no request fails', async () => {
  const load = small.load();
  await sleep(500);
  const { pid } = await small.page('app1');
  await small.lab.sh('app1', `kill -9 ${pid}`);
  await expect
    .poll(() => small.page('app1').catch(() => undefined), { timeout: 20_000 })
    .toMatchObject({ version: 'v1' });
  await sleep(3000);
  const report = await load.stop();
  figures('12 kill -9 of the process', report);
  expect(report.failed, JSON.stringify(report.errors.slice(0, 5))).toBe(0);
  expect((await small.page('app1')).pid).not.toBe(pid);
});

test('another environment restarts the service once', async () => {
  const before = await onEach(startsOf);
  small.deploys(small.release('v1'), { env: { GREETING: 'good morning' } });
  const done = await run();
  expect(done.with('changed').filter((name) => name.includes('app1'))).toEqual([
    'app1: app : Run small behind its health gate',
    'app1: app : Write the environment of small',
    'app1: app : Write the secrets of small',
  ]);
  expect(await onEach(small.page)).toMatchObject(hosts.map(() => ({ greeting: 'good morning' })));
  expect(await onEach(startsOf)).toEqual(before.map((count) => count + 1));
});

test('v2 under load, one host after the other: no request fails, every server reports v2', async () => {
  small.deploys(small.release('v2'));
  const load = small.load();
  await sleep(300);
  const done = await small.run('rolling-update.yml');
  await sleep(300);
  const report = await load.stop();
  figures('13 v2 under load', report);
  expect(done.status, done.stdout).toBe(0);
  expect(report.failed, JSON.stringify(report.errors.slice(0, 5))).toBe(0);
  expect(await onEach(small.page)).toMatchObject(
    hosts.map((server) => ({ version: 'v2', server })),
  );
  expect(await small.lab.sh('app1', 'cat /srv/small/shared/uploads/migrations.log')).toMatch(
    /v1[\s\S]*v2/,
  );
  const again = await run('--detailed-exitcode');
  expect(again.status, again.stdout).toBe(0);
});

test('v3 does not pass its gate: one host touched, rolled back, the run fails, no request does', async () => {
  const untouched = await small.marks('app2');
  const broken = small.release('v3', { healthy: false });
  small.deploys(broken);
  const load = small.load();
  const done = await small.run('rolling-update.yml');
  const report = await load.stop();
  figures('14 v3 is broken', report);
  expect(done.status, done.stdout).toBe(2);
  expect(done.with('failed')).toEqual(['app1: app : Run small behind its health gate']);
  expect(done.stdout).toContain(
    `small ${broken.id} did not pass its gate: http://127.0.0.1:3000/healthz gave no 200 within 4 s (active, 503 the database does not answer); rolled back to ${small.release('v2').id}, which passed it`,
  );
  expect(report.failed, JSON.stringify(report.errors.slice(0, 5))).toBe(0);
  expect(await onEach(small.page)).toMatchObject(
    hosts.map((server) => ({ version: 'v2', server })),
  );
  expect(await small.marks('app2')).toBe(untouched);
  expect(await small.inService()).toEqual({ app1: 'UP', app2: 'UP' });

  small.deploys(small.release('v2'));
  const mended = await run('--detailed-exitcode');
  expect(mended.with('failed')).toEqual([]);
  expect(await small.page('app1')).toMatchObject({ version: 'v2' });
});

test('a configuration that does not pass is taken back as well', async () => {
  small.deploys(small.release('v2'), { env: { PORT: '3999' } });
  const done = await run('--limit', 'app2');
  expect(done.status).toBe(2);
  expect(done.stdout).toContain('rolled back to its earlier configuration, which passed it');
  expect(await small.lab.sh('app2', 'cat /etc/small/environment')).not.toContain('3999');
  expect(await small.page('app2')).toMatchObject({ version: 'v2' });
  small.deploys(small.release('v2'));
  expect((await run('--detailed-exitcode')).with('changed')).toEqual([]);
});

test('a runner killed in mid-drain: the next run puts the server back in and deploys', async () => {
  small.deploys(small.release('v4'));
  const killed = small.start('rolling-update.yml');
  await killed.until({ event: 'host-task-finished', task: 'app : Write the unit of small' });
  expect(await small.inService()).toMatchObject({ app1: 'MAINT', app2: 'UP' });
  killed.child.kill('SIGKILL');
  await killed.ended;
  const done = await run();
  expect(done.status, done.stdout).toBe(0);
  expect(await onEach(small.page)).toMatchObject(
    hosts.map((server) => ({ version: 'v4', server })),
  );
  await expect.poll(small.inService, { timeout: 10_000 }).toEqual({ app1: 'UP', app2: 'UP' });
});

test('a run that died between switch and restart: the next one restarts', async () => {
  const v5 = small.deploys(small.release('v5'));
  // what such a run leaves: the link leads to v5, the process is of v4
  await small.lab.sh(
    'app1',
    `cd /srv/small && mkdir -p releases/${v5.id} && ln -s releases/${v5.id} .n && rm -r releases/${v5.id} && mv -T .n current`,
  );
  const done = await run();
  expect(done.status, done.stdout).toBe(0);
  expect(done.with('changed').filter((name) => name.includes('app1'))).toEqual([
    'app1: app : Migrate the database of small',
    'app1: app : Remove old releases of small',
    'app1: app : Run small behind its health gate',
    'app1: app : Unpack the release of small',
  ]);
  expect(await onEach(small.page)).toMatchObject(
    hosts.map((server) => ({ version: 'v5', server })),
  );
  const kept = [small.release('v4').id, v5.id].sort();
  expect(
    (await small.lab.sh('app2', 'ls -A /srv/small/releases')).split('\n').filter(Boolean),
  ).toEqual(kept);
  expect((await run('--detailed-exitcode')).with('changed')).toEqual([]);
});

const run = (...words: string[]) => small.run('site.yml', ...words);

function onEach<T>(look: (host: string) => Promise<T>): Promise<T[]> {
  return Promise.all(hosts.map(look));
}

/** How often the service has been started since the host is up. */
async function startsOf(host: string): Promise<number> {
  const count = "journalctl -u small -o cat | grep -c '^Started small.service' || true";
  return Number(await small.lab.sh(host, count));
}
