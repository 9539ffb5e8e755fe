import type { Value } from '../../values.ts';
import { Fault, used } from './faults.ts';
import { typeName } from './objects.ts';

/** The items that iterating over a value gives: of a list its items, of a dict its keys, of a string its characters. */
export function iterate(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return [...value.keys()];
  if (typeof value === 'string') return [...value];
  used(value);
  throw new Fault(`${typeName(value)} cannot be iterated over`);
}
