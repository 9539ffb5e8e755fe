import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pathWord, wordGroups } from '../../src/shell/path-word.ts';
import { sh } from '../../src/shell/sh.ts';
import { splitWords } from '../../src/shell/split-words.ts';

test.each([
  ['/a b', "'/a b'"],
  ['-x', './-x'],
  ['', './'],
  ['~', '"${HOME:?}"'],
  ['~/a b', `"\${HOME:?}"'/a b'`],
  ['~bob/x', '~bob/x'],
  ["~bob'; id/x", `'~bob'\\''; id/x'`],
])('%j is %s', (path, text) => {
  expect(pathWord(path).text).toBe(text);
});

test('the shell sees every path as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
      fc.pre(!name.includes('\0') && !name.startsWith('~'));
      const { stdout } = spawnSync('sh', ['-c', sh`printf '%s' ${pathWord(name)}`.text]);
      expect(stdout.toString()).toBe(name.startsWith('-') ? `./${name}` : name);
    }),
    { numRuns: 60 },
  );
});

test('groups stay below the limit of a command line', () => {
  const words = Array.from({ length: 1000 }, (_, index) => pathWord(`/${'x'.repeat(200)}${index}`));
  const groups = wordGroups(words);
  expect(groups.flat()).toEqual(words);
  for (const group of groups) expect(sh`${group}`.text.length).toBeLessThan(64 * 1024);
  expect(wordGroups([])).toEqual([]);
});

test.each<[string, string[] | undefined]>([
  ['visudo -cf %s', ['visudo', '-cf', '%s']],
  [`a "b c" 'd e'f  g\\ h`, ['a', 'b c', 'd ef', 'g h']],
  [`"a\\"b\\n" ''`, ['a"b\\n', '']],
  ['', []],
  ['a "b', undefined],
  ['a\\', undefined],
])('%j splits into %j', (text, words) => {
  expect(splitWords(text)).toEqual(words);
});
