import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Reads } from '../../../examples/foobar/src/database/reads.ts';
import { createAppServer } from '../../../examples/foobar/src/http/app-server.ts';
import { drain } from '../../../examples/foobar/src/shutdown.ts';
import { FakeServer, lostConnection, sqlError } from './fake-server.ts';

const created = Date.UTC(2026, 10, 20, 12, 0, 0, 123);
const row = { id: 3, text: '<b>hi</b> & "you"', written_by: 'app2', created };
const note = { id: 3, text: row.text, written_by: 'app2', created_at: '2026-11-20T12:00:00.123Z' };

let primary: FakeServer;
let replica: FakeServer;
let shuttingDown: boolean;
let log: string[];
let server: Server;
let base: string;

beforeEach(async () => {
  const answer = (readOnly: number) => (sql: string, values: readonly unknown[]) => {
    if (sql.startsWith('INSERT')) return { insertId: 4 };
    if (sql.includes('read_only')) return { rows: [{ read_only: readOnly, newest: 3 }] };
    return { rows: sql.includes('WHERE') && values[0] !== 3 ? [] : [row] };
  };
  primary = new FakeServer('db1', answer(0));
  replica = new FakeServer('db2', answer(1));
  shuttingDown = false;
  log = [];
  const services = {
    appServer: 'app1',
    release: { id: 'abc', note: 'v2' },
    primary,
    replicas: [replica],
    reads: new Reads([replica], primary),
    healthReads: 'replica' as const,
    isShuttingDown: () => shuttingDown,
  };
  server = createAppServer(services, (line) => log.push(line)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe('reading', () => {
  test('lists notes from a replica and says who answered', async () => {
    const response = await fetch(`${base}/api/notes?newest`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      notes: [note],
      served_by: { app: 'app1', db: 'db2', release: 'abc' },
    });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-served-by-app': 'app1',
      'x-served-by-db': 'db2',
      'x-release': 'abc',
      'server-timing': expect.stringMatching(/^db;dur=\d+\.\d, app;dur=\d+\.\d$/),
      'content-type': 'application/json',
    });
    expect(primary.statements).toEqual([]);
  });

  test('one note', async () => {
    const response = await fetch(`${base}/api/notes/3`);
    expect(await response.json()).toMatchObject({ note });
    expect(replica.statements).toMatchObject([[expect.stringContaining('WHERE id = ?'), [3]]]);
  });

  test.each([
    ['/api/notes/4', 404, 'not-found'],
    ['/api/notes/0', 400, 'invalid-id'],
    ['/api/notes/3;DROP', 400, 'invalid-id'],
    ['/api/notes/1e3', 400, 'invalid-id'],
    ['/api/other', 404, 'not-found'],
    ['/api/notes/', 400, 'invalid-id'],
  ])('%s: %i', async (path, status, code) => {
    const response = await fetch(base + path);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code }, served_by: { app: 'app1' } });
    expect(response.headers.get('x-release')).toBe('abc');
  });

  test('the page escapes what notes say and shows the chain', async () => {
    const headers = { 'X-Served-By-Balancer': 'lb1', 'X-Served-By-Web': '<script>' };
    const response = await fetch(`${base}/app`, { headers });
    const html = await response.text();
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(html).toContain('&#60;b&#62;hi&#60;/b&#62; &#38; &#34;you&#34;');
    expect(html.replace(/<[^>]*>/g, '')).toContain(
      'balancer lb1 → app app1 → database db2 → release abc',
    );
    expect(html).not.toContain('<script');
  });

  test('the primary answers when no replica does, and it is said', async () => {
    replica.down = true;
    const response = await fetch(`${base}/api/notes`);
    expect(response.headers.get('x-served-by-db')).toBe('db1; fallback');
    expect(await response.json()).toMatchObject({ served_by: { db: 'db1', db_fallback: true } });
  });

  test('503 when no database answers', async () => {
    replica.down = true;
    primary.down = true;
    const response = await fetch(`${base}/api/notes`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      error: { code: 'no-database', message: 'no database answers' }, // addresses are for the log
    });
    expect(response.headers.get('x-served-by-db')).toBeNull();
    expect(log).toEqual([expect.stringMatching(/^GET \/api\/notes: no database answers: db2/)]);
  });

  test('HEAD has the headers only', async () => {
    const response = await fetch(`${base}/api/notes`, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(response.headers.get('x-served-by-db')).toBe('db2');
  });
});

