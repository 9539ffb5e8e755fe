import { execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Change, Query } from '../../src/modules/contract.ts';
import { curlConfig } from '../../src/modules/curl.ts';
import { getUrl } from '../../src/modules/get-url.ts';
import { uri } from '../../src/modules/uri.ts';
import { readAnswer } from '../../src/modules/uri-answer.ts';
import { waitFor } from '../../src/modules/wait-for.ts';
import { checkArguments } from '../../src/schema/check.ts';
import type { Plain } from '../../src/values.ts';

const request = {
  url: 'http://x/',
  headers: {},
  http_agent: 'rolecall',
  timeout: 3,
  validate_certs: true,
  use_proxy: true,
};
const check = (module: typeof uri, values: { [key: string]: Plain }) =>
  checkArguments(module, { values, at: () => undefined });
const absent = { exists: false } as const;
const noSum = { digest: undefined, why: 'absent' } as const;
const file = {
  exists: true,
  type: 'file',
  mode: 0o644,
  owner: 'root',
  group: 'root',
  uid: 0,
  gid: 0,
  size: 3,
  nlink: 1,
  realpath: undefined,
};

describe('curl', () => {
  const server = createServer((incoming, answer) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      answer.setHeader('Content-Type', 'application/json');
      answer.end(
        JSON.stringify({
          method: incoming.method,
          headers: incoming.headers,
          body: Buffer.concat(parts).toString(),
        }),
      );
    });
  });
  let url: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => server.close());

  async function ask(values: { [key: string]: Plain }) {
    const decision = uri.decide(check(uri, { url, ...values }).args, {}) as Change | Query;
    const step = decision.kind === 'query' ? decision.steps[0]! : decision.apply[0]!;
    const child = spawn('/bin/sh', ['-c', step.script.text]);
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (part) => stdout.push(part));
    child.stderr.on('data', (part) => stderr.push(part));
    child.stdin.end(step.stdin as Buffer);
    const status = await new Promise<number>((resolve) =>
      child.on('close', (code) => resolve(code ?? 1)),
    );
    return decision.complete!([
      { status, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr), truncated: false },
    ]);
  }

  test('headers, method and body arrive as they were given', async () => {
    const body = { text: 'quotes " \\ \' and $(id)\nand lines' };
    const { result, failed } = await ask({
      method: 'PUT',
      body,
      body_format: 'json',
      headers: { 'X-A': 'b "c" \\d' },
      return_content: true,
    });
    expect(failed).toBeUndefined();
    expect(result).toMatchObject({ status: 200, content_type: 'application/json' });
    const seen = result.json as { method: string; headers: Record<string, string>; body: string };
    expect(seen).toMatchObject({
      method: 'PUT',
      headers: { 'x-a': 'b "c" \\d', 'content-type': 'application/json' },
    });
    expect(JSON.parse(seen.body)).toEqual(body);
  });

  test('a form', async () => {
    const { result } = await ask({
      method: 'POST',
      body: { a: 'b c', d: '&' },
      body_format: 'form-urlencoded',
      return_content: true,
    });
    expect(result.json).toMatchObject({ body: 'a=b+c&d=%26' });
  });

  test('another status than expected fails and gives the content', async () => {
    const { result, failed } = await ask({ status_code: 404 });
    expect(failed).toBe(`${url}: status 200, expected 404`);
    expect(result.content).toContain('GET');
  });

  test('nobody there', async () => {
    const { failed, result } = await ask({ url: 'http://127.0.0.1:9/', timeout: 2 });
    expect(failed).toMatch(/^http:\/\/127\.0\.0\.1:9\/: .*connect/);
    expect(result.status).toBe(0);
  });

  test('passwords are in the config, not in the arguments', () => {
    const config = curlConfig(
      { ...request, url_username: 'u', url_password: 'p"w' },
      { follow: false },
    ).toString();
    expect(config).toContain('user = "u:p\\"w"');
    expect(
      execFileSync('/bin/sh', ['-c', 'command -v curl >/dev/null && echo yes'], {
        encoding: 'utf8',
      }),
    ).toBe('yes\n');
  });
});

