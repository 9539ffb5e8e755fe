import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { contest, type Rules } from './contest.ts';

const folder = mkdtempSync(join(tmpdir(), 'rolecall-contest-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const log = join(folder, 'log');
const writes = (name: string) => ({
  name,
  command: { argv: ['sh', '-c', `printf %s ${name} >>"$0"`, log] },
});
const rulesFor = (lines: string[]): Rules => ({
  runs: 2,
  folder,
  signal: new AbortController().signal,
  progress: (line) => lines.push(line),
});

test('they take turns, and the first round does not count', async () => {
  const rows = await contest([writes('a'), writes('b')], rulesFor([]), async () => 5);
  expect(readFileSync(log, 'utf8')).toBe('ababab');
  expect(rows.map(({ name, wall }) => [name, wall.count])).toEqual([
    ['a', 2],
    ['b', 2],
  ]);
  expect(rows.map(({ hostCpu }) => hostCpu!.median)).toEqual([0, 0]);
});

test('who is optional and fails is left out, and that is said', async () => {
  const lines: string[] = [];
  const bad = { name: 'bad', command: { argv: ['false'] }, isOptional: true };
  const rows = await contest([bad, writes('a')], rulesFor(lines));
  expect(rows.map(({ name }) => name)).toEqual(['a']);
  expect(lines.filter((line) => line.includes('bad fails and is left out'))).toHaveLength(1);
});

test('who is not optional ends it', async () => {
  const bad = { name: 'bad', command: { argv: ['false'] } };
  await expect(contest([bad], rulesFor([]))).rejects.toThrow('exit 1');
});
