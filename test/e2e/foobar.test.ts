import { Resolver } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { buildRelease } from '../../examples/foobar/build/release.ts';
import { serversOf } from './support/balancer.ts';
import { type Client, clientOf } from './support/foobar-client.ts';
import { type Infrastructure, marksOf, useInfrastructure } from './support/infrastructure.ts';
import { load, loadFigures, startLoad } from './support/load.ts';
import { print, rebootAll, standUp } from './support/stand-up.ts';
import { until } from './support/until.ts';

let site: Infrastructure;
let client: Client;
/** A release whose /healthz never says that it can serve. */
const brokenHealth = fileURLToPath(
  new URL('../examples/foobar/overlays/broken-health', import.meta.url),
);
const headers = { host: 'www.foobar.com' };

beforeAll(async () => {
  site = await useInfrastructure('foobar');
  client = clientOf(site);
});

test('27, 25: stands up as predicted, then nothing changes', () => standUp(site), 900_000);

test('www.foobar.com is the balancer', async () => {
  const resolver = new Resolver();
  resolver.setServers([site.host('dns1').address]);
  expect(await resolver.resolve4('www.foobar.com')).toEqual([site.host('lb1').address]);
});

test('the whole chain answers, and says who did', async () => {
  const written = await client.write('hello');
  expect(written).toMatchObject({ status: 201, balancer: 'lb1', db: 'db1' });
  expect(written.release).toBe(site.release.id);
  const readers = new Set<string | null>();
  await until(async () => {
    const read = await client.get('/api/notes');
    expect(read.status).toBe(200);
    readers.add(read.db);
    return readers.has('db2') && readers.has('db3');
  });
  expect([...readers].sort()).toEqual(['db2', 'db3']);
});

test('1: 100 requests, 50 for each web server, both app servers at work', async () => {
  const static_ = await load({ url: client.url('/'), headers, requests: 100, clients: 1 });
  print('1', loadFigures(static_));
  expect(static_).toMatchObject({ failed: 0, bySrv: { web1: 50, web2: 50 } });
  const dynamic = await load({
    ...{ url: client.url('/api/notes'), headers, requests: 100, clients: 1 },
    servedBy: 'x-served-by-app',
  });
  print('1', loadFigures(dynamic));
  expect(Object.keys(dynamic.bySrv).sort()).toEqual(['app1', 'app2']);
  expect(dynamic.failed).toBe(0);
});

test('the trace names everybody on the way', () => {
  const { steps } = JSON.parse(
    site.command('trace', 'http://www.foobar.com/api/notes', '--json', ...site.words),
  ) as { steps: { who: string | null }[] };
  const who = steps.map((step) => step.who ?? '');
  expect(who[1]).toContain('dns1');
  expect(who[3]).toContain('lb1');
  expect(who[4]).toMatch(/web[12]/);
  expect(who[5]).toMatch(/app[12]/);
  expect(who[6]).toMatch(/db[23]/);
});

test('13: v2 under load: no request fails, and every server has it', async () => {
  site.declare(await buildRelease({ out: site.releases, note: 'v2' }));
  const pages = startLoad({ url: client.url('/'), headers });
  const notes = startLoad({ ...appLoad(), clients: 4 });
  await sleep(500);
  const done = await site.run('rolling-update.yml');
  await sleep(500);
  const reports = [await pages.stop(), await notes.stop()];
  for (const report of reports) print('13', loadFigures(report));
  expect(done.status, done.stdout + done.stderr).toBe(0);
  expect(reports.flatMap(({ errors }) => errors)).toEqual([]);
  expect(await releases()).toEqual(new Set([site.release.id]));
}, 300_000);

test('14: a v3 that is not healthy: one host touched, rolled back, exit status 2', async () => {
  const good = site.release;
  site.declare(await buildRelease({ out: site.releases, overlay: brokenHealth }));
  const others = ['app2', 'web1', 'web2'];
  const before = await untouched(others);
  const notes = startLoad(appLoad());
  const done = await site.run('rolling-update.yml', '-e', '{"app": {"health": {"timeout": "8s"}}}');
  const report = await notes.stop();
  print('14', `exit status ${done.status}; ${loadFigures(report)}`);
  expect(done.status).toBe(2);
  expect(report.errors).toEqual([]);
  expect(await untouched(others)).toEqual(before);
  expect(await releases()).toEqual(new Set([good.id]));
  site.declare(good);
}, 300_000);

test('15: the runner is killed while a server is drained: the next run puts it back', async () => {
  const first = site.release;
  site.declare(await buildRelease({ out: site.releases, note: 'v4' }));
  const running = site.start('rolling-update.yml');
  await until(
    async () =>
      Object.values(await serversOf(site)).some(({ status }) => outOfService.test(status)),
    120,
  );
  running.child.kill('SIGKILL');
  await running.ended;
  const left = await serversOf(site);
  print('15', `left by the killed run: ${JSON.stringify(left)}`);
  expect(Object.values(left).some(({ status }) => outOfService.test(status))).toBe(true);
  const again = await site.run('site.yml');
  expect(again.status, again.stdout + again.stderr).toBe(0);
  await until(async () =>
    Object.values(await serversOf(site)).every(({ status }) => status === 'UP'),
  );
  expect(await releases()).toEqual(new Set([site.release.id]));
  expect(site.release.id).not.toBe(first.id);
}, 300_000);

test('26: all hosts lose power and come back in random order', async () => {
  await rebootAll(site, () => client.works());
}, 600_000);

function appLoad() {
  return { url: client.url('/api/notes'), headers, servedBy: 'x-served-by-app', clients: 2 };
}

const outOfService = /DRAIN|MAINT/;

/** Marks of hosts, but for the file in which web servers are told whom to leave out. */
async function untouched(hosts: readonly string[]): Promise<string[]> {
  const marks = Object.values(await marksOf(site, [...hosts]));
  return marks.map((text) => text.replaceAll(/^\/etc\/nginx\/nginx\.conf .*$/gm, ''));
}

const askVersion =
  'node -e "fetch(\'http://127.0.0.1:3000/version\').then((a) => a.text()).then(console.log)"';

/** What each application server runs, and each web server has. */
async function releases(): Promise<Set<string>> {
  const running = await Promise.all(site.group('app').map((host) => site.sh(host, askVersion)));
  const served = await Promise.all(
    site.group('web').map((host) => site.sh(host, 'basename "$(readlink /srv/foobar/current)"')),
  );
  return new Set([
    ...running.map((text) => (JSON.parse(text) as { release: string }).release),
    ...served.map((name) => name.trim()),
  ]);
}
