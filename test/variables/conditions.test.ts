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
zero: 0.0
nothing:
empty: ""
list: []
expr: "n == 1"
template: "{{ n == 0 }}"
no_text: "no"
`)
  .with(
    results({
      out: '',
      said: 'n == 1',
      evil: "lookup('pipe', 'id')",
      rc: 0,
      off: 'False',
      r: { stdout: 'no' },
    }),
  )
  .with(finalLayer('r', new Map([['u', new Unknown('not run')]]), precedence.setFacts));

const decide = (source: string | boolean) => evaluateCondition({ source, at }, scope);

describe('a condition', () => {
  // What Ansible 2.14 does with the same conditions.
  const cases: [string | boolean, boolean][] = [
    [true, true],
    [false, false],
    ['t', true],
    ['not t', false],
    ['n', false],
    ['n == 0', true],
    ['zero', false],
    ['nothing', false],
    ['empty', false],
    ['list', false],
    ['list | length == 0', true],
    ['expr', true],
    ['template', true],
    ['yes_text', true],
    ['said', true],
    ['evil', true],
    ['said == "n == 1"', true],
    ['out', false],
    ['rc == 0', true],
    ['r.stdout', true],
    ['no_text | string', true],
    ['no_text | bool', false],
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
    ["{{ n }} == '0'", 'template-syntax', /braces must not stand in it/],
    ['n ==', 'template-syntax', /./],
    ['no_text', 'template-failed', /'no_text' is the text "no", and any text counts as true/],
    ['off', 'template-failed', /'off' is the text "False"/],
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
