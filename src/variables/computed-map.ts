import type { Value } from '../values.ts';

/** A mapping whose values are computed when they are asked for. Keys are known, order is kept. */
export abstract class ComputedMap extends Map<Value, Value> {
  /** The value of a key that `has`. */
  protected abstract compute(key: Value): Value;
  protected abstract keyList(): Iterable<Value>;
  abstract override has(key: Value): boolean;

  override get(key: Value): Value | undefined {
    return this.has(key) ? this.compute(key) : undefined;
  }

  override get size(): number {
    let size = 0;
    for (const _ of this.keyList()) size++;
    return size;
  }

  override *keys(): MapIterator<Value> {
    yield* this.keyList();
  }

  override *values(): MapIterator<Value> {
    for (const key of this.keyList()) yield this.compute(key);
  }

  override *entries(): MapIterator<[Value, Value]> {
    for (const key of this.keyList()) yield [key, this.compute(key)];
  }

  override [Symbol.iterator](): MapIterator<[Value, Value]> {
    return this.entries();
  }

  override forEach(visit: (value: Value, key: Value, map: Map<Value, Value>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this);
  }

  override set(key: Value): this {
    throw new TypeError(`computed mapping cannot be changed at '${String(key)}'`);
  }

  override delete(key: Value): boolean {
    throw new TypeError(`computed mapping cannot be changed at '${String(key)}'`);
  }
}
