import type { Value } from '../../values.ts';
import { numeric } from './compare.ts';
import { used } from './faults.ts';
import { Tuple } from './objects.ts';
import { repr } from './text.ts';

/** A text that is the same for two values exactly when they are equal; for looking up in a Set. */
export function canonical(value: Value): string {
  if (typeof value === 'string') return `s${value}`;
  const number = numeric(value);
  if (number !== undefined) return `n${number}`;
  if (value === null) return 'none';
  used(value);
  if (Array.isArray(value)) {
    const kind = value instanceof Tuple ? 't' : 'l';
    return `${kind}${JSON.stringify(value.map(canonical))}`;
  }
  if (value instanceof Map) {
    const pairs = [...value].map(([key, item]) => [canonical(key), canonical(item)] as const);
    pairs.sort(([a], [b]) => (a < b ? -1 : 1));
    return `m${JSON.stringify(pairs)}`;
  }
  return `o${repr(value)}`;
}
