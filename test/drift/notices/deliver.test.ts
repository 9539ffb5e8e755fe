import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deliver } from '../../../src/drift/notices/deliver.ts';
import type { Notice } from '../../../src/drift/notices/notice.ts';
import type { NotifyTarget } from '../../../src/drift/settings.ts';
import { noticeKinds } from '../../../src/drift/settings-schema.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { type Answering, answering } from '../support/http.ts';

const notice: Notice = {
  version: 1,
  watch: 'site',
  machine: 'admin1',
  at: '2026-03-02T00:00:00.000Z',
  kind: 'drift',
  change: 'began',
  title: 'Drift: 1 task on wéb1',
  text: 'Drift: 1 task on wéb1\n- wéb1: web: The site: content differs',
  hosts: ['wéb1'],
  findings: [],
};

let folder: string;
let server: Answering | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drift-notices-'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true });
});

function send(to: NotifyTarget['to'], given: Partial<NotifyTarget> = {}, clock = new FakeClock(0)) {
  const target = { to, about: noticeKinds, timeoutMs: 5000, ...given };
  return deliver([notice], [target], { clock, signal: new AbortController().signal });
}

function file(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode });
  return path;
}

const said = (name: string) => readFileSync(join(folder, name), 'utf8');

describe('a webhook', () => {
  test('gets the notice as JSON', async () => {
    server = await answering(204);
    expect(await send({ webhook: { url: `${server.url}/hook` } })).toEqual([]);
    const [asked] = server.asked;
    expect(asked).toMatchObject({ method: 'POST', path: '/hook' });
    expect(asked!.headers).toMatchObject({ 'content-type': 'application/json' });
    expect(asked!.headers.authorization).toBeUndefined();
    expect(JSON.parse(asked!.body)).toEqual(notice);
  });

  test('its URL and token may be in files', async () => {
    server = await answering(200);
    const webhook = { file: file('url', `${server.url}/secret\n`) };
    expect(await send({ webhook, tokenFile: file('token', 't0ken\n') })).toEqual([]);
    expect(server.asked[0]).toMatchObject({
      path: '/secret',
      headers: { authorization: 'Bearer t0ken' },
    });
  });

  test('is tried again, with pauses, where that may help', async () => {
    server = await answering(503, 429, 200);
    const clock = new FakeClock(0);
    expect(await send({ webhook: { url: server.url } }, {}, clock)).toEqual([]);
    expect(server.asked.length).toBe(3);
    expect(clock.now()).toBe(10_000);
  });

  test('is given up behind three tries, told without the secret path', async () => {
    server = await answering(500);
    expect(await send({ webhook: { url: `${server.url}/secret` } })).toEqual([
      `the webhook at ${server.url} answers 500`,
    ]);
    expect(server.asked.length).toBe(3);
  });

  test.each([404, 302])('that answers %i is not tried again', async (status) => {
    server = await answering(status);
    expect(await send({ webhook: { url: server.url } })).toEqual([
      `the webhook at ${server.url} answers ${status}`,
    ]);
    expect(server.asked.length).toBe(1);
  });

  test('that never answers is given up', async () => {
    server = await answering(0);
    const [problem] = await send({ webhook: { url: server.url } }, { timeoutMs: 50 });
    expect(problem).toContain(`the webhook at ${server.url} does not answer`);
  });

  test('a file without a URL', async () => {
    expect(await send({ webhook: { file: file('url', 'none\n') } })).toEqual([
      'the file of the webhook holds no URL',
    ]);
  });
});

describe('a command', () => {
  test('gets the JSON on stdin and the kind in its environment', async () => {
    const command = `cat > ${folder}/json; echo $ROLECALL_WATCH $ROLECALL_NOTICE $ROLECALL_CHANGE > ${folder}/kind`;
    expect(await send({ command })).toEqual([]);
    expect(JSON.parse(said('json'))).toEqual(notice);
    expect(said('kind')).toBe('site drift began\n');
  });

  test('that reads nothing', async () => {
    expect(await send({ command: ['/bin/true'] })).toEqual([]);
  });

  test('that fails is told with what it said', async () => {
    expect(await send({ command: 'echo no route >&2; exit 7' })).toEqual([
      'the command ended with 7: no route',
    ]);
  });
});

describe('mail', () => {
  test('goes to sendmail, with who gets it as words', async () => {
    const sendmail = file(
      'sendmail',
      `#!/bin/sh\nprintf '%s\\n' "$@" > ${folder}/words\ncat > ${folder}/mail\n`,
      0o700,
    );
    const mail = { to: ['ops@example.org', '-x@example.org'], from: 'me@example.org', sendmail };
    expect(await send({ mail })).toEqual([]);
    expect(said('words')).toBe('-i\n-f\nme@example.org\n--\nops@example.org\n-x@example.org\n');
    const [head = '', body = ''] = said('mail').split('\n\n');
    expect(head.split('\n')).toEqual([
      'From: me@example.org',
      'To: ops@example.org, -x@example.org',
      `Subject: =?utf-8?B?${Buffer.from('[site] Drift: 1 task on wéb1').toString('base64')}?=`,
      'Date: Mon, 02 Mar 2026 00:00:00 +0000',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: base64',
      'Auto-Submitted: auto-generated',
    ]);
    expect(Buffer.from(body, 'base64').toString()).toBe(`${notice.text}\n\nFrom admin1.\n`);
  });

  test('without a sendmail', async () => {
    const mail = { to: ['ops@example.org'], sendmail: join(folder, 'none') };
    expect((await send({ mail }))[0]).toContain('ENOENT');
  });
});

test('only who wants this kind is told; one that fails keeps no other from it', async () => {
  const command = `cat >> ${folder}/told; echo >> ${folder}/told`;
  const target = (about: NotifyTarget['about'], to: NotifyTarget['to']) => ({
    to,
    about,
    timeoutMs: 5000,
  });
  const problems = await deliver(
    [notice, { ...notice, kind: 'gate' }],
    [target(['drift'], { command: 'exit 1' }), target(['gate'], { command })],
    { clock: new FakeClock(0), signal: new AbortController().signal },
  );
  expect(problems).toEqual(['the command ended with 1']);
  expect(
    said('told')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).kind),
  ).toEqual(['gate']);
});