describe('uri', () => {
  test('reading is a question, anything else is done each time and counts as no change', () => {
    expect(uri.decide(check(uri, { url: 'http://x/' }).args, {})).toMatchObject({
      kind: 'query',
      dependsOnEarlierChanges: true,
    });
    expect(uri.decide(check(uri, { url: 'http://x/', method: 'POST' }).args, {})).toMatchObject({
      kind: 'change',
      countsAsChange: false,
      verify: false,
    });
  });

  test('guards', () => {
    expect(
      uri.decide(check(uri, { url: 'http://x/', creates: '/a' }).args, { creates: true }),
    ).toMatchObject({ kind: 'unchanged' });
    expect(
      uri.decide(check(uri, { url: 'http://x/', removes: '/a' }).args, { removes: false }),
    ).toMatchObject({ kind: 'unchanged' });
  });

  test('an address that is none', () => {
    expect(check(uri, { url: 'file:///etc/passwd' }).problems).toMatchObject([
      { message: "uri: 'file:///etc/passwd' is no http or https address" },
    ]);
  });

  test('no curl on the host is named', () => {
    const answer = {
      status: 97,
      stdout: Buffer.alloc(0),
      stderr: Buffer.from('curl is not installed'),
      truncated: false,
    };
    expect(
      readAnswer(answer, { url: 'http://x/', statusCodes: [200], returnContent: false }).failed,
    ).toContain('curl is not installed');
  });

  test('of several answers the last one counts', () => {
    const headers =
      'HTTP/1.1 301 Moved\r\nLocation: /b\r\nX-A: 1\r\n\r\nHTTP/1.1 200 OK\r\nX-A: 2\r\n\r\n';
    const answer = {
      status: 0,
      stdout: Buffer.from(`${headers}HTTP/1.1 is what this body starts with`),
      stderr: Buffer.from(`\nrolecall-answer 200 ${headers.length} http://x/b\n`),
      truncated: false,
    };
    expect(
      readAnswer(answer, { url: 'http://x/a', statusCodes: [200], returnContent: true }).result,
    ).toMatchObject({
      x_a: '2',
      status: 200,
      url: 'http://x/b',
      redirected: true,
      content: 'HTTP/1.1 is what this body starts with',
    });
  });
});

describe('get_url', () => {
  const url = 'http://x/tool.tar?v=1';
  const sum = `sha256:${'a'.repeat(64)}`;
  const table: [string, { [key: string]: Plain }, object, object][] = [
    [
      'absent',
      {},
      { at: absent, sum: noSum },
      { kind: 'change', summary: '/opt/t: absent → downloaded' },
    ],
    [
      'there, nothing else asked',
      {},
      { at: file, sum: { digest: 'b'.repeat(64) } },
      { kind: 'unchanged' },
    ],
    [
      'there with the right sum',
      { checksum: sum },
      { at: file, sum: { digest: 'a'.repeat(64) } },
      { kind: 'unchanged' },
    ],
    [
      'there with a wrong sum',
      { checksum: sum },
      { at: file, sum: { digest: 'b'.repeat(64) } },
      { kind: 'change', summary: '/opt/t: other content → downloaded' },
    ],
    [
      'forced, and the same',
      { force: true },
      { at: file, sum: { digest: 'c' }, remote: 'c' },
      { kind: 'unchanged' },
    ],
    [
      'forced, and different',
      { force: true },
      { at: file, sum: { digest: 'c' }, remote: 'd' },
      { kind: 'change' },
    ],
    [
      'only the mode differs',
      { mode: '0600' },
      { at: file, sum: { digest: 'c' } },
      { kind: 'change', summary: '/opt/t: mode 0644 → 0600' },
    ],
  ];
  test.each(table)('%s', (_name, values, observed, expected) => {
    const { args, problems } = check(getUrl, { url, dest: '/opt/t', ...values });
    expect(problems).toEqual([]);
    const seen = { self: file, inner: absent, innerSum: noSum, remote: '', ...observed };
    expect(getUrl.decide(args, seen)).toMatchObject(expected);
  });

  test('a folder keeps the name of the address', () => {
    const { args } = check(getUrl, { url, dest: '/opt/' });
    const seen = {
      self: file,
      at: { ...file, type: 'directory' },
      sum: { digest: undefined, why: 'not-a-file' },
      inner: absent,
      innerSum: noSum,
      remote: '',
    };
    expect(getUrl.decide(args, seen)).toMatchObject({
      summary: '/opt/tool.tar: absent → downloaded',
    });
  });

  test('a checksum that is none is refused', () => {
    expect(check(getUrl, { url, dest: '/x', checksum: 'abc' }).problems).toMatchObject([
      { code: 'invalid-argument' },
    ]);
  });
});

describe('wait_for', () => {
  const table: [string, { [key: string]: Plain }, number, string, boolean][] = [
    ['an open port', { port: 80 }, 0, '', true],
    ['a closed one', { port: 80 }, 1, '', false],
    ['a closed one, as asked', { port: 80, state: 'stopped' }, 1, '', true],
    ['a file', { path: '/x' }, 0, '', true],
    ['a file that is to go', { path: '/x', state: 'absent' }, 0, '', false],
    ['text in a file', { path: '/x', search_regex: 'rea.y' }, 0, 'now ready\n', true],
    ['text that is not in it yet', { path: '/x', search_regex: '^ready' }, 0, 'not ready\n', false],
  ];
  test.each(table)('%s', (_name, values, status, stdout, there) => {
    const decision = waitFor.decide(check(waitFor, { ...values, msg: 'late' }).args, {}) as Query;
    const { failed, again } = decision.complete([
      { status, stdout: Buffer.from(stdout), stderr: Buffer.alloc(0), truncated: false },
    ]);
    expect({ failed, again }).toEqual(
      there ? { failed: undefined, again: undefined } : { failed: 'late', again: true },
    );
  });

  test('port and path exclude each other', () => {
    expect(check(waitFor, { port: 1, path: '/x' }).problems).toHaveLength(1);
  });
});
