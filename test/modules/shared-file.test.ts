import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, expect, test } from 'vitest';
import { SharedFile } from '../../src/modules/shared-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'rolecall-shared-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(bytes: Buffer): string {
  const path = join(folder, `file${bytes.length}`);
  writeFileSync(path, bytes);
  return path;
}

const isOpen = (path: string) =>
  readdirSync('/proc/self/fd').some((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  });

test.each([0, 1, 1024 * 1024, 1024 * 1024 + 1, 3_500_000])(
  '%d bytes to several readers, and again',
  async (size) => {
    const bytes = randomBytes(size);
    const path = fileOf(bytes);
    const file = new SharedFile(path);
    for (let round = 0; round < 2; round++) {
      const all = await Promise.all([1, 2, 3].map(() => buffer(file.read())));
      expect(all.map((read) => read.equals(bytes))).toEqual([true, true, true]);
      expect(isOpen(path)).toBe(false);
    }
  },
);

test('readers at the same place get the same piece; who is far behind reads for itself', async () => {
  const bytes = randomBytes(20_000_000);
  const path = fileOf(bytes);
  const file = new SharedFile(path);
  const [slow, other] = [file.read(), file.read()];
  const [first, same] = await Promise.all([slow.next(), other.next()]);
  expect(same.value).toBe(first.value);
  await other.return();
  expect((await buffer(file.read())).equals(bytes)).toBe(true);
  const rest = await buffer(slow);
  expect(Buffer.concat([first.value as Buffer, rest]).equals(bytes)).toBe(true);
});

test('a reader that stops early leaves nothing open', async () => {
  const path = fileOf(randomBytes(5_000_000));
  for await (const piece of new SharedFile(path).read()) {
    expect(isOpen(path)).toBe(true);
    expect(piece.length).toBeGreaterThan(0);
    break;
  }
  expect(isOpen(path)).toBe(false);
});

test('a file that is gone: each reader is told', async () => {
  const file = new SharedFile(join(folder, 'absent'));
  const readers = [1, 2].map(() => buffer(file.read()));
  const ends = await Promise.allSettled(readers);
  expect(ends.map((end) => end.status === 'rejected' && end.reason.code)).toEqual([
    'ENOENT',
    'ENOENT',
  ]);
});
