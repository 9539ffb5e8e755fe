import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RolecallError } from '../../src/errors.ts';
import { commonKeywords, keywords } from '../../src/playbook/keywords.ts';
import { lintPlaybook } from '../../src/playbook/lint.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { splitArguments } from '../../src/playbook/split-arguments.ts';
import { contextOf, knownModules } from './support.ts';

const words = [
  ...Object.keys(commonKeywords),
  ...Object.keys(keywords.play),
  ...Object.keys(keywords.block),
  ...Object.keys(keywords.handler),
  ...knownModules.keys(),
  ...['import_tasks', 'include_tasks', 'import_role', 'include_role', 'import_playbook', 'role'],
  ...['with_items', 'with_dict', 'with_x', 'loop_var', 'label', 'break_when', 'name', 'module'],
  ...['__proto__', 'constructor', 'toString', 'site.yml', 'web', 'main.yml', 'apply', 'file'],
  ...['{{ a }}', '{{ a', '{% if a %}', "k=v j='", 'a is', '"', '~', '/', ''],
];
const scalar = fc.oneof(
  fc.constantFrom(...words),
  fc.string({ maxLength: 8 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...words), tie('value'), { maxKeys: 5 }),
  ),
}));
const task = fc.dictionary(fc.constantFrom(...words), value, { maxKeys: 4 });
const play = fc.record(
  {
    hosts: fc.constant('all'),
    roles: fc.array(value),
    tasks: fc.array(task),
    handlers: fc.array(task),
    vars: value,
  },
  { requiredKeys: ['hosts'] },
);

/** Nothing but plays, or a RolecallError in which every problem has a place. */
function survives(content: unknown, more: Record<string, unknown> = {}): void {
  const files = { 'site.yml': JSON.stringify(content) };
  for (const [path, data] of Object.entries(more))
    Object.assign(files, { [path]: JSON.stringify(data) });
  const context = contextOf(files);
  try {
    expect(loadPlaybook('/pb/site.yml', context).plays.length).toBeGreaterThan(0);
  } catch (error) {
    if (!(error instanceof RolecallError)) throw error;
    for (const problem of error.problems) {
      expect(problem.code).not.toBe('internal');
      expect(problem.at).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
    }
  }
  lintPlaybook('/pb/site.yml', context);
}

// the documents are large and the machine may be busy: a minute before a test counts as hung
describe('any YAML value', { timeout: 60_000 }, () => {
  test('as a playbook', () => {
    fc.assert(
      fc.property(value, (content) => survives(content)),
      { numRuns: 100 },
    );
  });

  test('as a list of plays', () => {
    fc.assert(
      fc.property(fc.array(play, { maxLength: 3 }), (content) => survives(content)),
      { numRuns: 100 },
    );
  });

  test('in the files of a role', () => {
    const files = ['tasks', 'handlers', 'defaults', 'vars', 'meta'].map(
      (name) => `roles/web/${name}/main.yml`,
    );
    const role = fc.record(
      Object.fromEntries(files.map((path) => [path, fc.oneof(value, fc.array(task))])),
    );
    const content = [{ hosts: 'all', roles: ['web'] }];
    fc.assert(
      fc.property(role, (data) => survives(content, data)),
      { numRuns: 100 },
    );
  });
});

describe('splitArguments', () => {
  test('gives back quoted values', () => {
    const plain = fc.string().filter((text) => !/['\\]|\{[{%#]/.test(text));
    fc.assert(
      fc.property(plain, plain, (a, b) => {
        const { pairs, free, unbalanced } = splitArguments(`a='${a}' some  text b='${b}'`);
        expect(pairs).toEqual([
          ['a', a],
          ['b', b],
        ]);
        expect([free, unbalanced]).toEqual(['some  text', false]);
      }),
    );
  });

  test('keeps all of a text that holds no wanted pair', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(splitArguments(text, new Set()).free).toBe(text.trim());
      }),
    );
  });
});
