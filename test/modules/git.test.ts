import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { git } from '../../src/modules/git.ts';
import { converge } from './support/converge.ts';
import { decisionTable, refusalTable } from './support/decisions.ts';

const none = {
  exists: false,
  isRepository: false,
  head: '',
  url: '',
  isDirty: false,
  wanted: 'b'.repeat(40),
  error: '',
};
const there = {
  ...none,
  exists: true,
  isRepository: true,
  head: 'b'.repeat(40),
  url: 'https://e.org/r',
};
const given = { repo: 'https://e.org/r', dest: '/srv/r' };
decisionTable(git, () => none, [
  {
    name: 'a clone',
    args: { ...given, version: 'v1', depth: 1 },
    kind: 'change',
    says: 'clone at bbbbbbbbbb',
    runs: ['--depth 1', '--branch v1'],
  },
  {
    name: 'nothing when it is there',
    args: given,
    observed: { 'probe git': there },
    kind: 'unchanged',
  },
  {
    name: 'an update',
    args: given,
    observed: { 'probe git': { ...there, head: 'a'.repeat(40) } },
    kind: 'change',
    says: 'aaaaaaaaaa → bbbbbbbbbb',
    runs: ['fetch', 'reset -q --hard'],
  },
  {
    name: 'no update',
    args: { ...given, update: false },
    observed: { 'probe git': { ...there, head: 'a'.repeat(40) } },
    kind: 'unchanged',
  },
  { name: 'no clone', args: { ...given, clone: false }, kind: 'unchanged' },
  {
    name: 'local modifications',
    args: given,
    observed: { 'probe git': { ...there, head: 'a'.repeat(40), isDirty: true } },
    kind: 'failed',
    says: 'local modifications',
  },
  {
    name: 'local modifications, forced',
    args: { ...given, force: true },
    observed: { 'probe git': { ...there, isDirty: true } },
    kind: 'change',
  },
  {
    name: 'a folder with something else',
    args: given,
    observed: { 'probe git': { ...none, exists: true } },
    kind: 'failed',
    says: 'no git repository',
  },
  {
    name: 'a version that is not there',
    args: { ...given, version: 'x' },
    observed: { 'probe git': { ...none, wanted: '' } },
    kind: 'failed',
    says: "no branch or tag 'x'",
  },
  {
    name: 'a remote that cannot be reached',
    args: given,
    observed: { 'probe git': { ...none, error: 'fatal: no' } },
    kind: 'failed',
    says: 'fatal: no',
  },
]);
refusalTable(git, [
  [{ repo: '--upload-pack=x', dest: '/a' }, /cannot be a repository/],
  [{ repo: 'r', dest: 'a' }, /not absolute/],
]);

let folder = '';
let origin = '';
const run = (...words: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@e.org', ...words], {
    cwd: origin,
    stdio: 'pipe',
  });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rolecall git '"));
  origin = join(folder, 'origin');
  execFileSync('git', ['init', '-q', '-b', 'main', origin]);
  writeFileSync(join(origin, 'x'), '1');
  run('add', 'x');
  run('commit', '-qm', 'one');
  run('tag', '-a', 'v1', '-m', 'v1');
  writeFileSync(join(origin, 'x'), '2');
  run('commit', '-qam', 'two');
});
afterAll(() => rmSync(folder, { recursive: true }));

test('clones, follows a branch and goes to a tag', async () => {
  const dest = join(folder, 'deep er', 'checkout');
  const at = async (version: string, more: object = {}) => {
    const outcome = await converge(git, { repo: origin, dest, version, ...more });
    expect(outcome).not.toHaveProperty('failed');
    if (outcome.decision.kind === 'change')
      expect(outcome.second).toMatchObject({ kind: 'unchanged' });
    return [outcome.decision.kind, readFileSync(join(dest, 'x'), 'utf8')];
  };
  expect(await at('main')).toEqual(['change', '2']);
  expect(await at('main')).toEqual(['unchanged', '2']);
  expect(await at('v1')).toEqual(['change', '1']);
  writeFileSync(join(origin, 'x'), '3');
  run('commit', '-qam', 'three');
  expect(await at('HEAD')).toEqual(['change', '3']);
  expect(await at('main')).toEqual(['unchanged', '3']);
  writeFileSync(join(dest, 'x'), 'by hand');
  expect(await at('main', { force: true })).toEqual(['change', '3']);
});
