import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { RolecallError } from '../../src/errors.ts';
import { Float, Unsafe, type Value, Vaulted } from '../../src/values.ts';
import { loadYaml, loadYamlDocuments } from '../../src/yaml/load.ts';
import { positionOf, positionOfKey, positionOfValue } from '../../src/yaml/positions.ts';

function problemsOf(source: string | Buffer): readonly string[] {
  try {
    loadYaml(source, 'f.yml');
  } catch (error) {
    if (!(error instanceof RolecallError)) throw error;
    return error.problems.map(({ at, message }) => `${at?.line}:${at?.column} ${message}`);
  }
  return [];
}

describe('scalars as PyYAML reads them', () => {
  const cases: [string, Value][] = [
    ['yes', true],
    ['Off', false],
    ['TRUE', true],
    ['y', 'y'],
    ['~', null],
    ['', null],
    ['0', 0],
    ['-17', -17],
    ['1_000', 1000],
    ['0644', 420],
    ['08', '08'],
    ['0o644', '0o644'],
    ['0x1F', 31],
    ['0b101', 5],
    ['1:30', 90],
    ['12345678901234567890', '12345678901234567890'],
    ['1.0', new Float(1)],
    ['1.5', 1.5],
    ['1e3', '1e3'],
    ['1.0e+3', new Float(1000)],
    ['-.inf', -Infinity],
    ['2001-12-14', '2001-12-14'],
    ['1.2.3', '1.2.3'],
    ['"yes"', 'yes'],
    ["'0644'", '0644'],
    ['!!str 12', '12'],
    ['!!int "12"', 12],
    ['!!float 3', new Float(3)],
    ['! yes', 'yes'],
    ['!unsafe "{{ x }}"', new Unsafe('{{ x }}')],
    ['hello world', 'hello world'],
  ];
  it.each(cases)('%s', (text, expected) => {
    expect(loadYaml(`key: ${text}\n`, 'f.yml')).toEqual(new Map([['key', expected]]));
  });
});

