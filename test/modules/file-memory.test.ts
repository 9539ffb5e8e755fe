import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileMemory } from '../../src/modules/file-memory.ts';

test('computes once for a file, again when it changed or the computation failed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-memory-'));
  const file = join(folder, 'x');
  writeFileSync(file, 'one');
  const memory = new FileMemory<number>();
  let count = 0;
  const next = () => memory.recall(file, async () => ++count);
  expect(await Promise.all([next(), next()])).toEqual([1, 1]);
  writeFileSync(file, 'three');
  expect(await next()).toBe(2);
  writeFileSync(file, 'seventeen');
  await expect(memory.recall(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await next()).toBe(3);
  rmSync(folder, { recursive: true });
  await expect(next()).rejects.toThrow('ENOENT');
});
