import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Change } from '../../src/modules/contract.ts';
import { copy } from '../../src/modules/copy.ts';
import { converge, decideOn, prepared, userlands } from './support/converge.ts';
import { aFolder, type FakeFiles, fakeAnswers } from './support/fake-files.ts';

const base = mkdtempSync(join(tmpdir(), 'rolecall-copy-directory-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));
const src = join(base, 'src');
const dest = join(base, 'dest');
const names = ['a/1', 'a/2', 'a/deep/3', 'b/-n', "b/it's $(id)", 'top', '~', 'new\nline'];
for (const name of names) {
  mkdirSync(join(src, name, '..'), { recursive: true });
  writeFileSync(join(src, name), `this is ${name}`);
}
writeFileSync(join(src, 'a/big'), Buffer.alloc(2 * 1024 * 1024, 'b'));
chmodSync(join(src, 'a/2'), 0o751);
symlinkSync('top', join(src, 'link'));

beforeEach(() => rmSync(dest, { recursive: true, force: true }));

describe.each(userlands)('under %s', (_name, shell) => {
  const run = (more: object = {}) =>
    converge(
      copy,
      { src: `${src}/`, dest, mode: 'preserve', local_follow: false, ...more },
      { shell: shell() },
    );

  test('a new folder', async () => {
    const { failed, second, outputs } = await run({ directory_mode: '0750' });
    expect([failed, second?.kind]).toEqual([undefined, 'unchanged']);
    // folders, small files, and each by itself: the odd name, the large file, the link
    expect(outputs).toHaveLength(5);
    for (const name of [...names, 'link', 'a/big']) {
      expect(readFileSync(join(dest, name))).toEqual(readFileSync(join(src, name)));
    }
    expect(statSync(join(dest, 'a/2')).mode & 0o7777).toBe(0o751);
    expect(statSync(join(dest, 'a/deep')).mode & 0o7777).toBe(0o750);
    expect(readdirSync(dest).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('a folder in which some is missing and some differs', async () => {
    await run();
    writeFileSync(join(dest, 'top'), 'by hand');
    for (const name of ['a/1', 'a/2', 'a/deep/3', '~']) rmSync(join(dest, name));
    const { failed, second, outputs } = await run();
    expect([failed, second?.kind]).toEqual([undefined, 'unchanged']);
    // those of a together, each other by itself
    expect(outputs).toHaveLength(4);
    expect(readFileSync(join(dest, 'top'), 'utf8')).toBe('this is top');
  });
});

const tar = { '/bin/tar': { mode: 0o755 } };
const many = join(base, 'many');
mkdirSync(many);
for (let index = 0; index < 600; index++) writeFileSync(join(many, `file${index}`), `${index}`);

test.each<[string, object, FakeFiles, number]>([
  ['a host without tar: each by itself', {}, { '/srv': aFolder }, 600],
  ['at most 500 at once', {}, { ...tar, '/srv': aFolder }, 2],
  ['a folder to make goes first', {}, tar, 3],
  ['what is to be validated: each by itself', { validate: 'true %s' }, { ...tar }, 601],
  [
    'what is there and differs: each by itself',
    {},
    { ...tar, '/srv': aFolder, '/srv/file1': { content: 'x' }, '/srv/file2': { content: 'x' } },
    4,
  ],
  [
    'where a link is: each by itself',
    {},
    { ...tar, '/srv': aFolder, '/srv/file1': { type: 'link', target: 'x' } },
    3,
  ],
])('%s', async (_name, more, files, steps) => {
  const full = await prepared(copy, { src: `${many}/`, dest: '/srv', ...more });
  const decision = decideOn(copy, full, fakeAnswers(files)) as Change;
  expect(decision.apply).toHaveLength(steps);
  expect(decision.diff.length).toBeGreaterThanOrEqual(600);
});

test('files of folders that are there go into each of them by themselves', async () => {
  const full = await prepared(copy, { src: `${src}/`, dest: '/srv' });
  const files = { ...tar, '/srv': aFolder, '/srv/a': aFolder, '/srv/b': aFolder };
  const decision = decideOn(copy, full, fakeAnswers(files)) as Change;
  const folders = decision.apply.flatMap(({ script }) => {
    const isBatch = script.text.includes('tar -x');
    return isBatch ? [/^dir=(.*)$/m.exec(script.text)![1]] : [];
  });
  expect(folders).toEqual(['/srv/a', '/srv/b', '/srv']);
});
