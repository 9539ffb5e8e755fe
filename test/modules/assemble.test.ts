import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { assemble, joinFragments } from '../../src/modules/assemble.ts';
import { tempfile } from '../../src/modules/tempfile.ts';
import { converge, userlands } from './support/converge.ts';
import { aFolder } from './support/fake-files.ts';
import { testDecisions } from './support/file-decisions.ts';

const base = mkdtempSync(join(tmpdir(), 'rolecall-assemble-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

test.each<[string[], string | undefined, string]>([
  [['a\n', 'b\n'], undefined, 'a\nb\n'],
  [['a', 'b'], undefined, 'a\nb'],
  [['a', 'b\n', 'c'], '---', 'a\n---\nb\n---\nc'],
  [['a\n', 'b'], '\\n##\\n', 'a\n\n##\nb'],
  [[], '---', ''],
])('fragments %j with %j make %j', (fragments, delimiter, text) => {
  expect(
    joinFragments(
      fragments.map((part) => Buffer.from(part)),
      delimiter,
    ).toString(),
  ).toBe(text);
});

const files = {
  '/etc': aFolder,
  '/etc/d': aFolder,
  '/etc/d/10': { content: 'b\n' },
  '/etc/d/02': { content: 'a\n' },
  '/etc/d/.x': { content: 'x\n' },
};

testDecisions(assemble, [
  {
    name: 'nothing there',
    args: { src: '/etc/d', dest: '/etc/c' },
    files,
    kind: 'change',
    says: 'absent → file',
    result: { size: 6, msg: 'OK' },
  },
  {
    name: 'the same',
    args: { src: '/etc/d', dest: '/etc/c', ignore_hidden: true },
    files: { ...files, '/etc/c': { content: 'a\nb\n' } },
    kind: 'unchanged',
  },
  {
    name: 'some',
    args: { src: '/etc/d', dest: '/etc/c', regexp: '^1' },
    files: { ...files, '/etc/c': { content: 'b\n' } },
    kind: 'unchanged',
  },
  {
    name: 'other content',
    args: { src: '/etc/d', dest: '/etc/c', mode: '0600' },
    files: { ...files, '/etc/c': { content: 'z' } },
    kind: 'change',
    says: 'content, mode 0644 → 0600',
  },
  {
    name: 'no folder',
    args: { src: '/none', dest: '/etc/c' },
    files,
    kind: 'failed',
    says: 'Source (/none) is not a directory',
  },
  {
    name: 'a folder in its place',
    args: { src: '/etc/d', dest: '/etc' },
    files,
    kind: 'failed',
    says: '/etc is a directory',
  },
]);

test.each(userlands)('under %s: from the controller and from the host', async (_name, shell) => {
  const folder = join(base, 'frag');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '1 "'), 'one\n');
  writeFileSync(join(folder, '2'), 'two');
  for (const remote_src of [true, false]) {
    const dest = join(base, `joined-${remote_src}`);
    rmSync(dest, { force: true });
    const outcome = await converge(assemble, { src: folder, dest, remote_src }, { shell: shell() });
    expect(outcome.second).toMatchObject({ kind: 'unchanged' });
    expect(readFileSync(dest, 'utf8')).toBe('one\ntwo');
  }
});

test.each(userlands)('under %s: temporary files are new and private', async (_name, shell) => {
  const rows = [
    [{ path: base, suffix: '.conf' }, /\/ansible\.\w+\.conf$/, 0o600],
    [{ path: base, state: 'directory', prefix: 'a b' }, /\/a b\w+$/, 0o700],
  ] as const;
  for (const [args, name, mode] of rows) {
    const { result, failed } = await converge(tempfile, args, { shell: shell() });
    expect(failed).toBeUndefined();
    expect(result.path).toMatch(name);
    expect(statSync(result.path as string).mode & 0o777).toBe(mode);
  }
  const { failed } = await converge(tempfile, { path: '/none' }, { shell: shell() });
  expect(failed).toContain('/none');
});
