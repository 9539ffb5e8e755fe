import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
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
import { type NewFile, type NewFiles, placeFiles } from '../../src/modules/place-files.ts';
import { payloadBytes, runScript, userlands } from './support/converge.ts';

const base = mkdtempSync(join(tmpdir(), 'rolecall-place-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));
const folder = join(base, "it's a\nfolder");
const isRoot = process.getuid!() === 0;

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'sub/-deep ~x'), { recursive: true });
});

function file(name: string, text: string, more: Partial<NewFile> = {}): NewFile {
  const bytes = Buffer.from(text);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { name, bytes, sha256, mode: 0o644, ...more };
}

const three = [
  file('-x "$(id)"', 'one'),
  file('sub/-deep ~x/~', 'two', { mode: 0o4751 }),
  file('sub/empty', ''),
];

function left(): string[] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => statSync(join(folder, name)).isFile() || name.includes('.rolecall'))
    .sort();
}

describe.each(userlands)('under %s', (_name, shell) => {
  const place = (files: readonly NewFile[], more: Partial<NewFiles> = {}) => {
    const step = placeFiles({ folder, files, ...more });
    return runScript(shell(), step.script, step.stdin);
  };

  test('all bytes, all modes, and nothing else', async () => {
    expect(await place(three)).toMatchObject({ status: 0, stderr: Buffer.alloc(0) });
    expect(left()).toEqual(three.map(({ name }) => name).sort());
    for (const { name, bytes, mode } of three) {
      expect(readFileSync(join(folder, name))).toEqual(bytes);
      expect(statSync(join(folder, name)).mode & 0o7777).toBe(mode);
    }
  });

  test('more names than a command line holds', async () => {
    const many = Array.from({ length: 500 }, (_, index) =>
      file(`sub/${index}-${'n'.repeat(80)}`, `file ${index}`),
    );
    expect(await place(many)).toMatchObject({ status: 0 });
    expect(left()).toHaveLength(500);
  });

  test.runIf(isRoot)('owner and group; setuid stays', async () => {
    await place(three, { owner: 'daemon', group: '33' });
    const { uid, gid, mode } = statSync(join(folder, three[1]!.name));
    expect([uid, gid, mode & 0o7777]).toEqual([1, 33, 0o4751]);
  });

  test.runIf(isRoot)('an unknown owner: named, nothing in place', async () => {
    const { status, stderr } = await place(three, { owner: 'no-such-user' });
    expect([status, stderr.toString()]).toEqual([1, expect.stringContaining('no-such-user')]);
    expect(left()).toEqual([]);
  });

  test('one wrong checksum: it is named, and none gets in place', async () => {
    const { status, stderr } = await place([
      ...three,
      file('bad', 'x', { sha256: '0'.repeat(64) }),
    ]);
    expect(status).toBe(1);
    expect(stderr.toString()).toMatch(/did not arrive whole:\n[0-9a-f]{64} {2}\.\/bad\n$/);
    expect(left()).toEqual([]);
  });

  test('an archive that is cut off: none gets in place', async () => {
    const step = placeFiles({ folder, files: three });
    const bytes = await payloadBytes(step);
    for (const length of [0, 100, 1024, 2048, 3000]) {
      const { status } = await runScript(shell(), step.script, bytes.subarray(0, length));
      expect(status).toBe(1);
      expect(left()).toEqual([]);
    }
  });

  test('a folder where a file is to be: none gets in place', async () => {
    mkdirSync(join(folder, 'sub/empty'));
    const { status, stderr } = await place(three);
    expect([status, stderr.toString()]).toEqual([
      1,
      expect.stringContaining('sub/empty is a directory'),
    ]);
    expect(left()).toEqual([]);
  });

  test('what came in between is replaced, a link is not followed', async () => {
    const victim = join(base, 'victim');
    writeFileSync(victim, 'victim');
    symlinkSync(victim, join(folder, three[0]!.name));
    symlinkSync(base, join(folder, 'sub/empty'));
    expect(await place(three)).toMatchObject({ status: 0 });
    expect(readFileSync(victim, 'utf8')).toBe('victim');
    expect(left()).toHaveLength(3);
  });

  test('a folder that is a link leads to where the files go', async () => {
    const link = join(base, `link-${process.pid}`);
    rmSync(link, { force: true });
    symlinkSync(folder, link);
    expect(await place(three, { folder: link })).toMatchObject({ status: 0 });
    expect(left()).toHaveLength(3);
  });

  test('a folder that is gone is named', async () => {
    const { status, stderr } = await place(three, { folder: join(folder, 'none') });
    expect([status, stderr.toString()]).toEqual([
      1,
      expect.stringContaining('none does not exist'),
    ]);
  });

  test('what killed runs left is swept, no link in it followed', async () => {
    const victim = join(base, 'kept');
    mkdirSync(victim, { recursive: true });
    writeFileSync(join(victim, 'file'), 'kept');
    const dead = spawnSync('sh', ['-c', 'echo $$']).stdout.toString().trim();
    const stages = [`${dead}.abcdef`, `${process.pid}.abcdef`, 'of-a-user.abcdef'];
    for (const name of stages) {
      mkdirSync(join(folder, `.rolecall-tmp.${name}`));
      symlinkSync(victim, join(folder, `.rolecall-tmp.${name}/link`));
    }
    await place(three);
    expect(stages.map((name) => existsSync(join(folder, `.rolecall-tmp.${name}`)))).toEqual([
      false,
      true,
      true,
    ]);
    expect(readFileSync(join(victim, 'file'), 'utf8')).toBe('kept');
  });

  test('killed at any moment: whole files or none; the next run completes', async () => {
    const text = 'n'.repeat(20_000);
    const many = Array.from({ length: 30 }, (_, index) => file(`sub/${index}`, text));
    const step = placeFiles({ folder, files: many });
    const bytes = await payloadBytes(step);
    for (const delay of [0, 5, 10, 15, 20, 30, 40]) {
      const [command, ...words] = shell();
      const child = spawn(command!, [...words, step.script.text], {
        detached: true,
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      const exited = new Promise((resolve) => child.on('exit', resolve));
      child.stdin.on('error', () => {});
      child.stdin.end(bytes);
      await new Promise((resolve) => setTimeout(resolve, delay));
      try {
        process.kill(-child.pid!, 'SIGKILL');
      } catch {}
      await exited;
      for (const name of readdirSync(join(folder, 'sub')).filter((name) => /^\d+$/.test(name))) {
        expect(readFileSync(join(folder, 'sub', name), 'utf8')).toBe(text);
      }
    }
    expect(await place(many)).toMatchObject({ status: 0 });
    expect(left()).toHaveLength(30);
  });
});

test.runIf(isRoot)('a full disk is named and stays as it was', async ({ skip }) => {
  const disk = join(base, 'disk');
  mkdirSync(disk);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,nr_inodes=16', 'tmpfs', disk]);
  if (mounted.status !== 0) skip('no tmpfs can be mounted here');
  try {
    const files = [file('a', 'x'.repeat(50_000)), file('b', 'x'.repeat(50_000))];
    const step = placeFiles({ folder: disk, files });
    const result = await runScript(['/bin/sh', '-c'], step.script, step.stdin);
    expect(result.stderr.toString()).toMatch(
      /(No space left on device|Wrote only)[\s\S]*is full\nspace: .*\ninodes: /,
    );
    expect(readdirSync(disk)).toEqual([]);
    spawnSync('mount', ['-o', 'remount,ro', disk]);
    const again = await runScript(['/bin/sh', '-c'], step.script, step.stdin);
    expect(again.stderr.toString()).toContain('is mounted read-only');
  } finally {
    spawnSync('umount', [disk]);
  }
});
