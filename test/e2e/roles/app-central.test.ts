import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestRelease } from './small-release.ts';
import { type SmallSite, smallSite } from './small-site.ts';

const codebase = { from: 'central', host: 'depot1' };
let small: SmallSite;

beforeAll(async () => {
  small = await smallSite('depot', { app1: ['app'], depot1: ['code'] });
});
afterAll(() => small?.remove());

test('a central place gets the archive, hosts fetch and check it', {
  timeout: 300_000,
}, async () => {
  const v1 = small.deploys(small.release('v1'), { codebase });
  publish(v1);
  const planned = await run('--check');
  const done = await run();
  expect(done.status, done.stdout).toBe(0);
  expect(planned.with('changed')).toEqual(done.with('changed'));
  expect(await small.page('app1')).toMatchObject({ version: 'v1' });
  const sum = `cat /srv/small/releases/${v1.id}/.release-sha256`;
  expect(await small.lab.sh('app1', sum)).toBe(`${v1.sha256}\n`);
  const published = `stat -c '%Y %i' /srv/releases/small/small-${v1.id}.tar.gz`;
  const before = await small.lab.sh('depot1', published);
  expect((await run('--detailed-exitcode')).with('changed')).toEqual([]);
  expect(await small.lab.sh('depot1', published)).toBe(before);
});

test('a new release there reaches the hosts', async () => {
  const v2 = small.deploys(small.release('v2'), { codebase });
  publish(v2);
  const done = await run();
  expect(done.status, done.stdout).toBe(0);
  expect(done.with('changed').filter((name) => name.startsWith('depot1'))).toEqual([
    'depot1: release : Publish the archive of small',
  ]);
  expect(await small.page('app1')).toMatchObject({ version: 'v2' });
});

test('what is not what was declared is never unpacked', async () => {
  const v3 = small.deploys(small.release('v3'), { codebase });
  publish(v3);
  await small.lab.sh('depot1', `echo loot >/srv/releases/small/small-${v3.id}.tar.gz`);
  const refused = await run('--limit', 'app1');
  expect(refused.status).toBe(2);
  expect(refused.stdout).toContain('did not arrive whole');
  expect(await small.lab.sh('app1', 'ls -A /srv/small/releases')).not.toContain(v3.id);
  expect(await small.page('app1')).toMatchObject({ version: 'v2' });
});

test('a first deployment that does not pass has nothing to go back to, and says so', async () => {
  const service = { port: 3001, stopTimeout: '5s' };
  small.deploys(small.release('v4', { dies: true }), { application: 'fresh', service });
  const done = await run('--limit', 'app1');
  expect(done.status).toBe(2);
  expect(done.stdout).toContain('there is nothing earlier that has passed it to go back to');
  expect(done.stdout).toContain('cannot find my configuration');
  // it is not taken for good in the next run either
  expect((await run('--limit', 'app1')).status).toBe(2);
});

const run = (...words: string[]) => small.run('site.yml', ...words);

/** What the central place serves. */
function publish({ artifact, sha256 }: TestRelease): void {
  const site = { name: 'releases', serverNames: ['depot1'], root: '/srv/releases' };
  small.vars('code', {
    release: { application: 'small', artifact, sha256, publish: {} },
    web: {
      defaultServer: 'releases',
      sites: [{ ...site, listen: 8080, manageRoot: false }],
    },
  });
}
