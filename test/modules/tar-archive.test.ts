import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import {
  type ArchivedFile,
  fitsArchive,
  foldersOf,
  tarArchive,
} from '../../src/modules/tar-archive.ts';

const base = mkdtempSync(join(tmpdir(), 'rolecall-tar-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

async function archiveBytes(files: readonly ArchivedFile[]): Promise<Buffer> {
  const payload = tarArchive(files) as { size: number; open(): Readable };
  const chunks: Buffer[] = [];
  for await (const chunk of Readable.from(payload.open())) chunks.push(Buffer.from(chunk));
  const bytes = Buffer.concat(chunks);
  expect(bytes.length).toBe(payload.size);
  return bytes;
}

const part = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 12 })
  .filter((name) => !name.includes('/') && !/^\.\.?$/.test(name));
const name = fc
  .array(part, { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('/'))
  .filter(fitsArchive);
const files = fc
  .uniqueArray(fc.record({ name, bytes: fc.uint8Array({ maxLength: 1600 }) }), {
    selector: ({ name }) => name,
    minLength: 1,
    maxLength: 8,
  })
  .filter((files) => {
    const folders = new Set(foldersOf(files.map(({ name }) => name)));
    return !files.some(({ name }) => folders.has(name));
  });

describe.each([['tar'], ['busybox', 'tar']])('read by %s %s', (command, ...words) => {
  test('every name and every byte arrives', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (files) => {
        const folder = mkdtempSync(join(base, 'x'));
        const input = await archiveBytes(files);
        const run = spawnSync(command, [...words, '-xmof', '-'], { cwd: folder, input });
        expect([run.status, run.stderr.toString()]).toEqual([0, '']);
        for (const { name, bytes } of files) {
          expect(readFileSync(join(folder, name)).equals(bytes)).toBe(true);
          expect(statSync(join(folder, name)).mode & 0o7777).toBe(0o600);
        }
      }),
      { numRuns: 40 },
    );
  });
});

test.each([
  ['a'.repeat(100), true],
  ['a'.repeat(101), false],
  ['ü'.repeat(51), false],
  ['a b/-c', true],
  ['a\nb', false],
  ['a\\b', false],
])('%j fits: %s', (name, fits) => {
  expect(fitsArchive(name)).toBe(fits);
});

test('folders come ahead of what is in them', () => {
  expect(foldersOf(['b/c/d', 'a', 'b/e', 'f/g'])).toEqual(['b', 'b/c', 'f']);
});