describe('structure', () => {
  it('keeps the order of keys and does not mind their names', () => {
    const value = loadYaml('b: 1\n__proto__: 2\n1: 3\na: 4\n', 'f.yml') as Map<Value, Value>;
    expect([...value]).toEqual([
      ['b', 1],
      ['__proto__', 2],
      [1, 3],
      ['a', 4],
    ]);
  });

  it('reads an empty file as null and several documents only when asked', () => {
    expect(loadYaml('# nothing\n', 'f.yml')).toBeNull();
    expect(loadYamlDocuments('a\n---\nb\n', 'f.yml')).toEqual(['a', 'b']);
    expect(problemsOf('a\n---\nb\n')).toEqual(['3:1 the file holds more than one document']);
  });

  it('merges mappings: own keys win, earlier ones over later ones', () => {
    const text = 'x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  c: 3\n  <<: [*x, *y]\n';
    const z = (loadYaml(text, 'f.yml') as Map<Value, Value>).get('z') as Map<Value, Value>;
    expect(Object.fromEntries(z as Map<string, Value>)).toEqual({ a: 1, b: 1, c: 3 });
  });

  it('takes !unsafe for all text in a list or mapping', () => {
    expect(loadYaml('!unsafe [a, {k: b}, 3]', 'f.yml')).toEqual([
      new Unsafe('a'),
      new Map([['k', new Unsafe('b')]]),
      new Unsafe('3'),
    ]);
  });

  it('keeps vault text with its place', () => {
    const text = 'p: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\n';
    const vaulted = (loadYaml(text, 'f.yml') as Map<Value, Value>).get('p') as Vaulted;
    expect(vaulted).toBeInstanceOf(Vaulted);
    expect(vaulted.ciphertext).toBe('$ANSIBLE_VAULT;1.1;AES256\n6162\n');
    expect(vaulted.at).toMatchObject({ file: 'f.yml', line: 1 });
  });

  it('reads CRLF, lone CR and a byte order mark', () => {
    expect(loadYaml('\uFEFFa: 1\r\nb: |\r\n  x\r\n  y\r\n', 'f.yml')).toEqual(
      new Map<Value, Value>([
        ['a', 1],
        ['b', 'x\ny\n'],
      ]),
    );
    expect(loadYaml('a: 1\rb: 2\r', 'f.yml')).toEqual(
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    );
  });

  const shallow: [string, string, Value][] = [
    [
      'a quoted string',
      'k:\n  a: "{{\n  b }}"\n  c: 1\n',
      new Map<Value, Value>([
        ['a', '{{ b }}'],
        ['c', 1],
      ]),
    ],
    [
      'a list',
      'k:\n  a: [1,\n  2\n  ]\n  c: !!str 1\n',
      new Map<Value, Value>([
        ['a', [1, 2]],
        ['c', '1'],
      ]),
    ],
    [
      'nested braces',
      "k:\n  a: {x: [1,\n  'b\n  c'],\n  y: 2}\n",
      new Map<Value, Value>([
        [
          'a',
          new Map<Value, Value>([
            ['x', [1, 'b c']],
            ['y', 2],
          ]),
        ],
      ]),
    ],
  ];
  it.each(shallow)(
    'accepts the later lines of %s too far left, as PyYAML does',
    (_, text, expected) => {
      expect(loadYaml(text, 'f.yml')).toEqual(new Map([['k', expected]]));
    },
  );

  it('keeps the places in lines that stand too far left', () => {
    const root = loadYaml('k:\n  a: [1,\n  two\n  ]\n', 'f.yml') as Map<Value, Value>;
    const list = (root.get('k') as Map<Value, Value>).get('a')!;
    expect(positionOfValue(list, 1)).toEqual({ file: 'f.yml', line: 3, column: 3 });
  });

  it('ends a block without newline where the file does', () => {
    expect(loadYaml('a: |\n  x', 'f.yml')).toEqual(new Map([['a', 'x']]));
    expect(loadYaml('a: |\n  x\n', 'f.yml')).toEqual(new Map([['a', 'x\n']]));
  });

  it('records where everything stands', () => {
    const root = loadYaml('- name: x\n  list: [1, two]\n', 'f.yml') as Value[];
    const task = root[0] as Map<Value, Value>;
    expect(positionOf(task)).toEqual({ file: 'f.yml', line: 1, column: 3 });
    expect(positionOfKey(task, 'list')).toEqual({ file: 'f.yml', line: 2, column: 3 });
    expect(positionOfValue(task, 'list')).toEqual({ file: 'f.yml', line: 2, column: 9 });
    expect(positionOfValue(task.get('list')!, 1)).toEqual({ file: 'f.yml', line: 2, column: 13 });
  });
});

