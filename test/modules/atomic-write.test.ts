import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
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
import { backupName, type FileReplacement, replaceFile } from '../../src/modules/atomic-write.ts';
import { runScript, userlands } from './support/converge.ts';

const base = mkdtempSync(join(tmpdir(), 'rolecall-atomic-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));
const folder = join(base, "it's a\nfolder");
const target = join(folder, '-x "$(id)"');
const isRoot = process.getuid!() === 0;

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});

function sum(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function replacement(bytes: string | Buffer, more: Partial<FileReplacement> = {}): FileReplacement {
  return {
    path: target,
    source: { payload: Buffer.from(bytes) },
    sha256: sum(bytes),
    newMode: 0o644,
    ...more,
  };
}

describe.each(userlands)('under %s', (_name, shell) => {
  const write = async (file: FileReplacement) => {
    const step = replaceFile(file);
    return runScript(shell(), step.script, step.stdin);
  };

  test('a new file, all bytes', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 * 300 }, (_, index) => index % 256));
    expect(await write(replacement(bytes, { mode: 0o751 }))).toMatchObject({ status: 0 });
    expect(readFileSync(target)).toEqual(bytes);
    expect(statSync(target).mode & 0o7777).toBe(0o751);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test('an empty file gets a new time', async () => {
    writeFileSync(target, 'old');
    spawnSync('touch', ['-d', '2001-01-01', target]);
    expect(await write(replacement(''))).toMatchObject({ status: 0 });
    expect(statSync(target).size).toBe(0);
    expect(statSync(target).mtime.getFullYear()).toBeGreaterThan(2001);
  });

  test.runIf(isRoot)('mode and owner stay, setuid too', async () => {
    writeFileSync(target, 'old');
    chownSync(target, 1, 33);
    chmodSync(target, 0o4640);
    const before = statSync(target);
    expect(await write(replacement('new'))).toMatchObject({ status: 0 });
    const after = statSync(target);
    expect([after.mode & 0o7777, after.uid, after.gid]).toEqual([0o4640, 1, 33]);
    expect(after.ino).not.toBe(before.ino);
    expect(readFileSync(target, 'utf8')).toBe('new');
  });

  test.runIf(isRoot)('owner and mode as asked', async () => {
    await write(replacement('new', { owner: 'daemon', group: '33', mode: 0o2440 }));
    const after = statSync(target);
    expect([after.mode & 0o7777, after.uid, after.gid]).toEqual([0o2440, 1, 33]);
  });

  test('other content than announced never gets in place', async () => {
    writeFileSync(target, 'old');
    const result = await write(replacement('new', { sha256: sum('something else') }));
    expect(result.status).toBe(1);
    expect(result.stderr.toString()).toContain('did not arrive whole');
    expect(readFileSync(target, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test('validate refuses: the old file stays', async () => {
    writeFileSync(target, 'old');
    const validate = 'sh -c \'echo bad: $(cat "$0"); exit 3\' %s';
    const result = await write(replacement('new', { validate }));
    expect(result.stderr.toString()).toContain('failed to validate: rc:3 error:bad: new');
    expect(readFileSync(target, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test('validate agrees', async () => {
    expect(await write(replacement('new', { validate: "grep -q 'new' %s" }))).toMatchObject({
      status: 0,
    });
  });

  test('the backup holds the old file', async () => {
    writeFileSync(target, 'old');
    chmodSync(target, 0o600);
    const result = await write(replacement('new', { backup: true }));
    const saved = backupName(result)!;
    expect(saved).toMatch(/\.\d+\.\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~$/);
    expect(readFileSync(saved, 'utf8')).toBe('old');
    expect(statSync(saved).mode & 0o777).toBe(0o600);
  });

  test('a link is replaced, what it leads to is not', async () => {
    const victim = join(base, 'victim');
    writeFileSync(victim, 'victim');
    symlinkSync(victim, target);
    expect(await write(replacement('new'))).toMatchObject({ status: 0 });
    expect(readFileSync(victim, 'utf8')).toBe('victim');
    expect(readFileSync(target, 'utf8')).toBe('new');
  });

  test('a hard link leaves its other name alone', async () => {
    const other = join(folder, 'other');
    writeFileSync(other, 'old');
    linkSync(other, target);
    await write(replacement('new'));
    expect(readFileSync(other, 'utf8')).toBe('old');
  });

  test('what a killed run left is swept', async () => {
    const left = join(folder, '.rolecall-tmp.abcdef');
    writeFileSync(left, 'half');
    await write(replacement('new'));
    expect(existsSync(left)).toBe(false);
  });

  test('what a task at work in the same folder has begun is left alone', async () => {
    const begun = join(folder, `.rolecall-tmp.${process.pid}.abcdef`);
    writeFileSync(begun, 'half');
    await write(replacement('new'));
    expect(readFileSync(begun, 'utf8')).toBe('half');
  });

  test('a folder in its place is refused', async () => {
    mkdirSync(target);
    expect((await write(replacement('new'))).stderr.toString()).toContain('is a directory');
  });

  test('a missing folder is named, or made', async () => {
    const inner = join(folder, 'none/deep/x');
    const refused = await write(replacement('new', { path: inner }));
    expect(refused.stderr.toString()).toContain('none/deep does not exist');
    await write(replacement('new', { path: inner, parentMode: 0o755 }));
    expect(readFileSync(inner, 'utf8')).toBe('new');
    expect(statSync(join(folder, 'none')).mode & 0o777).toBe(0o755);
  });

  test('from a file of the host', async () => {
    const source = join(folder, 'source');
    writeFileSync(source, 'there');
    await write(replacement('there', { source: { remotePath: source } }));
    expect(readFileSync(target, 'utf8')).toBe('there');
  });

  test.runIf(isRoot)('an unknown owner: named, nothing changed', async () => {
    writeFileSync(target, 'old');
    const result = await write(replacement('new', { owner: 'no-such-user' }));
    expect(result.status).toBe(1);
    expect(result.stderr.toString()).toContain('no-such-user');
    expect(readFileSync(target, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test('killed at any moment: the old file or the new one', async () => {
    const big = Buffer.alloc(400_000, 'n');
    for (const delay of [0, 3, 6, 9, 12, 15, 20, 25]) {
      writeFileSync(target, 'old');
      const step = replaceFile(replacement(big));
      const [command, ...words] = shell();
      const child = spawn(command!, [...words, step.script.text], {
        detached: true,
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      const exited = new Promise((resolve) => child.on('exit', resolve));
      child.stdin.on('error', () => {});
      child.stdin.end(big);
      await new Promise((resolve) => setTimeout(resolve, delay));
      try {
        process.kill(-child.pid!, 'SIGKILL');
      } catch {}
      await exited;
      expect(['old', big.toString()]).toContain(readFileSync(target, 'utf8'));
    }
  });
});

test.runIf(isRoot)('a full disk is named and the old file stays', async ({ skip }) => {
  const disk = join(base, 'disk');
  mkdirSync(disk);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,nr_inodes=16', 'tmpfs', disk]);
  if (mounted.status !== 0) skip('no tmpfs can be mounted here');
  try {
    const file = join(disk, 'file');
    writeFileSync(file, 'old');
    const bytes = Buffer.alloc(300_000, 'x');
    const step = replaceFile(replacement(bytes, { path: file }));
    const result = await runScript(['/bin/sh', '-c'], step.script, step.stdin);
    expect(result.status).toBe(1);
    expect(result.stderr.toString()).toMatch(
      /No space left on device[\s\S]*is full\nspace: .*\ninodes: /,
    );
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readdirSync(disk)).toEqual(['file']);
    spawnSync('mount', ['-o', 'remount,ro', disk]);
    const again = replaceFile(replacement('new', { path: file }));
    const refused = await runScript(['/bin/sh', '-c'], again.script, again.stdin);
    expect(refused.stderr.toString()).toContain('is mounted read-only');
  } finally {
    spawnSync('umount', [disk]);
  }
});
