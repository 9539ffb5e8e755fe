import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type ContentState, content, contentCollector } from '../../src/observe/content.ts';
import { digest, digestCollector } from '../../src/observe/digest.ts';
import { isStaleAfter } from '../../src/observe/file-aliases.ts';
import { path, pathCollector } from '../../src/observe/path.ts';
import { type TreeState, tree, treeCollector } from '../../src/observe/tree.ts';
import { Unknown } from '../../src/values.ts';
import { observe, userlands } from '../modules/support/converge.ts';

const folder = mkdtempSync(join(tmpdir(), 'rolecall-observe-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const hostile = [
  '-rf',
  'a b',
  "it's",
  'new\nline',
  'back\\slash',
  '$(id)',
  '`id`',
  '"',
  '|%n|',
  '*',
  'ünï🎉',
  '\u202eabc',
];
for (const name of hostile) writeFileSync(join(folder, name), `in ${name}`);
writeFileSync(join(folder, 'bytes'), Buffer.from([0, 255, 10, 13, 128, 0]));
chmodSync(join(folder, 'bytes'), 0o4751);
mkdirSync(join(folder, 'sub/deep'), { recursive: true });
writeFileSync(join(folder, 'sub/deep/x'), '');
symlinkSync('bytes', join(folder, 'link'));
symlinkSync('/nowhere/at all', join(folder, 'dangling\n'));
symlinkSync('sub', join(folder, 'sublink'));

describe.each(userlands)('under %s', (_name, shell) => {
  test('path: names of all kinds keep apart', async () => {
    const keys = [...hostile, 'none', 'bytes', 'sub'].map((name) => join(folder, name));
    const states = await observe(Object.fromEntries(keys.map((key) => [key, path(key)])), shell());
    for (const key of keys) {
      if (key.endsWith('/none')) expect(states[key]).toEqual({ exists: false });
      else expect(states[key]).toMatchObject({ exists: true, inode: statSync(key).ino });
    }
  });

  test('path: every field', async () => {
    const key = join(folder, 'bytes');
    const { state } = await observe({ state: path(key) }, shell());
    const real = statSync(key);
    expect(state).toMatchObject({
      type: 'file',
      mode: 0o4751,
      uid: real.uid,
      gid: real.gid,
      owner: 'root',
      group: 'root',
      size: 6,
      nlink: 1,
      dev: real.dev,
    });
    expect((state as { mtime: number }).mtime).toBeCloseTo(real.mtimeMs / 1000, 2);
  });

  test('path: links', async () => {
    const states = await observe(
      {
        link: path(join(folder, 'link')),
        dangling: path(join(folder, 'dangling\n')),
        after: path(join(folder, 'sub')),
      },
      shell(),
    );
    expect(states).toMatchObject({
      link: { type: 'link', target: 'bytes', realpath: join(folder, 'bytes') },
      dangling: { type: 'link', target: '/nowhere/at all', realpath: undefined },
      after: { type: 'directory' },
    });
  });

  test('path: devices and a thousand keys', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => `${folder}/${'n'.repeat(100)}${index}`);
    const states = await observe(
      { ...Object.fromEntries(many.map((key) => [key, path(key)])), null: path('/dev/null') },
      shell(),
    );
    expect(states.null).toMatchObject({ type: 'char', rdev: [1, 3] });
    expect(many.every((key) => (states[key] as { exists: boolean }).exists === false)).toBe(true);
  });

  test('digest: files, links, and what is none', async () => {
    const names = [...hostile, 'bytes', 'link', 'none', 'sub', 'dangling\n'];
    const states = await observe(
      {
        ...Object.fromEntries(names.map((name) => [name, digest(join(folder, name))])),
        sha1: digest(join(folder, 'bytes'), 'sha1'),
        device: digest('/dev/zero'),
      },
      shell(),
    );
    const bytes = Buffer.from([0, 255, 10, 13, 128, 0]);
    const sum = (data: Buffer | string, algorithm = 'sha256') =>
      createHash(algorithm).update(data).digest('hex');
    for (const name of hostile) expect(states[name]).toEqual({ digest: sum(`in ${name}`) });
    expect(states).toMatchObject({
      bytes: { digest: sum(bytes) },
      link: { digest: sum(bytes) },
      sha1: { digest: sum(bytes, 'sha1') },
      none: { digest: undefined, why: 'absent' },
      sub: { digest: undefined, why: 'not-a-file' },
      device: { digest: undefined, why: 'not-a-file' },
      'dangling\n': { digest: undefined, why: 'absent' },
    });
  });

  test('content: byte for byte', async () => {
    const names = ['bytes', ...hostile, 'none', 'sub', 'sub/deep/x'];
    const states = await observe(
      {
        ...Object.fromEntries(names.map((name) => [name, content(join(folder, name))])),
        proc: content('/proc/self/mounts'),
      },
      shell(),
    );
    expect(states.bytes).toEqual({ bytes: Buffer.from([0, 255, 10, 13, 128, 0]) });
    for (const name of hostile) expect(states[name]).toEqual({ bytes: Buffer.from(`in ${name}`) });
    expect(states.none).toEqual({ bytes: undefined, why: 'absent' });
    expect(states.sub).toEqual({ bytes: undefined, why: 'not-a-file' });
    expect(states['sub/deep/x']).toEqual({ bytes: Buffer.alloc(0) });
    expect((states.proc as ContentState).bytes!.toString()).toContain(' / ');
  });

  test('tree: all below, one level, through links', async () => {
    const states = await observe(
      {
        all: tree(folder),
        one: tree(`${folder}/`, { depth: 1 }),
        linked: tree(join(folder, 'sublink'), { follow: true }),
        none: tree(join(folder, 'none')),
        empty: tree(join(folder, 'bytes')),
      },
      shell(),
    );
    const names = (state: unknown) =>
      (state as TreeState).entries.map((entry) => entry.name).sort();
    const top = [...hostile, 'bytes', 'sub', 'link', 'sublink', 'dangling\n'];
    expect(names(states.one)).toEqual(top.toSorted());
    expect(names(states.all)).toEqual([...top, 'sub/deep', 'sub/deep/x'].sort());
    expect(names(states.linked)).toEqual(['deep', 'deep/x']);
    expect(states.none).toEqual({ exists: false, entries: [], denied: 0 });
    expect(states.empty).toEqual({ exists: false, entries: [], denied: 0 });
  });
});