describe('writing', () => {
  test('answers 201 with the id; values never become SQL', async () => {
    const text = `'); DROP TABLE notes; -- ünï 🎉`;
    const response = await post(JSON.stringify({ text }));
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe('/api/notes/4');
    expect(await response.json()).toEqual({
      id: 4,
      served_by: { app: 'app1', db: 'db1', release: 'abc' },
    });
    expect(primary.statements).toEqual([
      ['INSERT INTO notes (text, written_by) VALUES (?, ?)', [text, 'app1']],
    ]);
  });

  test('not before the database has committed', async () => {
    const commit = Promise.withResolvers<void>();
    primary.pause = commit.promise;
    let answered = false;
    const response = post('{"text":"x"}').finally(() => {
      answered = true;
    });
    await fetch(`${base}/livez`);
    expect(answered).toBe(false);
    commit.resolve();
    expect((await response).status).toBe(201);
  });

  test.each([
    ['{"text":""}', 400, 'invalid-note'],
    ['{"text":" "}', 400, 'invalid-note'],
    ['{"text":1}', 400, 'invalid-note'],
    ['{"text":"\\ud800"}', 400, 'invalid-note'],
    [`{"text":"${'x'.repeat(2001)}"}`, 400, 'invalid-note'],
    ['null', 400, 'invalid-note'],
    ['{', 400, 'invalid-json'],
    ['', 400, 'invalid-json'],
    [Buffer.from('{"text":"\xff"}', 'latin1'), 400, 'invalid-json'],
    [`"${'x'.repeat(64 * 1024)}"`, 413, 'too-large'],
    [`"${'x'.repeat(3 * 1024 * 1024)}"`, 413, 'too-large'],
  ])('%.20s: %i', async (body, status, code) => {
    const response = await post(body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code } });
    expect(primary.statements).toEqual([]);
  });

  test('a large body without a length is cut off as well', async () => {
    const chunk = new Uint8Array(100_000).fill(120);
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(chunk);
        controller.close();
      },
    });
    const response = await post(body);
    expect(response.status).toBe(413);
  });

  test('a body may have 64 KiB, and a note 2000 characters of any kind', async () => {
    const text = '🎉'.repeat(2000);
    const start = JSON.stringify({ text }).slice(0, -1);
    const body = `${start}${' '.repeat(64 * 1024 - 1 - Buffer.byteLength(start))}}`;
    expect(Buffer.byteLength(body)).toBe(64 * 1024);
    expect((await post(body)).status).toBe(201);
  });

  test('415 for what is not JSON: other sites cannot post forms', async () => {
    const response = await fetch(`${base}/api/notes`, { method: 'POST', body: '{"text":"x"}' });
    expect(response.status).toBe(415);
  });

  test.each([
    [
      sqlError(1290, 'read-only'),
      'primary-read-only',
      'db1',
      /db1 is read-only.*nothing was written/,
    ],
    [lostConnection(), 'primary-lost', 'db1', /whether the write was made is not known/],
  ])('503: %s', async (failure, code, db, message) => {
    primary.failure = failure;
    const response = await post('{"text":"x"}');
    expect(response.status).toBe(503);
    expect(response.headers.get('x-served-by-db')).toBe(db);
    expect(await response.json()).toMatchObject({
      error: { code, message: expect.stringMatching(message) },
    });
  });

  test('503: the primary cannot be reached', async () => {
    primary.down = true;
    const response = await post('{"text":"x"}');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { code: 'primary-unreachable' } });
  });

  test('a client that leaves in mid-body is no failure of the server', async () => {
    const socket = connect(Number(new URL(base).port), '127.0.0.1');
    const head = 'POST /api/notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json';
    const accepted = once(server, 'request');
    socket.write(`${head}\r\nContent-Length: 10\r\n\r\n{`);
    const [, response] = await accepted;
    const closed = once(response, 'close');
    socket.destroy();
    await closed;
    await fetch(`${base}/livez`);
    expect(log).toEqual([]);
    expect(primary.statements).toEqual([]);
  });

  test('500 tells clients nothing and the log all', async () => {
    primary.failure = sqlError(1146, "Table 'notes' doesn't exist");
    const response = await post('{"text":"x"}');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('Table');
    expect(log).toEqual([expect.stringContaining("Table 'notes' doesn't exist")]);
  });
});

