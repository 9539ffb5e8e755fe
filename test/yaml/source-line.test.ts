import path from 'node:path';
import { expect, it } from 'vitest';
import { readSourceLine } from '../../src/yaml/source-line.ts';
import { folderOf } from '../inventory/support/folder.ts';

it('gives the line that a position points at', () => {
  const file = path.join(folderOf({ 'a.yml': 'one\r\ntwo\nthree' }), 'a.yml');
  expect([1, 2, 3, 4].map((line) => readSourceLine({ file, line, column: 1 }))).toEqual([
    'one',
    'two',
    'three',
    undefined,
  ]);
});

it('gives nothing for a file that cannot be read', () => {
  expect(readSourceLine({ file: '/nowhere/at/all', line: 1, column: 1 })).toBeUndefined();
});