describe('what is refused', () => {
  const cases: [string, string | Buffer, string[]][] = [
    ['a duplicate key', 'a: 1\nb: 2\na: 3\n', ["3:1 key 'a' is already given on line 1"]],
    ['an unknown tag', 'a: !secret x\n', ['1:12 tag !secret is not known']],
    ['a wrong core tag', 'a: !!int x\n', ["1:10 'x' is not what its tag !!int says"]],
    [
      'plain text behind !vault',
      'a: !vault x\n',
      ['1:11 !vault stands before text that is not encrypted'],
    ],
    ['a tab as indentation', 'a:\n\tb: 1\n', ['2:1 Tabs are not allowed as indentation']],
    ['an alias of nothing', 'a: *x\n', ['1:4 alias *x names no anchor before it']],
    ['an alias of itself', 'a: &x [*x]\n', ['1:8 alias *x is part of what it stands for']],
    ['a list as key', '? [1]\n: 2\n', ['1:3 a list or mapping cannot be a key']],
    [
      'a merge with text',
      'a:\n  <<: x\n',
      ["2:3 the merge key '<<' needs a mapping or a list of mappings"],
    ],
    ['an unquoted template', 'a: {{ b }}\n', ['1:4 a value that begins with {{ must be quoted']],
    [
      'bytes that are not UTF-8',
      Buffer.from('a: 1\nb: \xe9\n', 'latin1'),
      ['2:4 the file is not UTF-8 text'],
    ],
    ['a NUL', 'a: x\0y\n', ['1:5 character U+0000 is not allowed in a text file']],
    ['an escape character', 'a: \x1b[1m\n', ['1:4 character U+001B is not allowed in a text file']],
  ];
  it.each(cases)('%s', (_, text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  it('all at once', () => {
    expect(problemsOf('a: b: c\nd: e: f\n')).toHaveLength(2);
    expect(problemsOf('a: 1\na: 2\nb: !x 1\nc: *d\n')).toHaveLength(3);
  });

  const hints: [string, string, RegExp][] = [
    ['a template followed by text', 'a: {{ b }}/c\n', /Quote a value that begins with a template/],
    ['a colon in plain text', 'msg: a: b\n', /Quote a value that holds ': '/],
    ['a tab', 'a:\n\tb: 1\n', /spaces, not tabs/],
    ['an open quote', 'a: "b\n', /each quote is closed/],
  ];
  it.each(hints)('%s, with the well-known hint', (_, text, hint) => {
    let found: string[] = [];
    try {
      loadYaml(text, 'f.yml');
    } catch (error) {
      found = (error as RolecallError).problems.map((problem) => problem.hint ?? '');
    }
    expect(found.join('\n')).toMatch(hint);
  });
});

describe('hostile documents', () => {
  const bomb = [...'bcdefghij'].reduce(
    (text, name, index) => {
      const previous = 'abcdefghij'[index];
      return `${text}${name}: &${name} [${Array(10).fill(`*${previous}`).join(', ')}]\n`;
    },
    `a: &a [${Array(10).fill('x').join(', ')}]\n`,
  );
  const cases: [string, string, RegExp][] = [
    ['a billion laughs', bomb, /aliases expand to more than 1000000 values/],
    ['deep flow lists', '['.repeat(200_000), /nested more than 100 deep/],
    ['deep block lists', '- '.repeat(100_000), /nested more than 100 deep/],
    ['deep explicit keys', '? '.repeat(100_000), /nested more than 100 deep/],
    [
      'deep indentation',
      Array.from({ length: 2000 }, (_, level) => `${' '.repeat(level)}k:`).join('\n'),
      /nested more than 100 deep/,
    ],
    ['deep second document', `a: 1\n---\n${'{a: '.repeat(50_000)}`, /nested more than 100 deep/],
  ];
  it.each(cases)('%s is refused', (_, text, message) => {
    expect(problemsOf(text).join('\n')).toMatch(message);
  });

  it('allows brackets in text, however many', () => {
    const script = `a: |\n  ${'[{'.repeat(500)}\nb: "${'['.repeat(500)}"\n`;
    expect(problemsOf(script)).toEqual([]);
  });
});

describe('properties', () => {
  it('fails in no other way than RolecallError', () => {
    const pieces = fc.constantFrom(
      ...'a,: ,\n,- ,? ,[,],{,},{{,}},"," ,\',&x ,*x,!vault ,!unsafe ,|\n,>\n,#,---\n,%,\t,0644,  ,<<,@,`,\u2028,é,😀,\0,...\n,!!int ,!<'.split(
        ',',
      ),
    );
    const texts = fc.oneof(
      fc.array(pieces, { maxLength: 40 }).map((list) => list.join('')),
      fc.string(),
    );
    fc.assert(
      fc.property(texts, (text) => {
        problemsOf(text);
        problemsOf(Buffer.from(text, 'utf16le'));
      }),
      { numRuns: 400 },
    );
  });

  it('reads back what was written', () => {
    const scalar = fc.oneof(
      fc.string({ unit: 'grapheme' }).filter((text) => !/[\ufeff\ufffe\uffff]/.test(text)),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ maxDepth: 4 }, scalar, fc.array(tie('tree'), { maxLength: 4 }), tie('map')),
      map: fc
        .uniqueArray(fc.tuple(fc.string(), tie('tree')), { maxLength: 4, selector: ([key]) => key })
        .map((entries) => new Map(entries)),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const text = stringify(value, {
          version: '1.1',
          customTags: (tags) =>
            tags.filter((tag) => !/omap|pairs|set/.test(String((tag as { tag?: string }).tag))),
          lineWidth: 0,
          aliasDuplicateObjects: false,
        });
        expect(loadYaml(text, 'f.yml')).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });
});