test('405 names what is allowed', async () => {
  const response = await fetch(`${base}/api/notes`, { method: 'DELETE' });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
});

test.each([
  ['abc-1', 'abc-1'],
  ['with space', null],
  ['x'.repeat(201), null],
])('X-Request-Id %.10s comes back as %s', async (given, expected) => {
  const response = await fetch(`${base}/livez`, { headers: { 'X-Request-Id': given } });
  expect(response.headers.get('x-request-id')).toBe(expected);
});

test('/version', async () => {
  const response = await fetch(`${base}/version`);
  expect(await response.json()).toMatchObject({
    release: 'abc',
    note: 'v2',
    node: process.version,
    pid: process.pid,
    uptime: expect.any(Number),
  });
  expect(response.headers.get('x-served-by-db')).toBeNull();
  expect(response.headers.get('server-timing')).toMatch(/^app;dur=/);
});

describe('health', () => {
  test('200 when all is well', async () => {
    expect((await fetch(`${base}/healthz`)).status).toBe(200);
  });

  test('503 with what is wrong, while the process is alive', async () => {
    primary.down = true;
    const response = await fetch(`${base}/healthz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ ok: false, problems: [expect.any(String)] });
    expect((await fetch(`${base}/livez`)).status).toBe(200);
  });

  test('503 once it is shutting down, and connections are given up', async () => {
    shuttingDown = true;
    const response = await fetch(`${base}/healthz`);
    expect(response.status).toBe(503);
    expect(response.headers.get('connection')).toBe('close');
  });
});

describe('shutdown', () => {
  test('finishes what is running and takes nothing new', async () => {
    const commit = Promise.withResolvers<void>();
    primary.pause = commit.promise;
    const running = post('{"text":"x"}');
    while (primary.options.length === 0) await fetch(`${base}/livez`);
    shuttingDown = true;
    const drained = drain(server, { grace: 10, delay: 0 });
    expect(await refuses()).toBe(true);
    commit.resolve();
    expect((await running).status).toBe(201);
    expect(await drained).toBe(true);
  });

  test('cuts off what is still running after the grace', async () => {
    primary.pause = new Promise(() => {});
    const running = post('{"text":"x"}');
    running.catch(() => {});
    while (primary.options.length === 0) await fetch(`${base}/livez`);
    expect(await drain(server, { grace: 0.05, delay: 0 })).toBe(false);
    await expect(running).rejects.toThrow();
  });

  test('goes on accepting during the delay', async () => {
    const drained = drain(server, { grace: 1, delay: 0.3 });
    expect(await refuses()).toBe(false);
    await drained;
    expect(await refuses()).toBe(true);
  });
});

function post(body: string | Buffer | ReadableStream): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' };
  return fetch(`${base}/api/notes`, {
    method: 'POST',
    headers,
    body,
    duplex: 'half',
  } as RequestInit);
}

function refuses(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(base).port), '127.0.0.1');
    socket.once('connect', () => resolve(false)).once('error', () => resolve(true));
    socket.once('connect', () => socket.destroy());
  });
}
