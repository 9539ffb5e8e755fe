import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const files = globSync('roles/**/*.ts', { cwd: root }).sort();

interface Import {
  readonly file: string;
  readonly from: string;
}

const imports: readonly Import[] = files.flatMap((file) => {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom '([^']+)'/gm)].map(
    ([, from = '']): Import => ({ file, from }),
  );
});

describe('what roles import', () => {
  test('there are roles to look at', () => {
    expect(files.filter((file) => file.endsWith('/role.ts')).length).toBeGreaterThan(5);
    expect(imports.length).toBeGreaterThan(100);
  });

  test('rolecall, Node, and files of roles: nothing inside of rolecall, no other package', () => {
    const wrong = imports.filter(
      ({ file, from }) =>
        from !== 'rolecall' && !from.startsWith('node:') && !isFileOfRole(file, from),
    );
    expect(wrong).toEqual([]);
  });

  test('a file of another role only where it is no role itself', () => {
    const wrong = imports.filter(
      ({ file, from }) => /(^|\/)role\.ts$/.test(from) && !file.startsWith('test/'),
    );
    expect(wrong).toEqual([]);
  });
});

function isFileOfRole(file: string, from: string): boolean {
  if (!from.startsWith('.')) return false;
  const target = join(root, dirname(file), from);
  return relative(join(root, 'roles'), target).split('/')[0] !== '..' && existsSync(target);
}
