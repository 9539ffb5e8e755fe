import { Undefined, type Value } from '../../values.ts';
import { operate } from '../python/arithmetic.ts';
import { canonical } from '../python/canonical.ts';
import { compare, truth } from '../python/compare.ts';
import { Fault, used } from '../python/faults.ts';
import { givenOr } from '../python/given.ts';
import { iterate } from '../python/iterate.ts';
import { tuple, typeName } from '../python/objects.ts';
import { shown, text } from '../python/text.ts';
import { attributeGetter, itemGetter } from '../runtime/access.ts';
import { asInteger, asList, asText } from '../runtime/arguments.ts';
import type { Bound, Definition } from '../runtime/definition.ts';
import { filter, impure } from './define.ts';
import { folded, sorted } from './sorting.ts';

const isSet = (value: Value | undefined, otherwise = false) =>
  value === undefined || value === null ? otherwise : truth(value);

const extreme = (summary: string, better: (order: number) => boolean) =>
  filter(summary, 'case_sensitive? attribute?', (value, [caseSensitive, attribute]) => {
    const read = getter(attribute);
    const key = (item: Value) => folded(read(item), isSet(caseSensitive));
    const items = iterate(value);
    let best = items[0];
    for (const item of items.slice(1)) if (better(compare(key(item), key(best!)))) best = item;
    return givenOr(best, new Undefined('the item', `${shown(value)} is empty`));
  });

/** Filters that work on lists. */
export const listFilters: Record<string, Definition> = {
  first: filter('The first item.', '', (value) => {
    const [item] = iterate(value);
    return givenOr(item, new Undefined('first', 'there is no first item: the list is empty'));
  }),
  last: filter('The last item.', '', (value) => {
    return givenOr(
      iterate(value).at(-1),
      new Undefined('last', 'there is no last item: the list is empty'),
    );
  }),
  join: filter(
    'The items as one text, with the separator between them.',
    'd? attribute?',
    (value, [separator, attribute]) => {
      const read = getter(attribute);
      return iterate(value)
        .map((item) => text(used(read(item))))
        .join(asText(separator));
    },
  ),
  sort: filter(
    'The items in order.',
    'reverse? case_sensitive? attribute?',
    (value, [reverse, caseSensitive, attribute]) =>
      sorted(iterate(value), sortKeys(attribute), isSet(reverse), isSet(caseSensitive)),
  ),
  reverse: filter('The items, or the characters, from the last to the first.', '', (value) =>
    typeof value === 'string' ? [...value].reverse().join('') : [...iterate(value)].reverse(),
  ),
  unique: filter(
    'Every different item once, in order.',
    'case_sensitive? attribute?',
    (value, [caseSensitive, attribute]) => {
      const read = getter(attribute);
      const seen = new Set<string>();
      return iterate(value).filter((item) => {
        const key = canonical(folded(read(item), isSet(caseSensitive)));
        return !seen.has(key) && seen.add(key);
      });
    },
  ),
  min: extreme('The smallest item.', (order) => order < 0),
  max: extreme('The largest item.', (order) => order > 0),
  sum: filter('The sum of the items.', 'attribute? start?', (value, [attribute, start]) => {
    const read = getter(attribute);
    return iterate(value).reduce<Value>(
      (total, item) => operate('+', total, used(read(item))),
      start ?? 0,
    );
  }),
  batch: filter(
    'Lists of linecount items each.',
    'linecount fill_with?',
    (value, [count, fill]) => {
      const items = iterate(value);
      const size = positive(count);
      const rows: Value[] = [];
      for (let at = 0; at < items.length; at += size) {
        const row = items.slice(at, at + size);
        while (fill !== undefined && fill !== null && row.length < size) row.push(fill);
        rows.push(row);
      }
      return rows;
    },
  ),
  slice: filter(
    'The items dealt out to the given number of lists.',
    'slices fill_with?',
    (value, [slices, fill]) => {
      const items = iterate(value);
      const count = positive(slices);
      const size = Math.floor(items.length / count);
      const longer = items.length % count;
      let offset = 0;
      return Array.from({ length: count }, (_, index) => {
        const length = size + (index < longer ? 1 : 0);
        const row = items.slice(offset, offset + length);
        offset += length;
        if (fill !== undefined && fill !== null && index >= longer) row.push(fill);
        return row;
      });
    },
  ),
  flatten: filter(
    'Nested lists as one list, to the given depth.',
    'levels? skip_nulls?',
    (value, [levels, skipNulls]) => {
      const depth =
        levels === undefined || levels === null ? Number.POSITIVE_INFINITY : asInteger(levels);
      return flatten(asList(value, 'the value'), depth, isSet(skipNulls, true));
    },
  ),
  extract: filter(
    'The item of a container at the value; further keys go deeper.',
    'container morekeys?',
    (value, [container, more]) => {
      const keys = [
        value,
        ...(more === undefined || more === null ? [] : Array.isArray(more) ? more : [more]),
      ];
      let current: Value = container!;
      for (const key of keys) current = itemGetter(key)(current);
      return current;
    },
  ),
  subelements: filter(
    'Pairs of each item and each entry of the list it has under a key.',
    'subelements skip_missing?',
    (value, [path, skip]) => subelements(value, path!, isSet(skip)),
  ),
  random: impure(
    filter(
      'A random item, or a number below the value; with a seed always the same.',
      'end? start? step? seed?',
      (value, args) => randomItem(value, args),
    ),
  ),
  shuffle: impure(
    filter('The items in random order.', 'seed?', (value) => {
      const items = [...iterate(value)];
      for (let at = items.length - 1; at > 0; at--) {
        const other = Math.floor(Math.random() * (at + 1));
        [items[at], items[other]] = [items[other]!, items[at]!];
      }
      return items;
    }),
  ),
};

