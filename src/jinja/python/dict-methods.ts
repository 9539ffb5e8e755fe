import type { Mapping, Value } from '../../values.ts';
import type { Bound, Definition } from '../runtime/definition.ts';
import { getKey, setKey } from './compare.ts';
import { Fault } from './faults.ts';
import { givenOr } from './given.ts';
import { iterate } from './iterate.ts';
import { tuple, typeName } from './objects.ts';
import { shown } from './text.ts';

function method(parameters: string, apply: (dict: Mapping, args: Bound) => Value): Definition {
  return {
    summary: '',
    parameters: parameters === '' ? [] : parameters.split(' '),
    apply: (input, args) => apply(input as Mapping, args),
  };
}

/** Python's methods of `dict`; views are lists. */
export const dictMethods: ReadonlyMap<string, Definition> = new Map(
  Object.entries({
    keys: method('', (dict) => [...dict.keys()]),
    values: method('', (dict) => [...dict.values()]),
    items: method('', (dict) => [...dict].map(([key, value]) => tuple(key, value))),
    // What a missing key falls back to may be anything, None included.
    get: {
      ...method('key default?', (dict, [key, fallback]) =>
        givenOr(getKey(dict, key!), fallback === undefined ? null : fallback),
      ),
    },
    update: method('other? **kwargs', (dict, [other, named]) => {
      for (const [key, value] of pairs(other)) setKey(dict, key, value);
      for (const [key, value] of named as Mapping) setKey(dict, key, value);
      return null;
    }),
    pop: method('key default?', (dict, [key, fallback]) => {
      const known = getKey(dict, key!);
      const value = known === undefined ? fallback : known;
      if (value === undefined) throw new Fault(`there is no key ${shown(key!)} to pop`);
      dict.delete(key!);
      return value;
    }),
    popitem: method('', (dict) => {
      const last = [...dict].at(-1);
      if (!last) throw new Fault('the dict is empty');
      dict.delete(last[0]);
      return tuple(...last);
    }),
    setdefault: method('key default?', (dict, [key, fallback]) => {
      const known = getKey(dict, key!);
      if (known !== undefined) return known;
      setKey(dict, key!, fallback ?? null);
      return fallback ?? null;
    }),
    copy: method('', (dict) => new Map(dict)),
    clear: method('', (dict) => {
      dict.clear();
      return null;
    }),
    fromkeys: method('keys value?', (_dict, [keys, value]) => {
      return new Map(iterate(keys!).map((key) => [key, value ?? null]));
    }),
  }),
);

/** The pairs of a dict, or of a list of pairs. */
export function pairs(value: Value | undefined): [Value, Value][] {
  if (value === undefined || value === null) return [];
  if (value instanceof Map) return [...value];
  return iterate(value).map((pair) => {
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw new Fault(`expected a pair of key and value, not ${typeName(pair)}`);
    }
    return [pair[0]!, pair[1]!];
  });
}
