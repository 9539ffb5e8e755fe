import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gtidSet, gtidText, missing, size, union } from '../../../roles/database/promotion-gtid.ts';

test.each([
  ['', ''],
  ['a:1-5', 'a:1-5'],
  ['A:1-5:7', 'a:1-5:7'],
  ['a:1-3:4-6', 'a:1-6'],
  ['b:2,\na:1', 'a:1,b:2'],
  ['a:1-5:tag:1-3:5', 'a:1-5,a:tag:1-3:5'],
])('MySQL %j is %j', (text, canonical) => {
  expect(gtidText(gtidSet('mysql', text))).toBe(canonical);
});

test.each([
  ['0-1-27', '0:1-27'],
  ['0-1-27,1-2-3', '0:1-27,1:1-3'],
])('MariaDB %j stands for %j', (text, canonical) => {
  expect(gtidText(gtidSet('mariadb', text))).toBe(canonical);
});

test.each([
  ['a:1-9', 'a:1-5', 'a:6-9'],
  ['a:1-9', 'a:3-4', 'a:1-2:5-9'],
  ['a:1-9', '', 'a:1-9'],
  ['a:1-9', 'a:1-9,b:1', ''],
  ['a:1-9,b:1', 'a:1-20', 'b:1'],
  ['a:1:tag:1-2', 'a:1', 'a:tag:1-2'],
])('%j without %j is %j', (owner, other, rest) => {
  expect(gtidText(missing(gtidSet('mysql', owner), gtidSet('mysql', other)))).toBe(rest);
});

const sets = fc
  .array(
    fc.tuple(
      fc.constantFrom('a', 'b'),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ max: 5, min: 0 }),
    ),
    { maxLength: 8 },
  )
  .map((items) =>
    items.map(([origin, first, more]) => `${origin}:${first}-${first + more}`).join(),
  );

test('sets behave like sets of transactions', () => {
  const members = (text: string) =>
    new Set(
      text
        .split(',')
        .filter(Boolean)
        .flatMap((item) => {
          const [, origin, first, last] = /^(\w):(\d+)-(\d+)$/.exec(item)!;
          return Array.from(
            { length: Number(last) - Number(first) + 1 },
            (_, index) => `${origin}:${Number(first) + index}`,
          );
        }),
    );
  fc.assert(
    fc.property(sets, sets, (one, other) => {
      const [left, right] = [gtidSet('mysql', one), gtidSet('mysql', other)];
      expect(size(union(left, right))).toBe(members(one).union(members(other)).size);
      expect(size(missing(left, right))).toBe(members(one).difference(members(other)).size);
      expect(gtidText(gtidSet('mysql', gtidText(left)))).toBe(gtidText(left));
    }),
    { numRuns: 200 },
  );
});
