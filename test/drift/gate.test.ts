import { afterEach, expect, test } from 'vitest';
import { askGate } from '../../src/drift/gate.ts';
import { type Answering, answering } from './support/http.ts';

let server: Answering | undefined;
afterEach(() => server?.close());

const never = new AbortController().signal;
const url = (address: string, status = 200, timeoutMs = 5000) =>
  askGate({ check: { url: address, status }, timeoutMs }, never);
const command = (call: string | string[], timeoutMs = 5000) =>
  askGate({ check: { command: call }, timeoutMs }, never);

test('a URL that answers as it should', async () => {
  server = await answering(204);
  expect(await url(`${server.url}/health?key=secret`, 204)).toBeUndefined();
  expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /health?key=secret',
  ]);
});

test('another status is told without what may be secret; redirects are not followed', async () => {
  server = await answering(302);
  expect(await url(`${server.url}/health?key=secret`)).toBe(`${server.url} answers 302, not 200`);
  expect(server.asked.length).toBe(1);
});

test('no answer within the time', async () => {
  server = await answering(0);
  expect(await url(server.url, 200, 50)).toMatch(/^http:\/\/127\.0\.0\.1:\d+ does not answer: /);
});

test('nobody there', async () => {
  const gone = await answering(200);
  await gone.close();
  expect(await url(gone.url)).toContain('ECONNREFUSED');
});

test.each([
  [
    'a list is a program and its words',
    ['/bin/sh', '-c', 'test "$1" = "a b"', '-', 'a b'],
    undefined,
  ],
  ['a text goes to the shell', 'test 1 -lt 2 && true', undefined],
  [
    'a status other than 0, with what was said',
    'echo replica stopped; exit 4',
    'the command ended with 4: replica stopped',
  ],
  ['a signal', 'kill -9 $$', 'the command ended with ended by SIGKILL'],
])('a command: %s', async (_says, call, expected) => {
  expect(await command(call)).toBe(expected);
});

test('a command that does not exist', async () => {
  expect(await command(['/nowhere/health'])).toContain('ENOENT');
});

test('a command that takes too long ends with all that it started', async () => {
  expect(await command('echo begun; sleep 1000 & sleep 1000', 300)).toBe(
    'the command ended with took too long: begun',
  );
});

test('what a command leaves running is not waited for', async () => {
  expect(await command('sleep 3 & echo done; exit 1')).toBe('the command ended with 1: done');
});
