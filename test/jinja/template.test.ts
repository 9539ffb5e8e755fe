import { describe, expect, test } from 'vitest';
import { templateHeader } from '../../src/jinja/header.ts';
import {
  compileExpression,
  compileTemplate,
  mayContainTemplate,
  truth,
} from '../../src/jinja/template.ts';
import { Float, omit, Unknown } from '../../src/values.ts';
import { at, environmentOf, evaluate, failure } from './environment.ts';

describe('values', () => {
  test.each([
    ['{{ 1 + 1 }}', 2],
    ['{{ [1, 2] }}', [1, 2]],
    ['{{ none }}', null],
    ['{{ x }}', null],
    ['{{ t }}', true],
    ['{{ "5" }}', '5'],
    ['{{ 5 }} ', '5 '],
    [' {{ x }}', ' '],
    ['{{ 4 / 2 }}', new Float(2)],
    ['{{ "a" if false }}', ''],
    ['{{ d }}\n', new Map([['k', 1]])],
    ['{{ "text" }}\n', 'text\n'],
    ['plain', 'plain'],
    ['', ''],
    ["{{ x | default('d') }}", null],
    ['{{ d.nope | default(none) }}', null],
    ["{{ 'a\\d' }}", 'a\\d'],
    ["{% set y = 'a\\tb' %}{{ y }}", 'a\tb'],
  ])('%s', (source, value) => {
    expect(evaluate(source, { x: null, t: true, d: { k: 1 } })).toEqual(value);
  });

  test('a key of a dict wins over a method, except in a call', () => {
    const variables = { d: { items: [1], keys: 2 } };
    expect(evaluate('{{ d.items }}', variables)).toEqual([1]);
    expect(evaluate('{{ d.keys() | list }}', variables)).toEqual(['items', 'keys']);
  });

  test('keys such as __proto__ are plain data', () => {
    expect(evaluate("{{ {'__proto__': 1}.__proto__ }}")).toBe(1);
    expect(failure('{{ d.constructor }}', { d: {} }).code).toBe('undefined-variable');
    expect(failure("{{ 'x'.__class__ }}").message).toContain('not accessible');
  });

  test('changing a list in a template leaves the variable alone', () => {
    const list = [1];
    expect(evaluate('{{ l.append(2) }}{{ l }}', { l: list })).toBe('[1, 2]');
    const environment = environmentOf({ l: [1] });
    compileTemplate('{% do l.append(2) %}{{ l }}', at).render(environment);
    expect(environment.scope.get('l')).toEqual([1]);
  });

  test('omit passes through but cannot be printed', () => {
    const scope = {
      get: (name: string) => (name === 'omit' ? omit : undefined),
      names: () => ['omit'],
    };
    expect(compileTemplate('{{ nope | default(omit) }}', at).evaluate({ scope })).toBe(omit);
    expect(() => compileTemplate('a{{ omit }}', at).evaluate({ scope })).toThrow("'omit'");
  });
});

describe('undefined', () => {
  test.each([
    ['{{ fo }}', "'fo' is undefined", 'foo', 10, 8],
    ['a\n{{ foo.stdot }}', "'foo.stdot' is undefined", 'stdout', 11, 8],
    ['{{ foo.a.b.c }}', "'foo.a' is undefined", undefined, 10, 16],
    ["{{ foo['stdot'] }}", "'foo['stdot']' is undefined", 'stdout', 10, 12],
    ['{{ 1 + nope }}', "'nope' is undefined", undefined, 10, 12],
    ['{% if nope %}{% endif %}', "'nope' is undefined", undefined, 10, 11],
    ['{{ [nope] }}', "'nope' is undefined", undefined, 10, 8],
  ])('%s', (source, message, nearest, line, column) => {
    const [problem] = failure(source, { foo: { stdout: 1 } }).problems;
    expect(problem).toMatchObject({
      code: 'undefined-variable',
      message,
      at: { file: 'play.yml', line, column },
    });
    expect(problem!.nearest).toBe(nearest);
  });
});

test('a misspelt method names the nearest', () => {
  expect(failure("{{ 'x'.stripp() }}").problems[0]).toMatchObject({ nearest: 'strip' });
});

