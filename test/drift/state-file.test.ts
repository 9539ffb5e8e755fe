import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emptyState, type WatchState } from '../../src/drift/state.ts';
import { readState, stateFileOf, writeState } from '../../src/drift/state-file.ts';

let folder: string;
let file: string;
const warnings: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drift-state-'));
  file = join(folder, 'deep/er/site.json');
  warnings.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (now = 0) => readState(file, (message) => warnings.push(message), now);
const state: WatchState = {
  ...emptyState,
  handled: 5,
  lastGood: 4,
  corrections: [1, 2],
  repeats: { 'web1 The site': { times: [1, 2], stopped: true } },
  totals: { ...emptyState.totals, checks: 9 },
};

test('what is written is read again, and only its owner may', async () => {
  await writeState(file, state);
  expect(await read()).toEqual(state);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('without a file it begins anew', async () => {
  expect(await read()).toEqual(emptyState);
  expect(warnings).toEqual([]);
});

test.each([
  ['cut off', JSON.stringify(state).slice(0, 40)],
  ['empty', ''],
  ['of other data', '{"version":1}'],
  ['no object', 'null'],
])('a file that is %s is set aside as it is', async (_how, text) => {
  await writeState(file, state);
  writeFileSync(file, text);
  expect(await read(Date.parse('2026-03-02T01:02:03Z'))).toEqual(emptyState);
  const aside = `${file}.damaged-2026-03-02T010203.000Z`;
  expect(readFileSync(aside, 'utf8')).toBe(text);
  expect(warnings).toEqual([
    `the state ${file} is damaged; it is kept as ${aside}, a new one begins`,
  ]);
});

test('a file of a later version is refused and stays', async () => {
  await writeState(file, { ...state, version: 2 as 1 });
  await expect(read()).rejects.toThrow('a later version of rolecall');
  expect(JSON.parse(readFileSync(file, 'utf8')).version).toBe(2);
});

test('writers at once leave a whole file and nothing beside it', async () => {
  await Promise.all(
    Array.from({ length: 20 }, (_, handled) => writeState(file, { ...state, handled })),
  );
  expect(await read()).toMatchObject({ lastGood: 4 });
  expect(readdirSync(join(folder, 'deep/er'))).toEqual(['site.json']);
});

test('what cannot be written is an error of its own', async () => {
  writeFileSync(join(folder, 'deep'), '');
  await expect(writeState(file, state)).rejects.toMatchObject({ code: 'drift-state-unwritable' });
});

test.each([
  [true, {}, '/var/lib/rolecall/drift/site.json'],
  [false, { XDG_STATE_HOME: '/x' }, '/x/rolecall/drift/site.json'],
])('the place of root %s', (isRoot, environment, expected) => {
  expect(stateFileOf('site', environment, isRoot)).toBe(expected);
});
