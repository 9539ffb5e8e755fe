import type { Value } from '../../values.ts';
import { Tuple } from '../python/objects.ts';

/** A deep copy of lists and dicts, for templates that append to what the scope shares. */
export function copyPlain(value: Value): Value {
  if (value instanceof Tuple) return value;
  if (Array.isArray(value)) return value.map(copyPlain);
  // A subclass of Map computes its items when they are asked for; it is left alone.
  if (value instanceof Map && value.constructor === Map) {
    return new Map([...value].map(([key, item]) => [key, copyPlain(item)]));
  }
  return value;
}
