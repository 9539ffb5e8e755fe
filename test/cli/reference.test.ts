import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { referencePages } from '../../src/cli/reference/pages.ts';

const pages = await referencePages();

describe('docs/reference is what `npm run docs` writes', () => {
  test.each([...pages])('%s', (name, text) => {
    const file = new URL(`../../docs/reference/${name}`, import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('every argument of every module is described', () => {
    const rows = pages.get('modules.md')!.match(/^\| .* \| .* \| .* \| .*\|$/gm)!;
    expect(rows.length).toBeGreaterThan(50);
    expect(rows.filter((row) => /\| *\|$/.test(row) && !row.startsWith('| argument'))).toEqual([]);
  });
});
