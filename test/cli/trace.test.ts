import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TraceOptions, trace } from '../../src/cli/trace-run.ts';
import type { SiteModel } from '../../src/site/model.ts';
import { folderWith, rolecall } from './support.ts';
import { httpServer, nameServer, type Running } from './trace-servers.ts';

const model: SiteModel = {
  hosts: [{ name: 'lb1', address: '127.0.0.1', groups: [], roles: [] }],
};
const options: TraceOptions = { method: 'GET', timeoutMs: 2000, resolve: new Map() };

let web: Running;
let names: Running;
let hosts: string[];

beforeAll(async () => {
  hosts = [];
  web = await httpServer((request, response) => {
    hosts.push(request.headers.host ?? '');
    const chain = { 'X-Served-By-Balancer': 'lb1', 'X-Served-By-Web': 'web1' };
    if (request.url === '/hang') return;
    if (request.url === '/cut') {
      response.writeHead(200, { 'Content-Length': 100 }).write('some');
      setImmediate(() => response.destroy());
      return;
    }
    if (request.url === '/bad') {
      response.writeHead(502, chain).end('<html>');
      return;
    }
    if (request.url === '/static') {
      response.writeHead(200, { ...chain, 'Content-Type': 'text/html' }).end('<p>hello</p>');
      return;
    }
    response
      .writeHead(200, {
        ...chain,
        'Content-Type': 'application/json',
        'X-Served-By-App': 'app1',
        'X-Served-By-Db': 'db2',
        'X-Release': 'abc123',
        'Server-Timing': 'db;dur=1.5, app;dur=2.5',
      })
      .end(JSON.stringify({ method: request.method }));
  });
  names = await nameServer({ 'www.foobar.com': '127.0.0.1' });
});

afterAll(() => {
  web.close();
  names.close();
});

function url(path: string, host = 'www.foobar.com'): URL {
  return new URL(`http://${host}:${web.port}${path}`);
}

function dns(): { dns: string } {
  return { dns: `127.0.0.1:${names.port}` };
}

describe('a request is followed for real', () => {
  test('a dynamic page: every server by its own word, the name asked over UDP', async () => {
    const { seen, steps, status } = await trace(url('/api/notes'), model, { ...options, ...dns() });
    expect(status).toBe(0);
    expect(seen.name).toMatchObject({ kind: 'answered', addresses: ['127.0.0.1'], ttl: 300 });
    expect(hosts.at(-1)).toBe(`www.foobar.com:${web.port}`);
    expect(steps.map(({ number, who }) => [number, who])).toEqual([
      [1, undefined],
      [2, `127.0.0.1:${names.port}`],
      [3, undefined],
      [4, 'lb1'],
      [5, 'web1'],
      [6, 'app1'],
      [7, 'db2'],
      [8, 'app1'],
      [9, 'web1, lb1'],
      [10, undefined],
    ]);
    expect(steps.map(({ ms }) => ms)).toMatchObject({ 6: 1.5, 7: 2.5 });
    const { firstByteMs, totalMs } = seen.answer!;
    expect(totalMs).toBeGreaterThanOrEqual(firstByteMs);
    expect(firstByteMs).toBeGreaterThanOrEqual(seen.connections[0]!.ms);
  });

  test('a static page', async () => {
    const { steps, status } = await trace(url('/static'), model, { ...options, ...dns() });
    expect(status).toBe(0);
    expect(steps.filter((step) => step.status === 'silent').map(({ number }) => number)).toEqual([
      6, 7, 8,
    ]);
  });

  test('--resolve and addresses in the URL ask nobody', async () => {
    const resolve = new Map([['www.foobar.com', '127.0.0.1']]);
    const given = await trace(url('/'), model, { ...options, resolve });
    expect(given.seen.name).toEqual({ kind: 'given', by: 'option', address: '127.0.0.1' });
    const plain = await trace(url('/', '127.0.0.1'), model, options);
    expect(plain.seen.name).toEqual({ kind: 'given', by: 'url', address: '127.0.0.1' });
    expect([given.status, plain.status]).toEqual([0, 0]);
  });

  test('the method is sent', async () => {
    const { seen } = await trace(url('/', '127.0.0.1'), model, { ...options, method: 'POST' });
    expect(seen.answer?.excerpt).toBe('{"method":"POST"}');
  });

  test('a host in the group dns is asked where no role says who answers names', async () => {
    const withDns: SiteModel = {
      hosts: [{ name: 'ns', address: `127.0.0.1:${names.port}`, groups: ['dns'], roles: [] }],
    };
    const { seen } = await trace(url('/'), withDns, options);
    expect(seen.name).toMatchObject({ server: { kind: 'server', host: 'ns' } });
  });
});