/** What `selectattr`-like filters and `subelements` share: pairs of an item and an entry of one of its lists. */
export function subelements(value: Value, path: Value, skipMissing: boolean): Value[] {
  const items = value instanceof Map ? [...value.values()] : asList(value, 'the value');
  const read = attributeGetter(Array.isArray(path) ? path.map(text).join('.') : path);
  return items.flatMap((item) => {
    const found = read(item);
    if (found instanceof Undefined && skipMissing) return [];
    const entries = used(found);
    if (!Array.isArray(entries))
      throw new Fault(`'${text(path)}' must be a list, not ${typeName(entries)}`);
    return entries.map((entry) => tuple(item, entry));
  });
}

function getter(attribute: Value | undefined): (item: Value) => Value {
  return attribute === undefined || attribute === null
    ? (item) => item
    : attributeGetter(attribute);
}

function sortKeys(attribute: Value | undefined): ((item: Value) => Value)[] {
  if (attribute === undefined || attribute === null) return [(item) => item];
  return text(attribute)
    .split(',')
    .map((path) => attributeGetter(path));
}

function positive(value: Value | undefined): number {
  const number = asInteger(value);
  if (number < 1) throw new Fault(`the number must be at least 1, not ${number}`);
  return number;
}

function flatten(items: readonly Value[], levels: number, skipNulls: boolean): Value[] {
  return items.flatMap((item) => {
    if (skipNulls && (item === null || item === 'None' || item === 'null')) return [];
    if (!Array.isArray(item)) return [item];
    return levels >= 1 ? flatten(item, levels - 1, skipNulls) : [item];
  });
}

function randomItem(value: Value, [, start, step]: Bound): Value {
  if (typeof value === 'number') {
    const from = start === undefined || start === null ? 0 : asInteger(start);
    const by = step === undefined || step === null ? 1 : asInteger(step);
    return from + by * Math.floor(Math.random() * Math.max(1, Math.ceil((value - from) / by)));
  }
  const items = iterate(value);
  if (items.length === 0) throw new Fault('there is nothing to choose from');
  return items[Math.floor(Math.random() * items.length)]!;
}
