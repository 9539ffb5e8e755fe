import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RolecallError } from '../../src/errors.ts';
import { fromJson } from '../../src/jinja/filters/json.ts';
import { createLookup } from '../../src/jinja/lookups/table.ts';
import { compileTemplate } from '../../src/jinja/template.ts';
import { at } from './environment.ts';

// What Ansible itself gives for each template; captured/capture.py says how the pairs were recorded.
type Pair = [template: string, result: { text?: string; error?: string }];
const pairs = JSON.parse(read('pairs.json')) as Pair[];
const variables = read('variables.json');

test.each(pairs)('%s', (template, expected) => {
  if (expected.error !== undefined) expect(() => render(template)).toThrow(RolecallError);
  else expect(render(template)).toBe(expected.text);
});

function render(template: string) {
  const values = fromJson(variables) as Map<string, never>;
  const scope = { get: (name: string) => values.get(name), names: () => values.keys() };
  const lookup = createLookup({
    scope,
    basedir: '/tmp',
    readFile: (path) => readFileSync(path, 'utf8'),
    findFile: (name) => (existsSync(name) ? name : undefined),
    render: () => '',
  });
  return compileTemplate(template, at, { escapeBackslashes: false }).render({ scope, lookup });
}

function read(name: string): string {
  return readFileSync(new URL(`captured/${name}`, import.meta.url), 'utf8');
}
