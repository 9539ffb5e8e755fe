import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { listTar } from '../../src/modules/archive-listing.ts';
import { unarchive } from '../../src/modules/unarchive.ts';
import { busyboxShell, converge, systemShell, withDefaults } from './support/converge.ts';
import { textOf } from './support/file-decisions.ts';

const base = mkdtempSync(join(tmpdir(), 'rolecall-unarchive-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));
const long = `${'long-name-'.repeat(15)}.txt`;
const dest = join(base, 'dest');

function run(command: string, ...words: string[]): boolean {
  return spawnSync(command, words, { cwd: base }).status === 0;
}

const source = join(base, 'app');
mkdirSync(join(source, 'sub'), { recursive: true });
writeFileSync(join(source, 'a b.txt'), 'a');
writeFileSync(join(source, 'sub/ü'), 'b'.repeat(5000));
writeFileSync(join(source, 'sub', long), 'long');
run('ln', '-s', 'a b.txt', 'app/link');
run('tar', '-cf', 'app.tar', 'app');
run('tar', '--format=pax', '-czf', 'pax.tar.gz', './app');
run('tar', '-czf', 'app.tar.gz', 'app');
run('tar', '-cjf', 'app.tar.bz2', 'app');
run('tar', '-cJf', 'app.tar.xz', 'app');
run('zip', '-qry', 'app.zip', 'app');
const archives = [
  'app.tar',
  'pax.tar.gz',
  'app.tar.gz',
  'app.tar.bz2',
  'app.tar.xz',
  'app.zip',
].filter((name) => existsSync(join(base, name)));

beforeEach(() => {
  rmSync(dest, { recursive: true, force: true });
  mkdirSync(dest);
});

describe.each([
  ['GNU', systemShell],
  ['busybox', busyboxShell()],
] as const)('under %s', (name, shell) => {
  describe.each([false, true])('remote_src %s', (remote_src) => {
    test.each(archives)('%s is unpacked once', async (archive) => {
      const args = { src: join(base, archive), dest, remote_src };
      const first = await converge(unarchive, args, { shell });
      expect(first.failed).toBeUndefined();
      expect(textOf(first.decision)).toMatch(/([56]) of \1 entries/);
      expect(first.second).toMatchObject({ kind: 'unchanged' });
      expect(readFileSync(join(dest, 'app/sub/ü'), 'utf8')).toBe('b'.repeat(5000));
      expect(readFileSync(join(dest, 'app/link'), 'utf8')).toBe('a');
      writeFileSync(join(dest, 'app/a b.txt'), 'changed');
      const again = await converge(unarchive, args, { shell });
      expect(textOf(again.decision)).toMatch(/1 of [56] entries/);
      expect(again.second).toMatchObject({ kind: 'unchanged' });
    });
  });

  test('a part, stripped, with a mode', async () => {
    const args = {
      src: join(base, 'app.tar.gz'),
      dest,
      extra_opts: ['--strip-components=1'],
      ...(name === 'GNU' && { exclude: ['app/sub'] }), // busybox's tar knows no --exclude
      mode: 'u=rwX,go=',
    };
    const { failed, second } = await converge(unarchive, args, { shell });
    expect(failed).toBeUndefined();
    expect(second).toMatchObject({ kind: 'unchanged' });
    expect(existsSync(join(dest, 'sub'))).toBe(name === 'busybox');
    expect(statSync(join(dest, 'a b.txt')).mode & 0o777).toBe(0o600);
  });
});

test('nothing is done where creates exists', async () => {
  const { decision } = await converge(unarchive, {
    src: join(base, 'app.tar'),
    dest,
    creates: source,
  });
  expect(decision).toMatchObject({ kind: 'unchanged', reason: `skipped, since ${source} exists` });
});

test.each([
  [{ src: 'app.tar', dest: 'none' }, 'must be an existing dir'],
  [{ src: 'none.tar', dest: 'dest', remote_src: true }, 'does not exist on the host'],
  [{ src: 'app/a b.txt', dest: 'dest', remote_src: true }, 'cannot be read'],
])('%j fails', async ({ src, dest: folder, ...more }, message) => {
  const { decision } = await converge(unarchive, {
    src: join(base, src),
    dest: join(base, folder),
    ...more,
  });
  expect(decision.kind).toBe('failed');
  expect(textOf(decision)).toContain(message);
});

test('a name that leads outside is refused', async () => {
  writeFileSync(join(base, 'evil'), 'x');
  run('tar', '-cPf', 'evil.tar', '--transform', 's,evil,../evil,', 'evil');
  const { decision } = await converge(unarchive, { src: join(base, 'evil.tar'), dest });
  expect(decision).toMatchObject({
    kind: 'failed',
    message: expect.stringContaining('leads outside'),
  });
});

test('a tar archive that is cut short lists what is whole', () => {
  const bytes = readFileSync(join(base, 'app.tar'));
  expect(
    listTar(bytes)
      .map((entry) => entry.name)
      .sort(),
  ).toEqual(['app', 'app/a b.txt', 'app/link', 'app/sub', `app/sub/${long}`, 'app/sub/ü'].sort());
  expect(() => listTar(bytes.subarray(0, 700))).not.toThrow();
});

test.each([
  [{ src: 'https://example.org/x.tgz', dest: '/x' }, 'get_url'],
  [{ src: 'x', dest: '/x', include: ['a'], exclude: ['b'] }, 'mutually exclusive'],
])('unarchive refuses %j', (args, message) => {
  expect(() => withDefaults(unarchive, args)).toThrow(message);
});
