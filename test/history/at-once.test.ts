import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openToRead } from '../../src/history/open.ts';
import { hostsOfRun, listRuns, outcomesOfRun } from '../../src/history/read.ts';
import { newFile } from './support/events.ts';

const tasks = 200;

test('several runs write one new history at once', { timeout: 120_000 }, async () => {
  const file = newFile();
  const script = join(import.meta.dirname, 'support/writer.ts');
  const ends = await Promise.all(
    [1, 2, 3].map(async () => {
      const words = [script, file, String(tasks)];
      const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] });
      return (await once(child, 'close'))[0];
    }),
  );
  expect(ends).toEqual([0, 0, 0]);
  const database = openToRead(file)!;
  const runs = listRuns(database);
  expect(runs.map(({ state }) => state)).toEqual(['ended', 'ended', 'ended']);
  const messages = Array.from({ length: tasks }, (_, number) => `number ${number}`);
  for (const run of runs) {
    expect(outcomesOfRun(database, run.id).map(({ message }) => message)).toEqual(messages);
    expect(hostsOfRun(database, run)[0]!.tasks).toHaveLength(tasks);
  }
  database.close();
});
