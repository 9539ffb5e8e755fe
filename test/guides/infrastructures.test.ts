import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { infrastructureFiles } from '../../src/cli/reference/infrastructures.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'docs/guides/infrastructures');
const files = await infrastructureFiles(root);
const pages = [...files.keys()].filter((file) => file.endsWith('.md'));
const index = readFileSync(join(folder, 'README.md'), 'utf8');

describe('pictures and audits are what `npm run docs` writes', () => {
  test.each([...files])('%s', (file, text) => {
    expect(readFileSync(join(folder, file), 'utf8')).toBe(text);
  });
});

test('there is a page for each infrastructure that is no variant', () => {
  const inventories = globSync('inventory/*/group_vars/load_balancers.yml', { cwd: root })
    .map((file) => file.split('/')[1]!)
    .filter((name) => !name.endsWith('-mariadb'));
  expect(pages.sort()).toEqual(inventories.map((name) => `${name}.md`).sort());
});

describe.each(pages)('%s', (page) => {
  const text = files.get(page)!;
  const name = page.replace('.md', '');

  test('shows its picture, and the index leads to it', () => {
    expect(text).toContain(`](${name}.svg)`);
    expect(index).toContain(`](${page})`);
  });

  test('is short', () => {
    const lines = text.split('\n').length;
    expect(lines).toBeGreaterThan(60);
    expect(lines).toBeLessThan(170);
  });

  test('speaks of hosts, experiments and files that there are', () => {
    const hosts = readFileSync(join(root, 'inventory', name, 'hosts.yml'), 'utf8');
    const named = text.match(/`(?:lb|web|app|db|dns|code|server)\d+`/g) ?? [];
    expect(named.filter((host) => !hosts.includes(`${host.slice(1, -1)}:`))).toEqual([]);
    const paths = [...text.matchAll(/(?:playbooks|test|inventory)\/[\w./-]*\w/g)].map(([at]) => at);
    expect(paths.filter((at) => !existsSync(join(root, at)))).toEqual([]);
  });
});