describe('syntax errors', () => {
  test.each([
    ['{{ x | defualt(1) }}', "there is no filter 'defualt'", 'default', 12],
    ['{{ x is defind }}', "there is no test 'defind'", 'defined', 13],
    ["{{ x | map('uper') }}", "there is no filter 'uper'", 'upper', 16],
    ["{{ x | selectattr('a', 'equalt', 1) }}", "there is no test 'equalt'", 'equalto', 28],
    ['{% fro x in y %}{% endfor %}', "there is no statement 'fro'", 'from', 8],
    ['{{ x', "this tag is not closed with '}}'", undefined, 5],
    ['{{ rnge(3) }}', "there is no function 'rnge'", 'range', 8],
    ["{{ 'x }}", 'this string is not closed', undefined, 8],
    ['{% if x %}', "'if' is not closed: 'endif' is missing", undefined, 8],
    ['{{ (1 }}', "unexpected '}', expected ')'", undefined, 11],
    ['{# x', 'this comment is not closed', undefined, 5],
    ['{% raw %}', "'raw' has no 'endraw'", undefined, 5],
    ['{{ 012 }}', "a number does not start with 0: '012'", undefined, 8],
    ['{{ f(a=1, a=2) }}', "the argument 'a' is given twice", undefined, 15],
  ])('%s', (source, message, nearest, column) => {
    const [problem] = failure(source).problems;
    expect(problem).toMatchObject({ code: 'template-syntax', message, at: { line: 10, column } });
    expect(problem!.nearest).toBe(nearest);
  });

  test('what nests too deeply is refused', () => {
    expect(failure(`{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`).message).toContain(
      'nested too deeply',
    );
    expect(failure(`{{ ${'not '.repeat(5000)}1 }}`).message).toContain('nested too deeply');
    expect(failure(`${'{% if 1 %}'.repeat(5000)}`).message).toContain('nested too deeply');
    expect(failure(`{{ 1${'+1'.repeat(100_000)} }}`).code).toBe('template-syntax');
  });
});

describe('unknown values', () => {
  const unknown = new Unknown("'stdout' of a task that check mode does not run");
  const variables = { u: unknown, r: { u: unknown, rc: 0 }, f: false, t: true };

  test.each([
    '{{ u }}',
    '{{ u + 1 }}',
    'text {{ u }}',
    '{{ r.u.x.y }}',
    '{{ u | upper }}',
    "{{ u | default('x') }}",
    '{{ u is defined }}',
    '{{ u is defined and t }}',
    '{{ not u }}',
    '{{ u or f }}',
    '{{ u == 1 }}',
    "{{ 'a' if u else 'b' }}",
    '{% if u %}a{% endif %}',
    '{% for x in u %}{% endfor %}',
    '{{ [1, u] | sum }}',
    '{{ u and nope.x }}',
    '{{ r | to_json }}',
    '{{ u.split(",") }}',
    '{{ u in [1] }}',
    '{{ [{"a": u}] | selectattr("a") | list }}',
  ])('%s is unknown', (source) => {
    expect(evaluate(source, variables)).toBe(unknown);
  });

  test.each([
    ['{{ f and u }}', false],
    ['{{ u and f }}', false],
    ['{{ t or u }}', true],
    ['{{ u or t }}', true],
    ['{{ r.rc }}', 0],
    ['{{ [u, 1] | length }}', 2],
    ["{{ 'a' if t else u }}", 'a'],
    ['{{ {"k": u} }}', new Map([['k', unknown]])],
  ])('%s is known', (source, value) => {
    expect(evaluate(source, variables)).toEqual(value);
  });
});

describe('limits', () => {
  test.each([
    ['{% for i in range(1000000000) %}{% endfor %}', 'did not end'],
    ['{% for i in range(3000) %}{% for j in range(3000) %}{% endfor %}{% endfor %}', 'did not end'],
    ['{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}', 'endless recursion: f()'],
    ["{{ 'x' * 1000000000 }}", 'too long'],
    ["{{ '%1000000000d' % 1 }}", ''],
    ['{{ 10 ** 100000 }}', 'too large'],
    [
      "{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' | regex_search('^(a+)+$') }}",
      'did not end',
    ],
    ['{{ range(100) | permutations(50) | list }}', 'did not end'],
  ])('%s', (source, message) => {
    expect(failure(source).message).toContain(message);
  });

  test('a cycle of includes is named', () => {
    const environment = environmentOf({}, { a: "{% include 'b' %}", b: "{% include 'a' %}" });
    expect(() => compileTemplate("{% include 'a' %}", at).render(environment)).toThrow(
      /endless recursion: .*a → b/,
    );
  });
});

