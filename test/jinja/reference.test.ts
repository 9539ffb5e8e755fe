import { expect, test } from 'vitest';
import { filterNames, functionNames, lookupNames, testNames } from '../../src/jinja/reference.ts';

test('every name that templates can use has a one-line summary', () => {
  for (const entries of [filterNames(), testNames(), lookupNames(), functionNames()]) {
    for (const { name, summary } of entries) expect(summary, name).toMatch(/^[^\n]{6,110}$/);
  }
});

// The names that at least four of the counted repositories use.
test.each([
  [
    filterNames,
    'default d length count bool int list join regex_replace lower map dirname ternary selectattr first string basename trim replace unique from_json regex_search difference indent flatten sort comment to_nice_yaml b64decode select to_json combine quote dict2items from_yaml upper intersect last to_nice_json split rejectattr reject type_debug ipaddr float json_query hash',
  ],
  [
    testNames,
    'defined version changed undefined success failed string none succeeded match search iterable version_compare mapping skipped truthy number false sameas boolean regex',
  ],
  [
    lookupNames,
    'items first_found env file dict fileglob template nested together pipe password vars url subelements',
  ],
])('%o has the names that playbooks use', (names, expected) => {
  const known = new Set(names().map(({ name }) => name));
  expect(expected.split(' ').filter((name) => !known.has(name))).toEqual([]);
});
