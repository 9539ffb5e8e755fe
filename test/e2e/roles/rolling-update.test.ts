import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestRelease } from './small-release.ts';
import { figures, type SmallSite, smallSite } from './small-site.ts';

const webs = ['web1', 'web2'];
const apps = ['app1', 'app2'];
let small: SmallSite;

beforeAll(async () => {
  small = await smallSite('roll', {
    lb1: ['load_balancers'],
    ...{ web1: ['web'], web2: ['web'], app1: ['app'], app2: ['app'] },
  });
  balances();
});
afterAll(() => small?.remove());

test('the whole chain is stood up; static files and pages are of v1', {
  timeout: 300_000,
}, async () => {
  declare(small.release('v1'));
  const planned = await small.run('site.yml', '--check');
  const done = await small.run('site.yml');
  expect(done.status, done.stdout).toBe(0);
  expect(planned.with('changed')).toEqual(done.with('changed'));
  expect(await versions()).toEqual({ static: ['v1', 'v1'], app: ['v1', 'v1'] });
  const again = await small.run('site.yml', '--detailed-exitcode');
  expect(again.with('changed')).toEqual([]);
});

test('v2 through balancer, nginx and service under load: no request fails', async () => {
  declare(small.release('v2'));
  const loads = [small.load('/'), small.load('/version.txt'), small.load('/', 'POST')];
  await sleep(300);
  const done = await small.run('rolling-update.yml');
  await sleep(300);
  const [pages, files, posts] = await Promise.all(loads.map((load) => load.stop()));
  figures('13 v2 under load, pages', pages!);
  figures('13 v2 under load, static files', files!);
  figures('13 v2 under load, POST', posts!);
  expect(done.status, done.stdout).toBe(0);
  expect([...pages!.errors, ...files!.errors].slice(0, 5)).toEqual([]);
  // nginx closes idle connections when it reloads; a POST that is on its way then may not be sent twice
  expect(posts!.failed).toBeLessThan(posts!.requests / 100);
  expect(await versions()).toEqual({ static: ['v2', 'v2'], app: ['v2', 'v2'] });
  expect(await small.inService()).toEqual({ web1: 'UP', web2: 'UP' });
});

test('v3 does not pass: the first service goes back, nothing else is touched', async () => {
  const before = await Promise.all(['app2', ...webs].map(small.marks));
  declare(small.release('v3', { healthy: false }));
  const load = small.load('/');
  const done = await small.run('rolling-update.yml');
  const report = await load.stop();
  figures('14 v3 is broken, whole chain', report);
  expect(done.status, done.stdout).toBe(2);
  expect(done.with('failed')).toEqual(['app1: app : Run small behind its health gate']);
  expect(report.errors.slice(0, 3)).toEqual([]);
  expect(await versions()).toEqual({ static: ['v2', 'v2'], app: ['v2', 'v2'] });
  expect(await Promise.all(['app2', ...webs].map(small.marks))).toEqual(before);
});

test('a web server that fails is put back in, and the next one is left alone', async () => {
  declare(small.release('v4'));
  const v4 = small.release('v4').id;
  await small.lab.sh('web1', `mkdir /srv/small/releases/${v4}`);
  const done = await small.run('rolling-update.yml');
  expect(done.status, done.stdout).toBe(2);
  expect(done.with('failed')).toEqual(['web1: release : Unpack the release of small']);
  expect(await versions()).toEqual({ static: ['v2', 'v2'], app: ['v4', 'v4'] });
  await expect.poll(small.inService, { timeout: 10_000 }).toEqual({ web1: 'UP', web2: 'UP' });
});

test('a server in maintenance stays there, and the only other one is not drained', async () => {
  const v4 = declare(small.release('v4'));
  await small.lab.sh('web1', `rmdir /srv/small/releases/${v4.id}`);
  balances({ maintenance: ['web2'] });
  expect((await small.run('site.yml', '--limit', 'load_balancers')).status).toBe(0);
  const load = small.load('/version.txt');
  const done = await small.run('rolling-update.yml');
  const report = await load.stop();
  expect(done.status, done.stdout).toBe(0);
  expect(report.errors.slice(0, 3)).toEqual([]);
  expect(await versions()).toEqual({ static: ['v4', 'v4'], app: ['v4', 'v4'] });
  expect(await small.inService()).toEqual({ web1: 'UP', web2: 'MAINT' });
});

function balances(more: object = {}): void {
  small.vars('load_balancers', {
    load_balancer: {
      frontends: [{ name: 'www', port: 80, backend: 'web' }],
      backends: [{ name: 'web', servers: { group: 'web', port: 80 } }],
      drainTimeout: '4s',
      ...more,
    },
  });
}

/** The same release for services and static files. */
function declare(release: TestRelease): TestRelease {
  small.deploys(release);
  const root = '/srv/small/current/static';
  small.vars('web', {
    release: { application: 'small', artifact: release.artifact, sha256: release.sha256 },
    web: {
      defaultServer: 'small',
      upstreams: [{ name: 'app', servers: { group: 'app', port: 3000 } }],
      sites: [
        { name: 'small', serverNames: ['small.test'], root, manageRoot: false, upstream: 'app' },
      ],
    },
  });
  return release;
}

/** What each web server and each service answers. */
async function versions() {
  const file = (host: string) => fetch(`http://${small.lab.host(host).address}/version.txt`);
  return {
    static: await Promise.all(webs.map(async (host) => (await (await file(host)).text()).trim())),
    app: await Promise.all(apps.map(async (host) => (await small.page(host)).version)),
  };
}
