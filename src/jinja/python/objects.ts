import { Float, Omit, Undefined, Unknown, type Value, Vaulted } from '../../values.ts';

/**
 * What only exists while a template runs: functions, `loop`, dates. They travel among Values
 * through `asValue`, and never leave a template.
 */
export abstract class PythonObject {
  abstract readonly typeName: string;
  /** A readable attribute, or undefined when there is none of that name. */
  attribute(_name: string): Value | undefined {
    return undefined;
  }
  text(): string {
    return `<${this.typeName}>`;
  }
}

export function asValue(object: PythonObject): Value {
  return object as unknown as Value;
}

export function asObject(value: Value): PythonObject | undefined {
  return (value as unknown) instanceof PythonObject
    ? (value as unknown as PythonObject)
    : undefined;
}

/** An immutable sequence; it is an array in all but how it prints and compares. */
export class Tuple extends Array<Value> {
  static override get [Symbol.species]() {
    return Array;
  }
}

/** A tuple whose items have names as well. */
export class NamedTuple extends Tuple {
  names: readonly string[] = [];
}

/** A tuple of the given items. */
export function tuple(...items: Value[]): Tuple {
  const result = new Tuple(items.length);
  for (const [index, item] of items.entries()) result[index] = item;
  return result;
}

/** Python's name of a value's type, as `type_debug` and messages show it. */
export function typeName(value: Value): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return isInteger(value) ? 'int' : 'float';
  if (typeof value === 'string') return 'str';
  if (value instanceof Float) return 'float';
  if (value instanceof Tuple) return 'tuple';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Map) return 'dict';
  if (value instanceof Undefined) return 'Undefined';
  if (value instanceof Unknown) return 'unknown';
  if (value instanceof Omit) return 'omit';
  if (value instanceof Vaulted) return 'vault';
  return asObject(value)?.typeName ?? 'object';
}

export function isInteger(value: Value): value is number {
  return typeof value === 'number' && Number.isInteger(value);
}

/** A JavaScript number as a Python float. */
export function float(value: number): Value {
  return Number.isInteger(value) ? new Float(value) : value;
}