test('tree: a dry run sees what earlier tasks will have made', () => {
  const there = { exists: true, type: 'file' };
  const folderThere = { exists: true, type: 'directory' };
  const state = {
    exists: true,
    entries: [{ name: 'old' }, { name: 'd' }, { name: 'd/x' }],
    denied: 0,
  };
  const see = (key: string, from: object, predictions: Record<string, unknown>) => {
    const byId = Object.entries(predictions).map(([name, one]) => [`path\0${name}`, one] as const);
    const seen = treeCollector.overlay!(from as TreeState, key, new Map(byId));
    return seen instanceof Unknown ? seen : seen.exists && seen.entries.map((entry) => entry.name);
  };
  const made = { '/a': folderThere, '/a/new': there, '/a/new/deep': there, '/ab': there };
  const absent = { exists: false, entries: [], denied: 0 };
  expect(see('- P /a', absent, made)).toEqual(['new', 'new/deep']);
  expect(see('1 P /a', absent, made)).toEqual(['new']);
  expect(see('- P /a', state, { '/a/d': { exists: false } })).toEqual(['old']);
  expect(see('- P /a', state, { '/a': { exists: false } })).toBe(false);
  expect(see('- P /a', state, {})).toEqual(['old', 'd', 'd/x']);
  expect(see('- P /a', state, { '/a/y': new Unknown('a package') })).toBeInstanceOf(Unknown);
});

const answer = (stdout: string) => ({
  status: 0,
  stdout: Buffer.from(stdout),
  stderr: Buffer.from('sh: boom'),
});
const line =
  '81a4 0 33 12 1 2 3 4 5 1 8 0 0|2026-01-01 00:00:01.5 +0000|2026-01-01 00:00:02 +0000|x|root|UNKNOWN';

test('path reads captured answers of both userlands', () => {
  expect(pathCollector.parse(answer(`012\n${line}\n`), ['a', 'b', 'c'])).toMatchObject([
    { exists: false },
    { exists: true, owner: 'root', group: '33', atime: 1.5, mtime: 2, type: 'file' },
    { exists: false, denied: true },
  ]);
});

test('content that cannot be read to its end is unreadable', () => {
  const states = contentCollector.parse(answer('end\n=\npart\nend 1\n=\n\nend 0\n'), ['a', 'b']);
  expect(states).toEqual([{ bytes: undefined, why: 'unreadable' }, { bytes: Buffer.alloc(0) }]);
});

test.each([
  ['path', () => pathCollector.parse(answer('1\ngarbage\n'), ['a'])],
  ['path, cut short', () => pathCollector.parse(answer('01\n'), ['a', 'b'])],
  ['path, nothing', () => pathCollector.parse(answer(''), ['a'])],
  ['digest', () => digestCollector.parse(answer('f\nno sum\n'), ['sha256 a'])],
  ['digest, cut short', () => digestCollector.parse(answer('ff\n'), ['sha256 a', 'sha256 b'])],
  ['content, cut short', () => contentCollector.parse(answer('end\n=\nabc\n'), ['a'])],
  ['content, cut short in its end', () => contentCollector.parse(answer('end\n=\na\nend '), ['a'])],
  ['content, nothing', () => contentCollector.parse(answer(''), ['a'])],
])('%s: an unreadable answer is an error with what the host said', (_name, parse) => {
  expect(parse).toThrow(/boom/);
});

test.each([
  ['path', '/usr/lib/x', content('/lib/x'), true],
  ['path', '/a/b/c', content('/a/b'), true],
  ['path', '/a/b/c', path('/a/b'), false],
  ['digest', 'sha256 /a/b', content('/a/b'), true],
  ['content', '/a/other', content('/a/b'), false],
  ['tree', '- P /a', content('/a/b/c'), true],
  ['tree', '- P /usr/lib', content('/lib/c'), true],
  ['tree', '- P /b', content('/a/c'), false],
] as const)('%s %s after a change of %o is stale: %s', (kind, key, touched, isStale) => {
  expect(isStaleAfter(kind, key, touched)).toBe(isStale);
});
