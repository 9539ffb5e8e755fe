import { Float, type Mapping, type Value } from '../../values.ts';
import { Fault, used } from './faults.ts';
import { asObject, Tuple, typeName } from './objects.ts';

/** An object that has an order of its own, such as a date. */
export interface Ordered {
  compareTo(other: Value): number | undefined;
}

/** Python's truth of a value. */
export function truth(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  if (value === null) return false;
  if (typeof value === 'string') return value !== '';
  if (typeof value === 'number') return value !== 0;
  if (value instanceof Float) return value.value !== 0;
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  return used(value) !== '';
}

/** The number that a bool, int or float counts as. */
export function numeric(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Float) return value.value;
  return undefined;
}

export function equal(left: Value, right: Value): boolean {
  if (left === right) {
    used(left);
    return true;
  }
  const number = numeric(left);
  if (number !== undefined) {
    const other = numeric(right);
    if (other !== undefined) return number === other;
    used(right);
    return false;
  }
  used(left);
  used(right);
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false;
    if (left instanceof Tuple !== right instanceof Tuple) return false;
    return left.every((item, index) => equal(item, right[index]!));
  }
  if (left instanceof Map) {
    if (!(right instanceof Map) || left.size !== right.size) return false;
    for (const [key, item] of left) {
      if (!hasKey(right, key) || !equal(item, getKey(right, key)!)) return false;
    }
    return true;
  }
  return compareObjects(left, right) === 0;
}

/** Negative, 0 or positive, as Python orders the two; a Fault when it cannot. */
export function compare(left: Value, right: Value, operator = '<'): number {
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
  const a = numeric(left);
  const b = numeric(right);
  if (a !== undefined && b !== undefined) return a - b;
  used(left);
  used(right);
  if (Array.isArray(left) && Array.isArray(right)) {
    for (let index = 0; index < Math.min(left.length, right.length); index++) {
      if (!equal(left[index]!, right[index]!))
        return compare(left[index]!, right[index]!, operator);
    }
    return left.length - right.length;
  }
  const order = compareObjects(left, right);
  if (order !== undefined) return order;
  throw new Fault(`'${operator}' cannot compare ${typeName(left)} with ${typeName(right)}`);
}

/** `needle in haystack`. */
export function contains(haystack: Value, needle: Value): boolean {
  if (typeof haystack === 'string') {
    const part = used(needle);
    if (typeof part !== 'string') {
      throw new Fault(`'in' a string looks for a string, not for ${typeName(part)}`);
    }
    return haystack.includes(part);
  }
  if (Array.isArray(haystack)) return haystack.some((item) => equal(item, needle));
  if (haystack instanceof Map) return hasKey(haystack, used(needle));
  used(haystack);
  throw new Fault(`'in' needs a string, list or dict to look in, not ${typeName(haystack)}`);
}

/** The item of a mapping, with `1`, `1.0` and `True` the same key as in Python. */
export function getKey(map: Mapping, key: Value): Value | undefined {
  const exact = map.get(key);
  if (exact !== undefined || typeof key === 'string') return exact;
  const same = sameKey(map, key);
  return same === undefined ? undefined : map.get(same);
}

export function hasKey(map: Mapping, key: Value): boolean {
  return map.has(key) || (typeof key !== 'string' && sameKey(map, key) !== undefined);
}

/** Sets an item, keeping the key that an equal one was first stored under. */
export function setKey(map: Mapping, key: Value, value: Value): void {
  const usedKey = used(key);
  if (usedKey instanceof Map || (Array.isArray(usedKey) && !(usedKey instanceof Tuple))) {
    throw new Fault(`a ${typeName(usedKey)} cannot be the key of a dict`);
  }
  const same = typeof usedKey === 'string' || map.has(usedKey) ? undefined : sameKey(map, usedKey);
  map.set(same === undefined ? usedKey : same, value);
}

function sameKey(map: Mapping, key: Value): Value | undefined {
  if (key === null) return undefined;
  for (const candidate of map.keys()) {
    if (candidate !== null && typeof candidate !== 'string' && equal(candidate, key))
      return candidate;
  }
  return undefined;
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return codeOrder(a) - codeOrder(b);
  }
  return left.length - right.length;
}

/** UTF-16 units in the order of the code points they belong to. */
function codeOrder(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

function compareObjects(left: Value, right: Value): number | undefined {
  const object = asObject(left) as (Partial<Ordered> & object) | undefined;
  return object?.compareTo?.(right);
}