describe('a request that breaks', () => {
  test('a name without an address', async () => {
    const { seen, steps, status } = await trace(url('/', 'nothing.foobar.com'), model, {
      ...options,
      ...dns(),
    });
    expect(status).toBe(4);
    expect(seen).toMatchObject({ name: { kind: 'failed', code: 'ENOTFOUND' }, connections: [] });
    expect(steps[1]).toMatchObject({ status: 'failed' });
  });

  test('a port on which nothing listens', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const { steps, status } = await trace(new URL(`http://127.0.0.1:${port}/`), model, options);
    expect(status).toBe(4);
    expect(steps[2]).toMatchObject({
      status: 'failed',
      what: `no connection to port ${port} (127.0.0.1: ECONNREFUSED)`,
    });
  });

  test.each([
    ['/hang', 'nothing for 0.3 s'],
    ['/cut', 'the answer broke off'],
  ])('%s', async (path, what) => {
    const { steps, status } = await trace(url(path, '127.0.0.1'), model, {
      ...options,
      timeoutMs: 300,
    });
    expect(status).toBe(4);
    expect(steps[3]).toMatchObject({ status: 'failed', what: expect.stringContaining(what) });
  });

  test('a web server without its app', async () => {
    const { steps, status } = await trace(url('/bad', '127.0.0.1'), model, options);
    expect(status).toBe(2);
    expect(steps[5]).toMatchObject({ status: 'failed' });
  });
});

describe('the command', { timeout: 60_000 }, () => {
  const folder = folderWith({ 'hosts.ini': 'lb1 ansible_host=127.0.0.1\n' });

  test('prints ten steps within 80 columns', async () => {
    const target = `http://www.foobar.com:${web.port}/api/notes`;
    const dnsOption = ['--dns', `127.0.0.1:${names.port}`];
    const ended = await rolecall(['trace', target, '-i', 'hosts.ini', ...dnsOption], folder);
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    const lines = ended.stdout.trimEnd().split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.filter((line) => /^ ?\d+ /.test(line))).toHaveLength(10);
    expect(ended.stdout).toMatch(/^ 7 database +db2 +1\.5 ms$/m);
    expect(ended.stdout).toMatch(/^ 4 balancer +lb1 +–$/m);
    expect(ended.stdout).toContain('Times: 2, 3, 9 and 10 measured here; 7 and 8 told by the app');
  });

  test('--json', async () => {
    const target = `http://127.0.0.1:${web.port}/bad`;
    const ended = await rolecall(['trace', target, '-i', 'hosts.ini', '--json'], folder);
    const { version, ok, steps, seen } = JSON.parse(ended.stdout);
    expect({ version, ok, steps: steps.length, status: ended.status }).toEqual({
      version: 1,
      ok: false,
      steps: 10,
      status: 2,
    });
    expect(seen.answer.headers['x-served-by-web']).toBe('web1');
  });

  test.each([
    [['trace', 'ftp://x/'], 'http://name/path'],
    [['trace', 'http://x/', '--resolve', 'x'], 'name:address'],
    [['trace', 'http://x/', '--dns', 'ns1'], 'IP address'],
    [['trace', 'http://x/', '--timeout', '0'], 'number up to 600'],
  ])('%j is refused', async (words, stderr) => {
    expect(await rolecall(words, folder)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(stderr),
    });
  });
});
