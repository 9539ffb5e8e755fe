import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openToRead } from '../../src/history/open.ts';
import { hostsOfRun, listRuns, openIntents, outcomesOfRun } from '../../src/history/read.ts';
import { newFile, recordRun } from './support/events.ts';

const points = 100;
const atOnce = 4;

test('kill -9 at 100 random points loses nothing that was acknowledged', {
  timeout: 600_000,
}, async () => {
  const file = newFile();
  for (let done = 0; done < points; done += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, () => killedWriter(file)));
  }
  const database = openToRead(file)!;
  const runs = listRuns(database, { limit: points + 1 });
  expect(runs).toHaveLength(points);
  expect(new Set(runs.map(({ state }) => state))).toEqual(new Set(['lost']));
  expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  database.close();
  // The next run is recorded in the same file.
  expect(await recordRun(file)).toBe(points + 1);
});

/** Starts a writer, kills it, and holds what it said against what is there. */
async function killedWriter(file: string): Promise<void> {
  const script = join(import.meta.dirname, 'support/writer.ts');
  const child = spawn(process.execPath, [script, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  await once(child.stdout, 'data');
  await sleep(Math.random() * 50);
  child.kill('SIGKILL');
  await once(child, 'close');
  const acknowledged = said.split('\n').slice(0, -1).map(Number).at(-1)!;
  const database = openToRead(file)!;
  const runs = listRuns(database, { limit: 1000 });
  const run = runs.find((one) => one.id === idOf(database, child.pid!))!;
  expect(run.state).toBe('lost');
  // Each intent is written with all results before it.
  const results = outcomesOfRun(database, run.id).map(({ message }) => message);
  const expected = Array.from({ length: acknowledged }, (_, number) => `number ${number}`);
  expect(results.slice(0, acknowledged)).toEqual(expected);
  expect(hostsOfRun(database, run)[0]?.tasks ?? []).toHaveLength(results.length);
  expect(openIntents(database, run.id)).toHaveLength(1);
  database.close();
}

function idOf(database: NonNullable<ReturnType<typeof openToRead>>, pid: number): number {
  return Number(database.prepare('SELECT max(id) AS id FROM runs WHERE pid = ?').get(pid)?.id);
}
