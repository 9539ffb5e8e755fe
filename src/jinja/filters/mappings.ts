import { type Mapping, Undefined, type Value } from '../../values.ts';
import { getKey, hasKey, setKey, truth } from '../python/compare.ts';
import { Fault, used } from '../python/faults.ts';
import { iterate } from '../python/iterate.ts';
import { tuple, typeName } from '../python/objects.ts';
import { shown } from '../python/text.ts';
import { attribute } from '../runtime/access.ts';
import { asDict, asString, asText } from '../runtime/arguments.ts';
import type { Definition } from '../runtime/definition.ts';
import { combine, type ListMerge } from './combine.ts';
import { filter } from './define.ts';
import { sorted } from './sorting.ts';

const listMerges = ['replace', 'keep', 'append', 'prepend', 'append_rp', 'prepend_rp'];

/** Filters that work on dicts. */
export const mappingFilters: Record<string, Definition> = {
  items: filter('Pairs of key and value.', '', (value) =>
    value instanceof Undefined
      ? []
      : [...asDict(value, 'the value')].map(([key, item]) => tuple(key, item)),
  ),
  attr: filter('An attribute of the value.', 'name', (value, [name]) => {
    const key = asString(name, 'the name');
    return value instanceof Map ? new Undefined(key) : attribute(value, key, key);
  }),
  dictsort: filter(
    'Pairs of key and value in order.',
    'case_sensitive? by? reverse?',
    (value, [caseSensitive, by, reverse]) => {
      const side = asText(by, 'key');
      if (side !== 'key' && side !== 'value')
        throw new Fault(`'by' must be 'key' or 'value', not '${side}'`);
      const pairs = [...asDict(value, 'the value')].map(([key, item]) => tuple(key, item));
      const read = (pair: Value) => (pair as Value[])[side === 'key' ? 0 : 1]!;
      return sorted(
        pairs,
        [read],
        reverse !== undefined && truth(reverse),
        caseSensitive !== undefined && truth(caseSensitive),
      );
    },
  ),
  dict2items: filter(
    'A list of dicts with key and value.',
    'key_name? value_name?',
    (value, [keyName, valueName]) =>
      [...asDict(value, 'the value')].map(
        ([key, item]) =>
          new Map<Value, Value>([
            [asText(keyName, 'key'), key],
            [asText(valueName, 'value'), item],
          ]),
      ),
  ),
  items2dict: filter(
    'A dict of a list of dicts with key and value.',
    'key_name? value_name?',
    (value, [keyName, valueName]) => {
      const result: Mapping = new Map();
      for (const item of iterate(value)) {
        const dict = asDict(item, 'each item');
        setKey(result, part(dict, asText(keyName, 'key')), part(dict, asText(valueName, 'value')));
      }
      return result;
    },
  ),
  combine: filter(
    'The dicts as one; later ones win.',
    '*others recursive? list_merge?',
    (value, [others, recursive, listMerge]) => {
      const merge = asText(listMerge, 'replace');
      if (!listMerges.includes(merge))
        throw new Fault(`list_merge must be one of ${listMerges.join(', ')}, not '${merge}'`);
      const dicts = [value, ...(others as Value[])].flatMap((one) =>
        Array.isArray(one) ? one.flat(1) : [one],
      );
      const deep = recursive !== undefined && truth(recursive);
      return dicts
        .map((one) => asDict(used(one), "what 'combine' takes"))
        .reduce(
          (left, right) => combine(left, right, deep, merge as ListMerge),
          new Map<Value, Value>(),
        );
    },
  ),
  rekey_on_member: filter(
    'A dict of the items by one of their members.',
    'key duplicates?',
    (value, [key, duplicates]) => {
      const result: Mapping = new Map();
      const overwrite = asText(duplicates, 'error') === 'overwrite';
      for (const item of value instanceof Map ? value.values() : iterate(value)) {
        const name = part(asDict(item, 'each item'), asText(key));
        if (hasKey(result, name) && !overwrite)
          throw new Fault(`the key ${shown(name)} is not unique`);
        setKey(result, name, item);
      }
      return result;
    },
  ),
};

function part(dict: Mapping, key: string): Value {
  const value = getKey(dict, key);
  if (value === undefined)
    throw new Fault(`the ${typeName(dict)} ${shown(dict)} has no key '${key}'`);
  return value;
}
