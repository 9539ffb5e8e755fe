import type { Value } from '../../values.ts';
import { compare } from '../python/compare.ts';
import { used } from '../python/faults.ts';

/** A sorting key: text in lower case unless case counts. */
export function folded(value: Value, caseSensitive: boolean): Value {
  used(value);
  return typeof value === 'string' && !caseSensitive ? value.toLowerCase() : value;
}

/** The items in order of their keys, the first key first; equal ones keep their order. */
export function sorted(
  items: readonly Value[],
  keys: readonly ((item: Value) => Value)[],
  reverse: boolean,
  caseSensitive: boolean,
): Value[] {
  const decorated = items.map((item) => ({
    item,
    order: keys.map((key) => folded(key(item), caseSensitive)),
  }));
  const direction = reverse ? -1 : 1;
  decorated.sort((left, right) => {
    for (const [index, key] of left.order.entries()) {
      const order = compare(key, right.order[index]!);
      if (order !== 0) return direction * order;
    }
    return 0;
  });
  return decorated.map(({ item }) => item);
}
