import { Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { checkArguments } from '../../src/schema/check.ts';
import type { Plain } from '../../src/values.ts';

const schema = {
  name: 'sample',
  args: Type.Object({
    path: Type.String(),
    state: Type.Optional(
      Type.Union([Type.Literal('present'), Type.Literal('absent')], { default: 'present' }),
    ),
    upgrade: Type.Optional(
      Type.Union([Type.Literal('yes'), Type.Literal('no'), Type.Literal('full')]),
    ),
    force: Type.Optional(Type.Boolean({ default: false })),
    retries: Type.Optional(Type.Integer({ minimum: 0 })),
    names: Type.Optional(Type.Array(Type.String())),
    mode: Type.Optional(Type.Union([Type.String(), Type.Integer()])),
    env: Type.Optional(Type.Record(Type.String(), Type.String())),
  }),
  aliases: { dest: 'path' },
  check: (args: { readonly [key: string]: unknown }) =>
    args.force && args.retries === 0 ? ['force needs retries'] : [],
};

const at = () => ({ file: 'play.yml', line: 3, column: 7 });
const check = (values: { [key: string]: Plain }, later?: ReadonlySet<string>) =>
  checkArguments(schema, { values, later, at });

describe('arguments that are accepted', () => {
  const table: [string, { [key: string]: Plain }, { [key: string]: unknown }][] = [
    ['defaults are filled in', { path: '/x' }, { path: '/x', state: 'present', force: false }],
    ['an alias is its argument', { dest: '/x' }, { path: '/x' }],
    ['a word is a boolean', { path: '/x', force: 'Yes' }, { force: true }],
    ['1 is a boolean', { path: '/x', force: 1 }, { force: true }],
    ['a YAML boolean is a word', { path: '/x', upgrade: true }, { upgrade: 'yes' }],
    ['a text is a number', { path: '/x', retries: '5' }, { retries: 5 }],
    ['a number is a text', { path: 5 }, { path: '5' }],
    ['a text is a list', { path: '/x', names: 'a, b' }, { names: ['a', 'b'] }],
    ['one thing is a list of it', { path: '/x', names: 7 }, { names: ['7'] }],
    ['a number stays one where both are possible', { path: '/x', mode: 420 }, { mode: 420 }],
    ['null is as if not given', { path: '/x', mode: null }, { path: '/x' }],
    ['values of a mapping are bent too', { path: '/x', env: { A: 1 } }, { env: { A: '1' } }],
  ];
  test.each(table)('%s', (_name, values, expected) => {
    const { args, problems } = check(values);
    expect(problems).toEqual([]);
    expect(args).toMatchObject(expected);
  });
});

describe('arguments that are refused', () => {
  const table: [string, { [key: string]: Plain }, object][] = [
    ['an unknown name', { path: '/x', sate: 'x' }, { code: 'unknown-argument', nearest: 'state' }],
    ['a missing one', {}, { code: 'missing-argument', message: "sample needs 'path'" }],
    [
      'a wrong choice',
      { path: '/x', state: 'presnt' },
      { code: 'invalid-argument', expected: 'one of present, absent' },
    ],
    ['no boolean', { path: '/x', force: 'maybe' }, { expected: 'a boolean' }],
    ['no number', { path: '/x', retries: 'few' }, { expected: 'an integer' }],
    ['below the minimum', { path: '/x', retries: -1 }, { expected: 'must be >= 0' }],
    ['a list for a text', { path: ['/x'] }, { expected: 'a string' }],
    ['given twice', { path: '/x', dest: '/y' }, { code: 'invalid-argument' }],
    [
      "the module's own rule",
      { path: '/x', force: true, retries: 0 },
      { message: 'sample: force needs retries' },
    ],
  ];
  test.each(table)('%s', (_name, values, expected) => {
    expect(check(values).problems).toMatchObject([{ at: at(), ...expected }]);
  });

  test('all problems at once', () => {
    expect(check({ path: '/x', sate: 1, force_: 2 }).problems).toHaveLength(2);
  });
});

test('a template counts as given, and only its name is checked', () => {
  expect(check({ path: '{{ x }}' }, new Set(['path'])).problems).toEqual([]);
  expect(check({ pth: '{{ x }}' }, new Set(['pth'])).problems).toMatchObject([{ nearest: 'path' }]);
});
