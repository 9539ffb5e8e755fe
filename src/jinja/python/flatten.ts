import type { Value } from '../../values.ts';

/** The items of nested lists as one list. */
export function flattenAll(values: readonly Value[]): Value[] {
  return values.flatMap((value) => (Array.isArray(value) ? flattenAll(value) : [value]));
}
