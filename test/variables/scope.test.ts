import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RolecallError } from '../../src/errors.ts';
import { type Mapping, omit, Undefined, Unknown, type Value } from '../../src/values.ts';
import { finalLayer, precedence, trustedLayer } from '../../src/variables/layer.ts';
import { VariableScope } from '../../src/variables/scope.ts';
import { evaluateValue } from '../../src/variables/values.ts';
import { plainContext, results, scopeOf, taskVars } from './support/scopes.ts';

const at = { file: 'play.yml', line: 7, column: 3 };

function problemOf(action: () => unknown) {
  try {
    action();
  } catch (error) {
    if (error instanceof RolecallError) return error.problems[0]!;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('evaluation', () => {
  const yaml = `
port: 80
url: "http://{{ name }}:{{ port }}"
name: www
next: "{{ port + 1 }}"
list: ["{{ port }}", {deep: ["{{ name }}"]}]
"{{ name }}_key": 1
dict: {a: "{{ dict.b }}", b: 2, c: "{{ nope }}"}
keys: {"{{ name }}": "{{ port }}"}
raw: !unsafe "{{ port }}"
same: "{{ raw }}"
gone: "{{ missing }}"
fallback: "{{ missing | default('x') }}"
through: "{{ gone | default('y') }}"
`;
  const scope = scopeOf(yaml);
  const cases: [string, Value][] = [
    ['{{ url }}', 'http://www:80'],
    ['{{ next }}', 81],
    ['{{ list }}', [80, new Map([['deep', ['www']]])]],
    ['{{ dict.a }}', 2],
    ['{{ keys }}', new Map([['www', 80]])],
    ['{{ raw }}', '{{ port }}'],
    ['{{ same }}', '{{ port }}'],
    ['{{ fallback }}', 'x'],
    ['{{ through }}', 'y'],
    ['no template', 'no template'],
    ["{{ dict.c | default('d') }}", 'd'],
  ];
  it.each(cases)('%s', (source, expected) => {
    expect(evaluateValue(source, scope, at)).toEqual(expected);
  });

  it('never templates final values again', () => {
    const child = scope.with(results({ out: '{{ port }}', nested: { a: ['{{ port }}'] } }));
    expect(evaluateValue('{{ out }}', child)).toBe('{{ port }}');
    expect(evaluateValue('{{ nested.a[0] }}', child)).toBe('{{ port }}');
    expect(evaluateValue('got {{ out }}', child)).toBe('got {{ port }}');
  });

  it('names what is missing, with the place of its use', () => {
    expect(problemOf(() => evaluateValue('{{ missing }}', scope, at))).toMatchObject({
      code: 'undefined-variable',
      message: expect.stringContaining("'missing'"),
      at: { file: 'play.yml', line: 7 },
    });
    expect(problemOf(() => evaluateValue('{{ dict }}', scope, at)).message).toMatch(
      /'nope'.*vars.yml:8:/,
    );
    expect(scope.get('gone')).toBeInstanceOf(Undefined);
    expect(scope.get('nothing')).toBeUndefined();
  });

  it('lets Unknown and Omit pass', () => {
    const child = scope.with(
      finalLayer(
        'r',
        new Map<Value, Value>([
          ['u', new Unknown('why')],
          ['o', omit],
        ]),
        precedence.setFacts,
      ),
    );
    expect(evaluateValue('{{ u }}', child)).toBeInstanceOf(Unknown);
    expect(evaluateValue('{{ u.stdout }}', child)).toBeInstanceOf(Unknown);
    expect(evaluateValue('{{ o }}', child)).toBe(omit);
    expect(evaluateValue(['{{ u }}', '{{ port }}'], child)).toEqual([new Unknown('why'), 80]);
  });

  it('evaluates a variable once for each scope', () => {
    let calls = 0;
    const counted = scopeOf('a: "{{ lookup(\'count\') }}"\nb: "{{ a }} {{ a }}"\n', {
      ...plainContext,
      surroundings: () => ({ lookup: () => [String(++calls)] }),
    });
    expect(evaluateValue('{{ b }} {{ a }} {{ b }}', counted)).toBe('1 1 1 1 1');
    expect(calls).toBe(1);
  });
});

describe('child scopes', () => {
  const parent = scopeOf(`
base: 1
doubled: "{{ base * 2 }}"
chain: "{{ doubled + 1 }}"
constant: "{{ 1 + 1 }}"
dict: {v: "{{ base }}", w: {x: ["{{ base }}"]}}
from_dict: "{{ dict.v }}"
maybe: "{{ extra | default('none') }}"
fails: "{{ oops.a.b }}"
indirect: "{{ vars['base'] }}"
merged: "{{ dict | combine({'n': 1}) }}"
`);
  const expressions: [string, Value, Value][] = [
    ['{{ doubled }}', 2, 20],
    ['{{ chain }}', 3, 21],
    ['{{ constant }}', 2, 2],
    ['{{ dict.v }}', 1, 10],
    ['{{ dict.w.x[0] }}', 1, 10],
    ['{{ from_dict }}', 1, 10],
    ['{{ indirect }}', 1, 10],
  ];
  it.each(expressions)('%s sees what the child changes', (source, before, after) => {
    const child = parent.with(taskVars('base: 10'));
    expect(evaluateValue(source, parent)).toBe(before);
    expect(evaluateValue(source, child)).toBe(after);
    expect(evaluateValue(source, parent)).toBe(before);
    expect(evaluateValue(source, child.with(taskVars('base: 100')))).not.toBe(
      after === before ? -1 : after,
    );
  });

  it('see what is only defined in them', () => {
    expect(evaluateValue('{{ maybe }}', parent)).toBe('none');
    expect(evaluateValue('{{ maybe }}', parent.with(taskVars('extra: now')))).toBe('now');
    const child = parent.with(taskVars('oops: {a: {b: 5}}'));
    expect(evaluateValue('{{ fails }}', child)).toBe(5);
  });

  it('break a cycle of the parent', () => {
    const round = scopeOf('a: "{{ b }}"\nb: "{{ a }}"\n');
    expect(evaluateValue('{{ a }}', round.with(taskVars('b: 3')))).toBe(3);
  });

  it('reuse what does not depend on them', () => {
    let calls = 0;
    const context = { ...plainContext, surroundings: () => ({ lookup: () => [++calls] }) };
    const scope = scopeOf(
      'a: "{{ lookup(\'count\') }}"\nb: "{{ a + item | default(0) }}"',
      context,
    );
    for (const item of [10, 20, 30]) {
      const child = scope.with(taskVars(`item: ${item}`));
      expect(evaluateValue('{{ b }}', child)).toBe(1 + item);
    }
    expect(calls).toBe(1);
  });

  it('look up files anew when they have surroundings of their own', () => {
    const lookup = (folder: string) => () => ({ lookup: () => [folder] });
    const scope = scopeOf('a: "{{ lookup(\'file\') }}"', {
      ...plainContext,
      surroundings: lookup('play'),
    });
    const role = scope.with([], { surroundings: lookup('role') });
    expect([scope.get('a'), role.get('a'), scope.get('a')]).toEqual(['play', 'role', 'play']);
  });

  it('agree with a fresh scope of the same layers, whatever was asked before', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const literal = fc.oneof(
      fc.nat(9).map(String),
      fc.constantFrom(...names).map((name) => `"{{ ${name} | default('-') }}"`),
      fc.constantFrom(...names).map((name) => `{k: "{{ ${name} | default('-') }}"}`),
      fc.constantFrom(...names).map((name) => `["{{ ${name} | default('-') }}"]`),
      fc.constantFrom(...names).map((name) => `"{{ (${name} | default({})).k | default('+') }}"`),
    );
    const layer = fc.dictionary(fc.constantFrom(...names), literal, { maxKeys: 4 });
    const toYaml = (vars: Record<string, string>) =>
      Object.entries(vars)
        .map(([key, value]) => `${key}: ${value}\n`)
        .join('') || '{}';
    const ask = (scope: VariableScope, name: string): unknown => {
      try {
        return evaluateValue(`{{ ${name} | default('missing') }}`, scope);
      } catch (error) {
        return (error as RolecallError).code;
      }
    };
    fc.assert(
      fc.property(
        layer,
        layer,
        layer,
        fc.array(fc.constantFrom(...names)),
        (low, mid, top, warm) => {
          const context = plainContext;
          const root = scopeOf(toYaml(low), context);
          const middle = root.with(taskVars(toYaml(mid)));
          for (const name of warm) ask(root, name);
          for (const name of warm) ask(middle, name);
          const child = middle.with(taskVars(toYaml(top)));
          for (const name of names) {
            const merged = { ...low, ...mid, ...top };
            expect(ask(child, name)).toEqual(ask(scopeOf(toYaml(merged), context), name));
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('cycles and depth', () => {
  it('names the way round, with places', () => {
    const scope = scopeOf('a: "{{ b }}"\nb: ["{{ c }}"]\nc: "x{{ a }}"\n');
    expect(problemOf(() => scope.get('b'))).toMatchObject({
      code: 'variable-cycle',
      message: 'variables depend on each other: b → c → a → b',
      at: { file: 'vars.yml', line: 2 },
      hint: expect.stringContaining("'c' at vars.yml:3:4"),
    });
  });

  it('names a cycle within one mapping', () => {
    const scope = scopeOf('d: {p: "{{ d.q }}", q: "{{ d.p }}"}\n');
    expect(problemOf(() => evaluateValue('{{ d.p }}', scope)).code).toBe('variable-cycle');
  });

  it('names itself', () => {
    const scope = scopeOf('a: "{{ a }}"\n');
    expect(problemOf(() => scope.get('a')).message).toMatch(/a → a/);
  });

  it('ends chains that go too deep', () => {
    const chain = Array.from({ length: 3000 }, (_, n) => `v${n}: "{{ v${n + 1} }}"`).join('\n');
    expect(problemOf(() => scopeOf(chain).get('v0')).code).toBe('template-failed');
  });
});

describe('where values come from', () => {
  it('lists all places, the one that counts first', () => {
    const scope = scopeOf('a: 1\n')
      .with(taskVars('b: 0\na: 2\n'))
      .with(results({ a: 3 }));
    expect(scope.origin('a').map((one) => [one.layer.name, one.at?.line])).toEqual([
      ['set_fact and register', undefined],
      ['task vars', 2],
      ['play vars', 1],
    ]);
    expect(scope.origin('zzz')).toEqual([]);
    expect([...scope.names()]).toEqual(['a', 'b']);
  });

  it('gives all variables as vars', () => {
    const scope = scopeOf('a: 1\nb: "{{ a + 1 }}"\n');
    expect(evaluateValue("{{ vars['b'] }} {{ vars.a }}", scope)).toBe('2 1');
    expect(evaluateValue('{{ vars | length }}', scope)).toBe(2);
  });
});

describe('secrets', () => {
  const yaml =
    'p: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  61\nd: {p: !vault "$ANSIBLE_VAULT;1.1;AES256\\n62"}\n';

  it('are decrypted when they are used, reported, and never templated', () => {
    const seen: string[] = [];
    const asked: number[] = [];
    const scope = scopeOf(yaml, {
      ...plainContext,
      decrypt: (_, place) => {
        asked.push(place.line);
        return '{{ secret }}';
      },
      onSecret: (value) => seen.push(value),
    });
    expect(seen).toEqual([]);
    expect(evaluateValue('{{ p }}!', scope)).toBe('{{ secret }}!');
    expect(evaluateValue('{{ d.p }}', scope)).toBe('{{ secret }}');
    expect([seen.length, asked]).toEqual([2, [1, 4]]);
  });
});

describe('what is kept', () => {
  const layer = (name: string, values: Record<string, string>) =>
    trustedLayer(name, new Map(Object.entries(values)) as Mapping, precedence.playVars);
  const base = () =>
    new VariableScope([layer('base', { a: '{{ b }}', b: '1', c: 'x' })], plainContext);
  let times = 0;
  const read = (scope: VariableScope): string => {
    times++;
    return `a is ${String(scope.get('a'))}`;
  };

  it('is worked out once for all scopes with other variables', () => {
    times = 0;
    const scope = base();
    const inner = scope.with(layer('inner', { c: 'y' }));
    expect([inner.keep('a', read), scope.keep('a', read), inner.keep('a', read)]).toEqual(
      Array(3).fill('a is 1'),
    );
    expect(times).toBe(1);
  });

  it('is worked out anew where something that it read is different', () => {
    const scope = base();
    expect(scope.keep('a', read)).toBe('a is 1');
    expect(scope.with(layer('inner', { b: '2' })).keep('a', read)).toBe('a is 2');
    expect(
      scope
        .with(layer('inner', { c: 'y' }))
        .with(layer('more', { a: '3' }))
        .keep('a', read),
    ).toBe('a is 3');
    expect(scope.keep('a', read)).toBe('a is 1');
  });

  it('sees a variable that only an inner scope has', () => {
    const scope = base();
    const has = (inside: VariableScope) => inside.get('new') ?? 'none';
    expect(scope.keep('new', has)).toBe('none');
    expect(scope.with(layer('inner', { new: 'n' })).keep('new', has)).toBe('n');
  });

  it('is left to inner scopes where it fails outside', () => {
    const scope = base();
    const strict = (inside: VariableScope) => {
      if (!inside.has('d')) throw new Error('no d');
      return inside.get('d');
    };
    expect(() => scope.keep('d', strict)).toThrow('no d');
    expect(scope.with(layer('inner', { d: 'here' })).keep('d', strict)).toBe('here');
  });
});

describe('layers', () => {
  it('are not confused by names of Object', () => {
    const layer = trustedLayer('l', new Map([['constructor', 1]]) as Mapping, precedence.playVars);
    const scope = new VariableScope([layer], plainContext);
    expect([scope.get('constructor'), scope.get('__proto__'), scope.get('toString')]).toEqual([
      1,
      undefined,
      undefined,
    ]);
  });
});
