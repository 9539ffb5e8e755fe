import fc from 'fast-check';
import { expect, test } from 'vitest';
import { missingGtids } from '../../../roles/database/gtid.ts';

test.each([
  ['', '', ''],
  ['u:1-5', 'u:1-5', ''],
  ['u:1-5', 'u:1-9', ''],
  ['u:1-7', 'u:1-5', 'u:6-7'],
  ['u:3', '', 'u:3'],
  ['u:1-9', 'u:3-4:7', 'u:1-2:5-6:8-9'],
  ['u:1-3:8', 'u:1-9', ''],
  ['u:1-3,v:1', 'u:1-3', 'v:1'],
  ['u:1-3,\nv:1', 'v:1-2,\nu:2', 'u:1:3'],
  ['u:tag:1-2', 'u:1-2', 'u:tag:1-2'],
  ['u:1-2:tag:1-4', 'u:1-2:tag:1-3', 'u:tag:4'],
])('MySQL: %j within %j lacks %j', (of, within, missing) => {
  expect(missingGtids('mysql', of, within)).toBe(missing);
});

test.each([
  ['', '', ''],
  ['0-1-5', '0-1-5', ''],
  ['0-1-5', '0-1-9', ''],
  ['0-1-9', '0-1-5', '0-1-9'],
  ['0-2-6', '0-1-9', '0-2-6'],
  ['0-2-6', '0-1-9,0-2-6', ''],
  ['0-1-4,1-1-3', '0-1-4', '1-1-3'],
  ['0-1-9', '0-1-5,0-1-9', ''],
])('MariaDB: %j within %j lacks %j', (of, within, missing) => {
  expect(missingGtids('mariadb', of, within)).toBe(missing);
});

test.each([
  ['mysql', 'u:1-9', 'u:1-5', 'u', ''],
  ['mysql', 'u:1-9,v:1', 'u:1-5', 'u', 'v:1'],
  ['mysql', 'u:tag:1', '', 'u', ''],
  ['mariadb', '0-1-9', '0-1-5', '1', ''],
  ['mariadb', '0-1-9,0-12-3', '0-1-5', '1', '0-12-3'],
] as const)('%s: %j within %j but for those of %s', (engine, of, within, _, missing) => {
  const except = _;
  expect(missingGtids(engine, of, within, { except })).toBe(missing);
});

test('any sets', () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 30 }));
  fc.assert(
    fc.property(numbers, numbers, (one, other) => {
      const text = (list: readonly number[]) => (list.length > 0 ? `u:${list.join(':')}` : '');
      const missing = missingGtids('mysql', text(one), text(other));
      const left = one.filter((number) => !other.includes(number));
      expect(numbersIn(missing)).toEqual(left.toSorted((a, b) => a - b));
    }),
    { numRuns: 200 },
  );
});

function numbersIn(text: string): number[] {
  return text
    .split(':')
    .slice(1)
    .flatMap((part) => {
      const [first, last = first] = part.split('-').map(Number) as [number, number?];
      return Array.from({ length: last! - first + 1 }, (_, index) => first + index);
    })
    .toSorted((a, b) => a - b);
}
