import { describe, expect, it } from 'vitest';
import { Unknown } from '../../src/values.ts';
import { evaluateCondition, evaluateConditions } from '../../src/variables/conditions.ts';
import { finalLayer, precedence } from '../../src/variables/layer.ts';
import { results, scopeOf } from './support/scopes.ts';

const at = { file: 'play.yml', line: 3, column: 9 };
const scope = scopeOf(`
yes_text: "yes it is"
t: true
f: false
n: 0
empty: ""
list: []
expr: "n == 0"
nested: "expr"
false_text: "False"
template: "{{ n == 0 }}"
loop_a: "loop_a"
`)
  .with(
    results({
      out: '',
      said: 'n == 1',
      no: 'false',
      zero: '0',
      one: ' 1',
      none_text: 'None',
      evil: "lookup('pipe', 'id')",
      rc: 0,
    }),
  )
  .with(finalLayer('r', new Map([['u', new Unknown('not run')]]), precedence.setFacts));

const decide = (source: string | boolean) => evaluateCondition({ source, at }, scope);

describe('a condition', () => {
  const cases: [string | boolean, boolean][] = [
    [true, true],
    [false, false],
    ['t', true],
    ['not t', false],
    ['n', false],
    ['n == 0', true],
    ['empty', false],
    ['list', false],
    ['list | length == 0', true],
    // text from a trusted file is an expression
    ['expr', true],
    ['nested', true],
    ['false_text', false],
    ['template', true],
    // text from elsewhere is not
    ['zero', false],
    ['one', true],
    ['none_text', false],
    ['said == "n == 1"', true],
    ['said | trim', true],
    ['no', false],
    ['out', false],
    ['rc == 0', true],
    // 'False' within an expression is text
    ['false_text | string', true],
    ['{{ t }}', true],
    ['{{ n == 1 }}', false],
    ['missing is defined', false],
    ['', true],
  ];
  it.each(cases)('%s is %s', (source, expected) => {
    expect(decide(source)).toBe(expected);
  });

  it('can be unknown', () => {
    expect(decide('u')).toBeInstanceOf(Unknown);
    expect(decide('u.rc == 0')).toBeInstanceOf(Unknown);
  });

  const wrong: [string, string, RegExp][] = [
    ['missing', 'undefined-variable', /'missing'/],
    ['yes_text', 'template-syntax', /./],
    ["{{ n }} == '0'", 'template-syntax', /braces must not stand in it/],
    ['n ==', 'template-syntax', /./],
    ['said', 'template-failed', /'said' is the text "n == 1", which is neither true nor false/],
    ['evil', 'template-failed', /neither true nor false/],
    ['loop_a', 'template-failed', /neither true nor false/],
  ];
  it.each(wrong)('%s is an error', (source, code, message) => {
    expect(() => decide(source)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});

describe('several conditions', () => {
  const all = (...sources: (string | boolean)[]) =>
    evaluateConditions(
      sources.map((source) => ({ source, at })),
      scope,
    );

  it('are a conjunction that says what decided', () => {
    expect(all()).toEqual({ value: true });
    expect(all('t', 'n == 0').value).toBe(true);
    expect(all('t', 'f', 'missing')).toMatchObject({ value: false, because: { source: 'f' } });
    expect(all('u', 'f')).toMatchObject({ value: false, because: { source: 'f' } });
    expect(all('t', 'u')).toMatchObject({
      value: new Unknown('not run'),
      because: { source: 'u' },
    });
  });
});
