import type { Value } from '../../values.ts';
import { canonical } from '../python/canonical.ts';
import { Fault } from '../python/faults.ts';
import { givenOr } from '../python/given.ts';
import { iterate } from '../python/iterate.ts';
import { tuple } from '../python/objects.ts';
import { asInteger } from '../runtime/arguments.ts';
import type { Definition } from '../runtime/definition.ts';
import type { Machine } from '../runtime/machine.ts';
import { filter } from './define.ts';

/** Filters that combine lists; results keep the order of the first list. */
export const setFilters: Record<string, Definition> = {
  union: filter('Every item of either list, once.', 'other', (value, [other]) =>
    distinct([...iterate(value), ...iterate(other!)]),
  ),
  intersect: filter('The items that are in both lists, once.', 'other', (value, [other]) => {
    const keys = keysOf(other!);
    return distinct(iterate(value).filter((item) => keys.has(canonical(item))));
  }),
  difference: filter(
    'The items that are not in the other list, once.',
    'other',
    (value, [other]) => {
      const keys = keysOf(other!);
      return distinct(iterate(value).filter((item) => !keys.has(canonical(item))));
    },
  ),
  symmetric_difference: filter(
    'The items that are in only one of the lists, once.',
    'other',
    (value, [other]) => {
      const left = keysOf(value);
      const right = keysOf(other!);
      return distinct([
        ...iterate(value).filter((item) => !right.has(canonical(item))),
        ...iterate(other!).filter((item) => !left.has(canonical(item))),
      ]);
    },
  ),
  zip: filter(
    'The items of the lists side by side, as long as the shortest.',
    '*others',
    (value, [others]) => {
      const lists = [value, ...(others as Value[])].map(iterate);
      const length = Math.min(...lists.map((list) => list.length));
      return Array.from({ length }, (_, index) => tuple(...lists.map((list) => list[index]!)));
    },
  ),
  zip_longest: filter(
    'The items of the lists side by side, as long as the longest.',
    '*others fillvalue?',
    zipLongest,
  ),
  product: filter(
    'Every combination of one item of each list.',
    '*others repeat?',
    (value, [others, repeat], machine) => {
      const lists = [value, ...(others as Value[])].map(iterate);
      const all = Array.from({ length: asInteger(repeat, 1) }, () => lists).flat();
      machine.step(all.reduce((size, list) => size * list.length, 1));
      let rows: Value[][] = [[]];
      for (const list of all) rows = rows.flatMap((row) => list.map((item) => [...row, item]));
      return rows.map((row) => tuple(...row));
    },
  ),
  permutations: filter('Every arrangement of r of the items.', 'r?', (value, [r], machine) => {
    const items = iterate(value);
    return choose(
      items,
      r === undefined || r === null ? items.length : asInteger(r),
      machine,
      false,
    );
  }),
  combinations: filter('Every choice of r of the items.', 'r', (value, [r], machine) =>
    choose(iterate(value), asInteger(r), machine, true),
  ),
};

function keysOf(value: Value): Set<string> {
  return new Set(iterate(value).map(canonical));
}

function distinct(items: readonly Value[]): Value[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = canonical(item);
    return !seen.has(key) && seen.add(key);
  });
}

function zipLongest(value: Value, [others, fill]: readonly (Value | undefined)[]): Value {
  const lists = [value, ...(others as Value[])].map(iterate);
  const length = Math.max(...lists.map((list) => list.length));
  return Array.from({ length }, (_, index) =>
    tuple(...lists.map((list) => givenOr(list[index], fill === undefined ? null : fill))),
  );
}

function choose(
  items: readonly Value[],
  size: number,
  machine: Machine,
  ordered: boolean,
): Value[] {
  if (size < 0) throw new Fault('the number of items to choose cannot be negative');
  const result: Value[] = [];
  const chosen: number[] = [];
  const extend = (from: number): void => {
    machine.step(items.length);
    if (chosen.length === size) {
      result.push(tuple(...chosen.map((index) => items[index]!)));
      return;
    }
    for (let index = ordered ? from : 0; index < items.length; index++) {
      if (!ordered && chosen.includes(index)) continue;
      chosen.push(index);
      extend(index + 1);
      chosen.pop();
    }
  };
  extend(0);
  return result;
}
