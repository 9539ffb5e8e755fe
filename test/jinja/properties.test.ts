import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RolecallError } from '../../src/errors.ts';
import { fromJson, toJson } from '../../src/jinja/filters/json.ts';
import { parseYaml } from '../../src/jinja/filters/yaml-parser.ts';
import { pythonRegex } from '../../src/jinja/python/regex.ts';
import { compileTemplate } from '../../src/jinja/template.ts';
import { fromPlain } from '../../src/values.ts';
import { at, environmentOf, evaluate } from './environment.ts';

const pieces = fc.constantFrom(
  ...[
    '{{',
    '}}',
    '{%',
    '%}',
    '{#',
    '#}',
    '-',
    '+',
    'if',
    'for',
    'in',
    'x',
    ' ',
    '\n',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
  ],
  ...[
    '|',
    '.',
    ',',
    ':',
    '=',
    '"',
    "'",
    '\\',
    '1',
    '1.5',
    'set',
    'endif',
    'endfor',
    'is',
    'not',
    'raw',
    'endraw',
    '**',
    '~',
  ],
);

test('any text either compiles and renders or fails with a RolecallError', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(pieces, fc.string({ maxLength: 3 })), { maxLength: 25 }),
      (parts) => {
        try {
          compileTemplate(parts.join(''), at).render(environmentOf({ x: [1, 'a'] }));
        } catch (error) {
          expect(error).toBeInstanceOf(RolecallError);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('text without tags renders as it is', () => {
  const text = fc.string({ unit: 'binary' }).filter((value) => !/\{[{%#]|\r/.test(value));
  fc.assert(
    fc.property(text, (value) => {
      expect(evaluate(value)).toBe(value);
    }),
  );
});

test('a value passes through an expression unchanged', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(evaluate('{{ v }}', { v: value })).toEqual(fromPlain(value));
    }),
  );
});

test('JSON is read back as it was written', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (plain) => {
      fc.pre(!JSON.stringify(plain).includes('-0'));
      const value = fromPlain(plain);
      expect(toJson(fromJson(toJson(value)))).toBe(toJson(value));
    }),
  );
});

test('YAML is read back as it was written', () => {
  const scalar = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  );
  const key = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => text !== '<<');
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      scalar,
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(tree, fc.constantFrom('to_nice_yaml', 'to_yaml'), (plain, filter) => {
      const value = fromPlain(plain);
      const written = evaluate(`{{ [v] | ${filter} }}`, { v: value });
      expect(toJson(parseYaml(written as string), { sortKeys: true })).toBe(
        toJson([value], { sortKeys: true }),
      );
    }),
  );
});

test('an escaped text matches itself', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (text) => {
      const pattern = evaluate('{{ t | regex_escape }}', { t: text }) as string;
      expect(text.match(pythonRegex(pattern))?.[0]).toBe(text);
    }),
  );
});
