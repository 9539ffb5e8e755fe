import { beforeAll, expect, test } from 'vitest';
import { askBalancer, serversOf } from '../support/balancer.ts';
import { type Client, clientOf } from '../support/foobar-client.ts';
import { type Infrastructure, useInfrastructure } from '../support/infrastructure.ts';
import { load, loadFigures } from '../support/load.ts';
import { print, rebootAll, standUp } from '../support/stand-up.ts';
import { until } from '../support/until.ts';

let site: Infrastructure;
let client: Client;
const headers = { host: 'www.foobar.com' };

beforeAll(async () => {
  site = await useInfrastructure('three-algorithms');
  client = clientOf(site);
});

test('27, 25: stands up as predicted, then nothing changes', () => standUp(site), 900_000);

test('1: round robin: 100 requests, 50 for each', async () => {
  const report = await load({ url: client.url('/'), headers, requests: 100, clients: 1 });
  print('1', loadFigures(report));
  expect(report).toMatchObject({ failed: 0, bySrv: { server1: 50, server2: 50 } });
});

test('2: least connections: the server that is not busy gets the next 10', async () => {
  await switchTo('leastconn');
  await askBalancer(site, 'lb1', 'set server web/server1 state maint');
  const held = await hold(10);
  await until(async () => (await sessions()).server2 === 10);
  await askBalancer(site, 'lb1', 'set server web/server1 state ready');
  await until(async () => (await up()) === 2);
  const more = await hold(10);
  await until(async () => (await sessions()).server1 === 10);
  print('2', JSON.stringify(await sessions()));
  for (const end of [...held, ...more]) end();
});

test('3: source hash: one address always the same server, many addresses both', async () => {
  await switchTo('source');
  const one = await load({ url: client.url('/'), headers, requests: 100, clients: 2 });
  const others = await site.sh(
    'lb1',
    `for n in $(seq 2 61); do perl -MIO::Socket::INET -e '
      $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => 80, LocalAddr => "127.0.0.$ARGV[0]") or die $!;
      print $s "GET / HTTP/1.1\\r\\nHost: www.foobar.com\\r\\nConnection: close\\r\\n\\r\\n"; print grep /^x-served-by-web/i, <$s>' $n; done`,
  );
  const servers = others
    .trim()
    .split(/\s*\n/)
    .map((line) => line.split(' ')[1]);
  const count = (name: string) => servers.filter((server) => server === name).length;
  print('3', `${loadFigures(one)}; of 60 addresses ${count('server1')} and ${count('server2')}`);
  expect(Object.values(one.bySrv)).toEqual([100]);
  expect(new Set(servers)).toEqual(new Set(['server1', 'server2']));
  await switchTo('roundrobin');
});

test('16: what is written on the primary is read on both replicas; they take no writes', async () => {
  const written = await client.write('seen on both');
  expect(written).toMatchObject({ status: 201, db: 'db1' });
  const start = performance.now();
  const readers = new Set<string | null>();
  await until(async () => {
    const { body, db } = await client.get('/api/notes');
    const { notes } = body as { notes: { text: string }[] };
    if (notes.some(({ text }) => text === 'seen on both')) readers.add(db);
    return readers.has('db2') && readers.has('db3');
  });
  print('16', `read on db2 and db3 after ${(performance.now() - start).toFixed(0)} ms`);
  for (const replica of ['db2', 'db3']) {
    const refused = await site.exec(replica, [
      ...['mysql', '-e', "INSERT INTO foobar.notes (text, written_by) VALUES ('no', 'nobody')"],
    ]);
    expect(refused.stderr.toString()).toMatch(/super-read-only|read-only/);
  }
});

test('19: a replica that was lost with its disk is replaced: the same data, checksums equal', async () => {
  for (let count = 0; count < 20; count++) await client.write(`before ${count}`);
  await site.reset('db3');
  const start = performance.now();
  const run = await site.run('site.yml');
  expect(run.status, run.stdout + run.stderr).toBe(0);
  const seconds = (performance.now() - start) / 1000;
  const checksums = async (host: string) =>
    site.sh(host, "mysql -N -e 'CHECKSUM TABLE foobar.notes, foobar.schema_migrations'");
  const source = await checksums('db1');
  await until(async () => (await checksums('db3')) === source);
  expect(await checksums('db2')).toBe(source);
  print('19', `db3 made anew in ${seconds.toFixed(0)} s: ${source.trim().replaceAll(/\s+/g, ' ')}`);
}, 300_000);

test('26: all hosts lose power and come back in random order', async () => {
  await rebootAll(site, () => client.works());
}, 600_000);

async function switchTo(algorithm: string): Promise<void> {
  const run = await site.run('site.yml', '-e', `balancing_algorithm=${algorithm}`);
  expect(run.status, run.stdout + run.stderr).toBe(0);
  expect(run.with('changed')).toEqual([
    'lb1: load-balancer : Configure HAProxy',
    'lb1: load-balancer : Reload HAProxy',
  ]);
  await until(async () => (await up()) === 2);
}

async function sessions(): Promise<Record<string, number>> {
  const servers = await serversOf(site);
  return Object.fromEntries(
    Object.entries(servers).map(([name, { sessions }]) => [name, sessions]),
  );
}

async function up(): Promise<number> {
  return Object.values(await serversOf(site)).filter(({ status }) => status === 'UP').length;
}

/** Requests that stay open: their body is announced and not sent. */
async function hold(count: number): Promise<(() => void)[]> {
  const { connect } = await import('node:net');
  const { hostname } = new URL(client.url('/'));
  return Array.from({ length: count }, () => {
    const socket = connect(80, hostname);
    socket.on('error', () => {});
    socket.write(
      'POST /api/notes HTTP/1.1\r\nHost: www.foobar.com\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
    );
    return () => socket.destroy();
  });
}
