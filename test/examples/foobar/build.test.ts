import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { $ } from 'zx/core';
import { type BuiltRelease, buildRelease } from '../../../examples/foobar/build/release.ts';

const overlay = (name: string) => join(import.meta.dirname, 'overlays', name);
let out: string;
let built: BuiltRelease;

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'foobar-build-'));
  built = await buildRelease({ out });
});
afterAll(() => rm(out, { recursive: true }));

test('says what it built', async () => {
  const data = await readFile(built.artifact);
  expect(built).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{12}$/),
    artifact: join(out, `foobar-${built.id}.tar.gz`),
    sha256: sha256(data),
    size: data.length,
  });
});

test('the same sources give the same bytes', async () => {
  const again = await buildRelease({ out: join(out, 'again') });
  expect(basename(again.artifact)).toBe(basename(built.artifact));
  expect(sha256(await readFile(again.artifact))).toBe(sha256(await readFile(built.artifact)));
});

test('gzip says nothing of time, name and system', async () => {
  const header = (await readFile(built.artifact)).subarray(0, 10);
  expect(header.toString('hex')).toBe('1f8b08000000000002ff');
});

test('tar unpacks it, with the files at the top', async () => {
  const { stdout } = await $`tar -tvzf ${built.artifact} --numeric-owner --utc`;
  const entries = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/));
  expect(entries.map((entry) => entry[5])).toEqual([
    'release.json',
    'server.mjs',
    'static/',
    'static/foobar.svg',
    'static/index.html',
    'static/notes.js',
    'static/style.css',
  ]);
  expect(new Set(entries.map((entry) => `${entry[0]} ${entry[1]}`))).toEqual(
    new Set(['-rw-r--r-- 0/0', 'drwxr-xr-x 0/0']),
  );
});

test('release.json names the release and the sums of its files', async () => {
  const folder = await unpack(built);
  const release = JSON.parse(await readFile(join(folder, 'release.json'), 'utf8'));
  const page = await readFile(join(folder, 'static/index.html'));
  expect(release.id).toBe(built.id);
  expect(release.built_from['static/index.html']).toBe(sha256(page));
  expect(Object.keys(release.built_from)).toHaveLength(5);
});

test('the bundle needs no packages and names no folder of this machine', async () => {
  const folder = await unpack(built);
  const text = await readFile(join(folder, 'server.mjs'), 'utf8');
  expect(text).not.toContain(join(import.meta.dirname, '../../..'));
  const run = await $({ nothrow: true, cwd: folder, env: {} })`${process.execPath} server.mjs`;
  expect(run.stderr).toContain('foobar: PORT is missing');
  expect(run.exitCode).toBe(78);
});

test('a note and an overlay make other releases', async () => {
  const noted = await buildRelease({ out, note: 'v2' });
  const broken = await buildRelease({ out, overlay: overlay('broken-health') });
  expect(new Set([built.id, noted.id, broken.id]).size).toBe(3);
  const text = await readFile(join(await unpack(broken), 'server.mjs'), 'utf8');
  expect(text).toContain('broken on purpose');
});

test('an overlay that stands in for nothing is refused', async () => {
  await expect(buildRelease({ out, overlay: overlay('typo') })).rejects.toThrow('src/helth.ts');
});

function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

async function unpack({ artifact }: BuiltRelease): Promise<string> {
  const folder = await mkdtemp(join(out, 'unpacked-'));
  await $`tar -xzf ${artifact} -C ${folder}`;
  return folder;
}
