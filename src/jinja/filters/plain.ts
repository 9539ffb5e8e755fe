import type { Value } from '../../values.ts';
import { used } from '../python/faults.ts';
import { asObject } from '../python/objects.ts';
import { text } from '../python/text.ts';

/** The value with nothing in it but plain data; Undefined and Unknown end the evaluation here. */
export function plainInput(value: Value): Value {
  used(value);
  if (Array.isArray(value)) return value.map(plainInput);
  if (value instanceof Map)
    return new Map([...value].map(([key, item]) => [key, plainInput(item)]));
  return asObject(value) ? text(value) : value;
}
