import { Float, Undefined, Unknown, type Value } from '../../values.ts';
import { getKey, numeric } from '../python/compare.ts';
import { Fault, used } from '../python/faults.ts';
import { givenOr } from '../python/given.ts';
import { findMethod } from '../python/methods.ts';
import { asObject, asValue, NamedTuple, Tuple, typeName } from '../python/objects.ts';
import { text } from '../python/text.ts';
import { BoundFunction } from './callable.ts';
import { MissingKey } from './missing.ts';

/** `value.name`, or an Undefined named `path`. */
export function attribute(value: Value, name: string, path: string): Value {
  if (value instanceof Map) {
    const found = value.get(name);
    if (found !== undefined) return found;
  }
  if (value instanceof Unknown) return value;
  if (value instanceof Undefined) return value;
  used(value);
  if (/^__.*__$/.test(name)) throw new Fault(`'${name}' of ${typeName(value)} is not accessible`);
  const object = asObject(value);
  if (object) return givenOr(object.attribute(name), new MissingKey(path, name, value));
  if (value instanceof NamedTuple && value.names.includes(name)) {
    return value[value.names.indexOf(name)]!;
  }
  const method = findMethod(value, name);
  if (method) return asValue(new BoundFunction(name, method, value));
  return new MissingKey(path, name, value);
}

/** `value[key]`, or undefined. */
export function item(value: Value, key: Value): Value | undefined {
  if (value instanceof Map) return getKey(value, key);
  if (Array.isArray(value) || typeof value === 'string') {
    const index = key instanceof Float ? undefined : numeric(key);
    if (index === undefined) return typeof key === 'string' ? boundMethod(value, key) : undefined;
    const items = typeof value === 'string' && /[\ud800-\udfff]/.test(value) ? [...value] : value;
    return items[index < 0 ? items.length + index : index];
  }
  return typeof key === 'string' ? asObject(value)?.attribute(key) : undefined;
}

function boundMethod(value: Value, name: string): Value | undefined {
  const method = value instanceof Tuple ? undefined : findMethod(value, name);
  return method && asValue(new BoundFunction(name, method, value));
}

/** Reads `a.b.0` of an item, as `map(attribute=…)` and its like do; what is missing is `fallback` or Undefined. */
export function attributeGetter(path: Value, fallback?: Value): (item: Value) => Value {
  if (typeof path === 'number') return keysGetter([path], path, fallback);
  const parts = text(path).split('.');
  return keysGetter(
    parts.map((key) => (/^\d+$/.test(key) ? Number(key) : key)),
    path,
    fallback,
  );
}

/** Reads one key or index as it is, dots and all: names of hosts have them. */
export function itemGetter(key: Value): (item: Value) => Value {
  return keysGetter([key], key);
}

function keysGetter(keys: readonly Value[], path: Value, fallback?: Value): (item: Value) => Value {
  return (start) => {
    let value = start;
    for (const key of keys) {
      if (value instanceof Undefined || value instanceof Unknown) break;
      const found = item(used(value), key);
      value =
        found === undefined
          ? new MissingKey(`${typeName(start)} object.${text(path)}`, text(key), value)
          : found;
    }
    return value instanceof Undefined && fallback !== undefined ? fallback : value;
  };
}
