import type { Mapping, Value } from '../../values.ts';
import { canonical } from '../python/canonical.ts';
import { getKey, setKey } from '../python/compare.ts';

export type ListMerge = 'replace' | 'keep' | 'append' | 'prepend' | 'append_rp' | 'prepend_rp';

/** Merges two dicts into a new one; neither is changed. */
export function combine(
  left: Mapping,
  right: Mapping,
  recursive: boolean,
  lists: ListMerge,
): Mapping {
  const result = new Map(left);
  for (const [key, value] of right) {
    const before = getKey(result, key);
    setKey(result, key, before === undefined ? value : mergeItem(before, value, recursive, lists));
  }
  return result;
}

function mergeItem(before: Value, value: Value, recursive: boolean, lists: ListMerge): Value {
  if (before instanceof Map && value instanceof Map) {
    return recursive ? combine(before, value, true, lists) : value;
  }
  if (Array.isArray(before) && Array.isArray(value)) return mergeLists(before, value, lists);
  return value;
}

function mergeLists(before: readonly Value[], value: readonly Value[], lists: ListMerge): Value[] {
  switch (lists) {
    case 'replace':
      return [...value];
    case 'keep':
      return [...before];
    case 'append':
      return [...before, ...value];
    case 'prepend':
      return [...value, ...before];
    case 'append_rp':
      return [...without(before, value), ...value];
    case 'prepend_rp':
      return [...value, ...without(before, value)];
  }
}

function without(items: readonly Value[], excluded: readonly Value[]): Value[] {
  const keys = new Set(excluded.map(canonical));
  return items.filter((item) => !keys.has(canonical(item)));
}
