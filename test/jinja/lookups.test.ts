import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LookupContext } from '../../src/jinja/lookups/context.ts';
import { createLookup } from '../../src/jinja/lookups/table.ts';
import { compileTemplate } from '../../src/jinja/template.ts';
import { Unknown, type Value } from '../../src/values.ts';
import { at, scopeOf } from './environment.ts';

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'lookups-'));
  mkdirSync(join(directory, 'files'));
  const files: Record<string, string> = {
    'files/a.txt': '  text a \n\n',
    'files/b.txt': 'text b\n',
    'files/t.j2': 'hello {{ name }} {{ extra | default("-") }}\n',
    'files/set.ini': '[main]\nport = 80\nHost: web\n[other]\nport=90\n',
    'files/set.properties': 'user=me\n',
    'files/table.csv': 'k1,v1,"a, ""b"""\nk2,v2,c\n',
    'files/secret': 'stored salt=saltysalt\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
});

afterAll(() => rmSync(directory, { recursive: true }));

function run(source: string, more: Partial<LookupContext> = {}): Value {
  const scope = scopeOf({ name: 'bob', app_port: 1, app_host: 'h', other: 2, dir: directory });
  const context: LookupContext = {
    scope,
    basedir: directory,
    readFile: (path) => readFileSync(path, 'utf8'),
    findFile: (name) => {
      const path = name.startsWith('/') ? name : join(directory, 'files', name);
      return statSync(path, { throwIfNoEntry: false }) ? path : undefined;
    },
    render: (text, file, variables) =>
      compileTemplate(text, { file, line: 1, column: 1 }).render({
        scope: { get: (key) => variables.get(key) ?? scope.get(key), names: () => [] },
      }) as string,
    ...more,
  };
  const environment = { scope, lookup: createLookup(context), speculative: more.speculative };
  return compileTemplate(source, at).evaluate(environment);
}

test.each([
  ["{{ lookup('file', 'a.txt') }}", '  text a'],
  ["{{ lookup('file', 'a.txt', lstrip=true) }}", 'text a'],
  ["{{ lookup('file', 'a.txt', rstrip=false) }}", '  text a \n\n'],
  ["{{ query('file', 'a.txt', 'b.txt') }}", ['  text a', 'text b']],
  ["{{ lookup('file', 'nope', errors='ignore') }}", ''],
  ["{{ lookup('template', 't.j2') }}", 'hello bob -\n'],
  ["{{ lookup('template', 't.j2', template_vars={'extra': 'x'}) }}", 'hello bob x\n'],
  ["{{ lookup('first_found', ['nope', 'b.txt']) | basename }}", 'b.txt'],
  [
    "{{ lookup('first_found', files=['b.txt'], paths=['nope', dir ~ '/files']) | basename }}",
    'b.txt',
  ],
  ["{{ query('first_found', {'files': ['nope'], 'skip': true}) }}", []],
  ["{{ query('fileglob', '*.txt') | map('basename') | list }}", ['a.txt', 'b.txt']],
  ["{{ lookup('ini', 'port section=main file=set.ini') }}", '80'],
  ["{{ lookup('ini', 'port', section='other', file='set.ini') }}", '90'],
  ["{{ lookup('ini', 'nope section=main file=set.ini default=d') }}", 'd'],
  ["{{ lookup('ini', 'user type=properties file=set.properties') }}", 'me'],
  ["{{ lookup('csvfile', 'k1 file=table.csv delimiter=, col=2') }}", 'a, "b"'],
  ["{{ lookup('csvfile', 'k9 file=table.csv delimiter=, default=d') }}", 'd'],
  ["{{ lookup('password', 'files/secret') }}", 'stored'],
  ["{{ lookup('pipe', 'pwd') == dir }}", true],
  ["{{ query('varnames', '^app_') }}", ['app_host', 'app_port']],
  ["{{ lookup('vars', 'app_' ~ 'port') }}", 1],
  ["{{ lookup('ansible.builtin.vars', 'nope', default='d') }}", 'd'],
  ["{{ lookup('items', [1, 2]) }}", [1, 2]],
  ["{{ lookup('items', ['a', 'b']) }}", 'a,b'],
  ["{{ lookup('items', 'a', wantlist=true) }}", ['a']],
])('%s', (source, value) => {
  expect(run(source)).toEqual(value);
});

test.each([
  ["{{ lookup('fil', 'a.txt') }}", "there is no lookup 'fil'"],
  ["{{ lookup('file', 'nope') }}", "the file 'nope' was not found"],
  ["{{ lookup('file', 'a.txt', strip=true) }}", "has no option 'strip'"],
  ["{{ lookup('first_found', ['nope', 'nada']) }}", 'none of these files was found: nope, nada'],
  ["{{ lookup('vars', 'nope') }}", "'nope' is undefined"],
  ["{{ lookup('pipe', 'exit 3') }}", "the lookup 'pipe' failed"],
  ["{{ lookup('sequence', 'start=5 end=1') }}", 'stride of the other sign'],
  ["{{ lookup('template', 't.j2', template_vars={'name': none}) ~ nope }}", "'nope' is undefined"],
])('%s fails', (source, message) => {
  expect(() => run(source)).toThrow(message);
});

test.each([
  "{{ lookup('pipe', 'touch made') }}",
  "{{ lookup('url', 'http://127.0.0.1:9/') }}",
  "{{ lookup('random_choice', [1, 2]) }}",
  "{{ lookup('password', 'made') }}",
  '{{ now() }}',
  '{{ [1, 2] | random }}',
  "{{ 'x' | password_hash }}",
  "{{ '%Y' | strftime }}",
])('%s is refused when only trying', (source) => {
  expect(() => run(source, { speculative: true })).toThrow(/in advance|give it one/);
  expect(statSync(join(directory, 'made'), { throwIfNoEntry: false })).toBeUndefined();
});

describe('password', () => {
  test('is made once, of the characters asked for, and readable by nobody else', () => {
    const source = "{{ lookup('password', 'new/pw length=12 chars=digits') }}";
    const first = run(source);
    expect(first).toMatch(/^\d{12}$/);
    expect(run(source)).toBe(first);
    expect(statSync(join(directory, 'new/pw')).mode & 0o777).toBe(0o600);
  });

  test('keeps its salt', () => {
    const source = "{{ lookup('password', 'files/secret encrypt=sha256_crypt') }}";
    expect(run(source)).toMatch(/^\$5\$rounds=535000\$saltysalt\$/);
    expect(run(source)).toBe(run(source));
  });
});

test('an unknown term makes the result unknown', () => {
  const unknown = new Unknown('why');
  const scope = { get: (name: string) => (name === 'u' ? unknown : undefined), names: () => ['u'] };
  const lookup = () => ['never'];
  expect(compileTemplate("{{ lookup('file', u) }}", at).evaluate({ scope, lookup })).toBe(unknown);
});
