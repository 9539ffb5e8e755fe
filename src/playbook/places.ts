import type { SourcePosition } from '../errors.ts';
import type { Mapping, Value } from '../values.ts';
import { positionOf, positionOfKey, positionOfValue, recordPositions } from '../yaml/positions.ts';
import { carrySecret } from '../yaml/secrets.ts';

/** Where a list or mapping begins, or the place to name when it came from nowhere. */
export function placeOf(container: Value, fallback: SourcePosition): SourcePosition {
  return positionOf(container) ?? fallback;
}

export function placeOfKey(container: Value, key: Value, fallback: SourcePosition): SourcePosition {
  return positionOfKey(container, key as string) ?? placeOf(container, fallback);
}

export function placeOfValue(
  container: Value,
  key: Value,
  fallback: SourcePosition,
): SourcePosition {
  return positionOfValue(container, key as string) ?? placeOfKey(container, key, fallback);
}

/** One mapping of several, later ones win; each key keeps the place where it was written. */
export function mergeMappings(mappings: readonly (Mapping | undefined)[]): Mapping {
  const merged: Mapping = new Map();
  const keys = new Map<Value | number, SourcePosition>();
  const values = new Map<Value | number, SourcePosition>();
  let self: SourcePosition | undefined;
  for (const mapping of mappings) {
    if (!mapping) continue;
    self ??= positionOf(mapping);
    for (const [key, value] of mapping) {
      merged.set(key, value);
      carrySecret(mapping, key, merged);
      const keyAt = positionOfKey(mapping, key);
      const valueAt = positionOfValue(mapping, key);
      if (keyAt) keys.set(key, keyAt);
      if (valueAt) values.set(key, valueAt);
    }
  }
  if (self) recordPositions(merged, { self, keys, values });
  return merged;
}

/** A mapping without some of its keys, places kept. */
export function withoutKeys(mapping: Mapping, dropped: (key: Value) => boolean): Mapping {
  const merged = mergeMappings([mapping]);
  for (const key of mapping.keys()) if (dropped(key)) merged.delete(key);
  return merged;
}

/** A value in a sentence: its text when it is short, otherwise its kind. */
export function showValue(value: Value): string {
  if (value === null) return 'nothing';
  if (typeof value === 'string')
    return value.length > 60 ? `'${value.slice(0, 57)}…'` : `'${value}'`;
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  return kindOf(value);
}

export function kindOf(value: Value): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Map) return 'a mapping';
  if (typeof value === 'string') return 'a string';
  if (typeof value === 'boolean') return 'a boolean';
  if (typeof value === 'number') return 'a number';
  return 'a special value';
}
