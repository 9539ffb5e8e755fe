import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import {
  isAlive,
  killProcess,
  parseStat,
  processesWithArgument,
  readRecord,
} from '../../src/lab/processes.ts';

describe('a recorded process', () => {
  const tail = 'S 1 2 2 0 -1 4194560 3368 978 0 0 0 0 0 0 20 0 1 0 369387 2654208 386 1';
  test.each([
    [`4365 (bash) ${tail}`, { pid: 4365, startTime: 369387 }],
    [`7 (a) b (c) ${tail}`, { pid: 7, startTime: 369387 }],
    ['4365 (bash) S 1 2', undefined],
    ['', undefined],
    ['nonsense', undefined],
  ])('%j', (text, expected) => {
    expect(parseStat(text)).toEqual(expected);
  });

  test('is told from another of the same number, found by its argument, and killed', async () => {
    const mark = `rolecall-test-${process.pid}-${Date.now()}`;
    const child = spawn('sh', ['-c', 'read _', mark], { stdio: ['pipe', 'ignore', 'ignore'] });
    const ended = once(child, 'exit');
    const record = (await readRecord(`/proc/${child.pid}/stat`))!;
    expect(await isAlive(record)).toBe(true);
    expect(await isAlive({ ...record, startTime: record.startTime + 1 })).toBe(false);
    await killProcess({ ...record, startTime: record.startTime + 1 });
    expect(await isAlive(record)).toBe(true);
    await expect.poll(() => processesWithArgument(mark)).toEqual([record]);
    await killProcess(record);
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(await isAlive(record)).toBe(false);
  });
});
