import type { Value } from '../../values.ts';
import { subelements } from '../filters/lists.ts';
import { truth } from '../python/compare.ts';
import { Fault } from '../python/faults.ts';
import { flattenAll } from '../python/flatten.ts';
import { iterate } from '../python/iterate.ts';
import { tuple, typeName } from '../python/objects.ts';
import { text } from '../python/text.ts';
import type { Lookup } from './context.ts';

const items: Lookup = {
  summary: 'The terms, lists among them flattened by one level.',
  options: [],
  find: (terms) => terms.flat(1) as Value[],
};

const nested: Lookup = {
  summary: 'Every combination of one item of each list.',
  options: [],
  find: (terms) => {
    let rows: Value[][] = [[]];
    for (const term of terms) {
      const list = iterate(term);
      if (rows.length * list.length > 1_000_000) throw new Fault('there are too many combinations');
      rows = rows.flatMap((row) => list.map((item) => [...row, item]));
    }
    return rows.map((row) => row.flat(1) as Value[]);
  },
};

/** Lookups that rearrange their terms. */
export const listLookups: Record<string, Lookup> = {
  items,
  flattened: {
    summary: 'The terms, lists among them flattened at every level.',
    options: [],
    find: (terms) => flattenAll(terms),
  },
  list: { summary: 'The terms as they are.', options: [], find: (terms) => [...terms] },
  nested,
  cartesian: nested,
  together: {
    summary: 'The items of the lists side by side; short lists end in None.',
    options: [],
    find: (terms) => {
      const lists = terms.map(iterate);
      const length = Math.max(0, ...lists.map((list) => list.length));
      return Array.from({ length }, (_, index) => lists.map((list) => list[index] ?? null));
    },
  },
  dict: {
    summary: 'The pairs of dicts, each as a dict of key and value.',
    options: [],
    find: (terms) =>
      terms.flat(1).flatMap((term) => {
        if (!(term instanceof Map)) throw new Fault(`'dict' needs a dict, not ${typeName(term)}`);
        return [...term].map(
          ([key, value]) =>
            new Map<Value, Value>([
              ['key', key],
              ['value', value],
            ]),
        );
      }),
  },
  subelements: {
    summary: 'Pairs of each item and each entry of the list it has under a key.',
    options: ['skip_missing'],
    find: (terms, options) => {
      const [list, key, flags] = terms;
      if (list === undefined || key === undefined)
        throw new Fault("'subelements' needs a list and a key");
      const skip =
        options.get('skip_missing') ??
        (flags instanceof Map ? flags.get('skip_missing') : undefined);
      return subelements(list, key, skip !== undefined && truth(skip));
    },
  },
  indexed_items: {
    summary: 'Pairs of the index of an item and the item.',
    options: [],
    find: (terms) => (terms.flat(1) as Value[]).map((item, index) => tuple(index, item)),
  },
  random_choice: {
    summary: 'One of the terms by chance.',
    options: [],
    impure: true,
    find: (terms) => (terms.length === 0 ? [] : [terms[Math.floor(Math.random() * terms.length)]!]),
  },
};

/** The arguments of a term such as `key file=x.ini`: the words before the first `name=`, and the rest by name. */
export function termArguments(term: Value): { words: string; named: Map<string, string> } {
  const parts = text(term).match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  const named = new Map<string, string>();
  const words: string[] = [];
  for (const part of parts) {
    const match = /^(\w+)=([\s\S]*)$/.exec(part);
    if (match) named.set(match[1]!, match[2]!.replace(/^(['"])([\s\S]*)\1$/, '$2'));
    else words.push(part);
  }
  return { words: words.join(' '), named };
}
