import type { SourcePosition } from '../errors.ts';
import type { Mapping, Value } from '../values.ts';

const places = new WeakMap<object, Places>();

interface Places {
  readonly self: SourcePosition;
  readonly keys: ReadonlyMap<Value | number, SourcePosition>;
  readonly values: ReadonlyMap<Value | number, SourcePosition>;
}

/** Remembers where a list or mapping, its keys and its values stand in their file. */
export function recordPositions(container: Mapping | Value[], found: Places): void {
  places.set(container, found);
}

/** Where a list or mapping read from a file begins; undefined when it came from elsewhere. */
export function positionOf(container: Value): SourcePosition | undefined {
  return isContainer(container) ? places.get(container)?.self : undefined;
}

/** Where the key (or the index) of a mapping or list stands. */
export function positionOfKey(container: Value, key: Value | number): SourcePosition | undefined {
  return isContainer(container) ? places.get(container)?.keys.get(key) : undefined;
}

/** Where the value under a key (or index) begins. */
export function positionOfValue(container: Value, key: Value | number): SourcePosition | undefined {
  return isContainer(container) ? places.get(container)?.values.get(key) : undefined;
}

function isContainer(value: Value): value is Mapping | Value[] {
  return value instanceof Map || Array.isArray(value);
}
