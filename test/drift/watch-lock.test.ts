import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeLock, thisProcess } from '../../src/drift/watch-lock.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drift-lock-'));
  file = join(folder, 'site.lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('one at a time, and free again behind it', () => {
  const release = takeLock(file);
  expect(() => takeLock(file)).toThrow(`process ${process.pid} already watches`);
  release();
  expect(readdirSync(folder)).toEqual([]);
  takeLock(file)();
});

test('a lock that another one has taken is not given back', () => {
  const release = takeLock(file);
  writeFileSync(file, 'of another');
  release();
  expect(readFileSync(file, 'utf8')).toBe('of another');
});

const self = thisProcess();
test.each([
  ['of a process that is gone', JSON.stringify({ ...self, pid: 2 ** 22 + 1 })],
  ['of an earlier process of this number', JSON.stringify({ ...self, startTime: '1' })],
  ['of another boot', JSON.stringify({ ...self, bootId: 'before' })],
  ['that is damaged', '{'],
])('a lock %s is replaced', (_whose, text) => {
  writeFileSync(file, text);
  takeLock(file);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(self);
});

test('a turn to replace it that nobody has any more is cleared away', () => {
  const gone = JSON.stringify({ ...self, bootId: 'before' });
  writeFileSync(file, gone);
  writeFileSync(`${file}.replacing`, gone);
  takeLock(file);
  expect(readdirSync(folder)).toEqual(['site.lock']);
});

const racer = `
const { takeLock } = await import(process.argv[1]);
process.stdout.write('ready\\n');
await new Promise((resolve) => process.stdin.once('data', resolve));
try { takeLock(process.argv[2]); process.stdout.write('got\\n'); }
catch (error) { process.stdout.write(error.code + '\\n'); }
process.stdin.once('end', () => process.exit());
process.stdin.resume();`;

test.each([
  ['free', undefined],
  ['stale', { ...self, bootId: 'before' }],
])('of processes that race for a %s lock one gets it', async (_state, holder) => {
  if (holder) writeFileSync(file, JSON.stringify(holder));
  const module = new URL('../../src/drift/watch-lock.ts', import.meta.url).href;
  const racers = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', racer, module, file], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );
  const answers = async () =>
    (await Promise.all(racers.map(({ stdout }) => once(stdout, 'data')))).map(String);
  await answers();
  const ends = answers();
  for (const { stdin } of racers) stdin.write('go\n');
  expect((await ends).sort()).toEqual([
    'drift-watched\n',
    'drift-watched\n',
    'drift-watched\n',
    'got\n',
  ]);
  await Promise.all(
    racers.map(async (child) => {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    }),
  );
});
