import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fetch } from '../../src/modules/fetch.ts';
import { fetchPlace, writeFetched } from '../../src/modules/fetch-place.ts';
import { busyboxShell, converge } from './support/converge.ts';
import { textOf } from './support/file-decisions.ts';

const base = mkdtempSync(join(tmpdir(), 'rolecall-fetch-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));
const src = join(base, 'a "b"');
writeFileSync(src, Buffer.from([0, 255, 10]));
const dest = join(base, 'out');

test('a file lands below the name of its host, once', async () => {
  for (const shell of [undefined, busyboxShell()]) {
    rmSync(dest, { recursive: true, force: true });
    const first = await converge(fetch, { src, dest }, { shell });
    expect(first.failed).toBeUndefined();
    expect(first.result).toMatchObject({ dest: join(dest, 'here', src) });
    expect(readFileSync(join(dest, 'here', src))).toEqual(readFileSync(src));
    expect(statSync(join(dest, 'here', src)).mode & 0o777).toBe(0o644);
    expect((await converge(fetch, { src, dest }, { shell })).decision.kind).toBe('unchanged');
  }
});

test('check mode writes nothing', async () => {
  const { decision } = await converge(fetch, { src, dest: join(base, 'unused') }, { check: true });
  expect(decision.kind).toBe('change');
  expect(existsSync(join(base, 'unused'))).toBe(false);
});

test.each([
  [{ src: '/none', dest }, 'failed', 'the remote file does not exist'],
  [{ src: '/none', dest, fail_on_missing: false }, 'unchanged', 'not transferring, ignored'],
  [{ src: base, dest }, 'failed', 'fetch cannot work on directories'],
  [{ src, dest: base, flat: true }, 'failed', 'use a trailing slash'],
] as const)('%j: %s', async (args, kind, says) => {
  const { decision } = await converge(fetch, args);
  expect(decision.kind).toBe(kind);
  expect(textOf(decision)).toContain(says);
});

const controller = (inventoryHostname: string) => ({ inventoryHostname, playbookDir: '/play' });

test.each<[object, string]>([
  [{ src: '/etc/x', dest: 'd' }, '/play/d/h/etc/x'],
  [{ src: '/etc//x', dest: '/d/' }, '/d/h/etc/x'],
  [{ src: '/etc/x', dest: '/d', flat: true }, '/d'],
  [{ src: '/etc/x', dest: '/d/', flat: true }, '/d/x'],
])('%j goes to %s', async (given, file) => {
  const place = await fetchPlace({ flat: false, src: '', dest: '', ...given }, controller('h'));
  expect(place).toMatchObject({ file });
});

test.each([
  ['h', '/etc/../../../x'],
  ['h', '../x'],
  ['h', '/..'],
  ['h', 'a/../b'],
  ['h', '/'],
  ['h', '.'],
  ['..', '/x'],
  ['a/b', '/x'],
  ['.', '/x'],
  ['', '/x'],
])('host %j, src %j is refused', async (host, name) => {
  const place = await fetchPlace({ src: name, dest: '/d', flat: false }, controller(host));
  expect(place).toHaveProperty('problem');
});

test.each(['/etc/..', '..', '/'])('flat: src %j is refused', async (name) => {
  const place = await fetchPlace({ src: name, dest: '/d/', flat: true }, controller('h'));
  expect(place).toHaveProperty('problem');
});

test('links below the destination are not followed', async () => {
  const outside = join(base, 'outside');
  mkdirSync(outside);
  const root = join(base, 'root');
  mkdirSync(join(root, 'h'), { recursive: true });
  symlinkSync(outside, join(root, 'h/etc'));
  await expect(
    writeFetched({ root, file: join(root, 'h/etc/x') }, Buffer.from('x')),
  ).rejects.toThrow('links are not followed');
  expect(existsSync(join(outside, 'x'))).toBe(false);
  writeFileSync(join(outside, 'victim'), 'victim');
  symlinkSync(join(outside, 'victim'), join(root, 'h/x'));
  await writeFetched({ root, file: join(root, 'h/x') }, Buffer.from('x'));
  expect(readFileSync(join(outside, 'victim'), 'utf8')).toBe('victim');
  expect(readFileSync(join(root, 'h/x'), 'utf8')).toBe('x');
});
