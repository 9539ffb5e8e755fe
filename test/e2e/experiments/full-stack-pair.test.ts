import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { type Client, clientOf } from '../support/foobar-client.ts';
import { type Infrastructure, useInfrastructure } from '../support/infrastructure.ts';
import { load, loadFigures, startLoad } from '../support/load.ts';
import { print, rebootAll, standUp } from '../support/stand-up.ts';
import { until } from '../support/until.ts';

let site: Infrastructure;
let client: Client;
const headers = { host: 'www.foobar.com' };
/** Milliseconds after which no request may fail any more: fall × inter + timeout. */
const bound = 3 * 2000 + 2000;

beforeAll(async () => {
  site = await useInfrastructure('full-stack-pair');
  client = clientOf(site);
});

test('27, 25: stands up as predicted, then nothing changes', () => standUp(site), 900_000);

test('both servers take their turn, with the same code base', async () => {
  const report = await load({ url: client.url('/'), headers, requests: 100, clients: 1 });
  print('1', loadFigures(report));
  expect(report).toMatchObject({ failed: 0, bySrv: { server1: 50, server2: 50 } });
  const sums = await Promise.all(
    ['server1', 'server2'].map((host) =>
      site.sh(
        host,
        "cd /srv/foobar/current/ && find . -type f ! -name '.release-*' -exec sha256sum {} + | sort",
      ),
    ),
  );
  expect(sums[0]).toBe(sums[1]);
});

test('16: writes go to server1, reads to its replicas', async () => {
  expect(await client.write('where')).toMatchObject({ status: 201, db: 'server1' });
  const readers = new Set<string | null>();
  await until(async () => {
    readers.add((await client.get('/api/notes')).db);
    return readers.size === 2;
  });
  expect([...readers].sort()).toEqual(['server2', 'server4']);
});

test('4: kill -9 of a web server under load: no GET fails', async () => {
  const running = startLoad({ url: client.url('/'), headers, clients: 16 });
  await sleep(1000);
  await site.sh('server2', 'systemctl kill --signal=SIGKILL --kill-whom=all nginx');
  await sleep(bound);
  const report = await running.stop();
  print('4', loadFigures(report));
  expect(report.failed).toBe(0);
  await site.sh('server2', 'systemctl reset-failed nginx; systemctl start nginx');
  await until(async () => servesFrom('server2'));
});

test('5: a web server that hangs: errors end within the bound', async () => {
  const running = startLoad({ url: client.url('/'), headers, clients: 8, timeoutMs: 5000 });
  await sleep(1000);
  await site.sh('server2', 'pkill -STOP nginx');
  await sleep(bound + 4000);
  const stopped = running.now();
  await site.sh('server2', 'pkill -CONT nginx');
  const report = await running.stop();
  print('5', loadFigures(report));
  const late = report.errors.filter(({ atMs }) => atMs > 1000 + bound + 5000 && atMs < stopped);
  expect(late).toEqual([]);
  await until(async () => servesFrom('server2'), 30);
});

test('12: kill -9 of the application: systemd starts it again, no GET of a page fails', async () => {
  const before = await pidOf('server1');
  expect(before).toMatch(/^[1-9]\d+$/);
  const running = startLoad({
    url: client.url('/api/notes'),
    headers,
    servedBy: 'x-served-by-app',
  });
  await sleep(1000);
  await site.sh('server1', `kill -9 ${before}`);
  await until(async () => {
    const pid = await pidOf('server1');
    return pid !== '0' && pid !== before;
  });
  await sleep(3000);
  const report = await running.stop();
  print('12', loadFigures(report));
  expect(report.failed).toBe(0);
});

test('26: all hosts lose power and come back in random order', async () => {
  await rebootAll(site, () => client.works());
}, 600_000);

async function servesFrom(server: string): Promise<boolean> {
  const { bySrv } = await load({ url: client.url('/'), headers, requests: 4, clients: 1 });
  return (bySrv[server] ?? 0) > 0;
}

async function pidOf(host: string): Promise<string> {
  return (await site.sh(host, 'systemctl show -p MainPID --value foobar')).trim();
}
