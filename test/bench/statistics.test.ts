import { expect, test } from 'vitest';
import { median, summary } from './statistics.ts';

test.each([
  ['one value', [3], 3],
  ['an odd number of them', [9, 1, 5], 5],
  ['an even number of them', [4, 1, 3, 2], 2.5],
  ['numbers, not texts', [10, 9, 100], 10],
])('median of %s', (_, values, expected) => {
  expect(median(values)).toBe(expected);
});

test('a summary says how many there were, and leaves them in their order', () => {
  const values = [2, 8, 5];
  expect(summary(values)).toEqual({ median: 5, min: 2, max: 8, count: 3 });
  expect(values).toEqual([2, 8, 5]);
});
