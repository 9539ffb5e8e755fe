import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diskFiles, memoryFiles } from '../../src/playbook/files.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { knownModules, problemsOf } from './support.ts';

const root = mkdtempSync(join(tmpdir(), 'rolecall-files-'));
const within = (name: string) => join(root, name);

beforeAll(() => {
  mkdirSync(within('folder'));
  writeFileSync(within('folder/b'), 'text');
  writeFileSync(within('folder/a'), '');
  symlinkSync('folder/b', within('link'));
  symlinkSync('nowhere', within('dangling'));
  symlinkSync('loop', within('loop'));
});
afterAll(() => rmSync(root, { recursive: true }));

describe('files on disk', () => {
  test.each([
    ['folder', 'folder'],
    ['folder/b', 'file'],
    ['link', 'file'],
    ['dangling', 'other'],
    ['loop', 'other'],
    ['nothing', undefined],
    ['folder/b/below', undefined],
  ])('%s is %s', (name, kind) => expect(diskFiles.kind(within(name))).toBe(kind));

  test('are listed in order and read', () => {
    expect(diskFiles.list(within('folder'))).toEqual(['a', 'b']);
    expect(diskFiles.read(within('link')).toString()).toBe('text');
    expect(problemsOf(() => diskFiles.list(within('nothing')))).toMatchObject([
      { code: 'source-not-found' },
    ]);
  });

  test('a dangling link is an error, never an empty file', () => {
    mkdirSync(within('roles/web/vars'), { recursive: true });
    symlinkSync('/nowhere/main.yml', within('roles/web/vars/main.yml'));
    writeFileSync(within('site.yml'), '- hosts: all\n  roles: [web]\n');
    const context = { rolesPath: [], knownModules, extraVars: new Map() };
    expect(problemsOf(() => loadPlaybook(within('site.yml'), context))).toMatchObject([
      { code: 'source-not-found', message: expect.stringContaining('roles/web/vars/main.yml') },
    ]);
  });
});

test('files in memory look the same', () => {
  const files = memoryFiles({ '/a/b/c': 'x', '/a/d': '' });
  expect(['/a', '/a/', '/a/b/c', '/a/x'].map((path) => files.kind(path))).toEqual([
    'folder',
    'folder',
    'file',
    undefined,
  ]);
  expect(files.list('/a')).toEqual(['b', 'd']);
  expect(() => files.read('/a/x')).toThrow('ENOENT');
});