test('expressions', () => {
  const environment = environmentOf({ result: { rc: 2, stdout: 'a b' } });
  const run = (source: string) => compileExpression(source, at).evaluate(environment);
  expect(run('result.rc == 2 and "b" in result.stdout')).toBe(true);
  expect(run("result.stdout is match('a\\s')")).toBe(true);
  expect(truth(run('result.nope | default([])'))).toBe(false);
  expect(() => run('result.rc ==')).toThrow('expected an expression');
  expect(() => run('result.rc = 2')).toThrow('expected the end');
});

test('names that a template takes from outside', () => {
  const source =
    "{% set a = 1 %}{{ a }}{{ b.c }}{{ d | default(e) }}{% for x in y %}{{ x }}{{ loop.index }}{% endfor %}{% macro m(p) %}{{ p }}{{ z }}{{ varargs }}{% endmacro %}{% include 'z' %}{{ lookup('env', 'H') }}";
  const template = compileTemplate(source, at);
  expect([...template.variables].sort()).toEqual(['b', 'd', 'e', 'y', 'z']);
  expect([...template.guarded]).toEqual(['d']);
  expect([...template.templates]).toEqual(['z']);
  expect([...template.lookups]).toEqual(['env']);
});

test('template headers', () => {
  expect(templateHeader('#jinja2: trim_blocks:False, lstrip_blocks: True\nx')).toMatchObject({
    source: 'x',
    options: { trimBlocks: false, lstripBlocks: true },
  });
  expect(
    templateHeader("#jinja2: variable_start_string: '[%', variable_end_string: '%]'\n").options,
  ).toEqual({
    variableStartString: '[%',
    variableEndString: '%]',
  });
  expect(templateHeader('x').options).toEqual({});
  expect(() => templateHeader('#jinja2: trim_block: True\n')).toThrow('trim_block');
});

test.each([
  ['{% if 1 %}\na\n{% endif %}\nb\n', {}, 'a\nb\n'],
  ['{% if 1 %}\na\n{% endif %}\nb', { trimBlocks: false }, '\na\n\nb'],
  ['  {% if 1 %}a{% endif %}', { lstripBlocks: true }, 'a'],
  ['  {%+ if 1 %}a{% endif %}', { lstripBlocks: true }, '  a'],
  ['{% if 1 +%}\na{% endif %}', {}, '\na'],
  ['[[ 1 ]]{{ 2 }}', { variableStartString: '[[', variableEndString: ']]' }, '1{{ 2 }}'],
  ['a\r\nb', {}, 'a\nb'],
  ['a\nb', { newlineSequence: '\r\n' }, 'a\r\nb'],
  ['a\n\n', {}, 'a\n\n'],
  ['a\n', { keepTrailingNewline: false }, 'a'],
  ["{{ '\\n' }}", { escapeBackslashes: false }, '\n'],
])('%j with %j', (source, options, text) => {
  expect(compileTemplate(source, at, options).render(environmentOf())).toBe(text);
});

test('mayContainTemplate', () => {
  expect(['{{', '{%', '{#'].every(mayContainTemplate)).toBe(true);
  expect(mayContainTemplate('{ x }')).toBe(false);
});

describe('extract takes keys as they are', () => {
  const hosts = new Map([['web1.example.org', new Map([['port', 80]])]]);
  test.each([
    ["{{ ['web1.example.org'] | map('extract', hosts, 'port') | list }}", [80]],
    ["{{ ['web1.example.org'] | map('extract', hosts, ['port']) | list }}", [80]],
    ["{{ [1] | map('extract', ['a', 'b']) | list }}", ['b']],
  ])('%s', (source, expected) => {
    expect(evaluate(source, { hosts })).toEqual(expected);
  });
});
