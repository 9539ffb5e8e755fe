import type { SourcePosition } from './errors.ts';

/**
 * What variables and templates hold. Mappings are `Map`s: they keep insertion order whatever the
 * keys look like, and `__proto__` is a key like any other. Values are never mutated once shared.
 */
export type Value =
  | null
  | boolean
  | number
  | Float
  | string
  | Value[]
  | Mapping
  | Undefined
  | Unknown
  | Omit
  | Vaulted
  | Unsafe;
export type Mapping = Map<Value, Value>;

/** A float whose value is a whole number; it prints as `2.0`. Other floats are plain numbers. */
export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** The result of looking up what does not exist; using it is an error that names it. */
export class Undefined {
  readonly name: string;
  readonly hint: string | undefined;
  constructor(name: string, hint?: string) {
    this.name = name;
    this.hint = hint;
  }
}

/** A value that cannot be known before apply, in check mode. Whatever is computed from it is unknown. */
export class Unknown {
  /** Why, as a phrase: `'stdout' of task 'Read the version', which check mode does not run`. */
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** The type of `omit`: the argument that gets it is left out. */
export class Omit {
  readonly name = 'omit';
}
export const omit: Omit = new Omit();

/** An encrypted `!vault` scalar, decrypted when it is used. */
export class Vaulted {
  readonly ciphertext: string;
  readonly at: SourcePosition;
  constructor(ciphertext: string, at: SourcePosition) {
    this.ciphertext = ciphertext;
    this.at = at;
  }
}

/** An `!unsafe` scalar: text that is never taken for a template. Evaluating it gives the string. */
export class Unsafe {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/**
 * A value that has been evaluated, made safe to stand where literals are templates: text in it that looks
 * like a template stays as it is. Mappings that are computed on demand are handed on as they are.
 */
export function asFinal(value: Value): Value {
  if (typeof value === 'string') return value.includes('{') ? new Unsafe(value) : value;
  if (Array.isArray(value)) return value.map(asFinal);
  if (!(value instanceof Map) || value.constructor !== Map) return value;
  return new Map([...value].map(([key, item]) => [key, asFinal(item)]));
}

/** JSON-like data without our own classes: what modules take and return. */
export type Plain = null | boolean | number | string | Plain[] | { [key: string]: Plain };

/** Maps to objects without prototype, Float to number. Unknown, Undefined and Omit must be gone before. */
export function toPlain(value: Value): Plain {
  if (value instanceof Map) {
    const object: { [key: string]: Plain } = Object.create(null);
    for (const [key, item] of value) object[keyText(key)] = toPlain(item);
    return object;
  }
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof Float) return value.value;
  if (value instanceof Unsafe) return value.text;
  if (value === null || typeof value !== 'object') return value;
  throw new TypeError(`${value.constructor.name} is not plain data`);
}

/** Objects to Maps, recursively. */
export function fromPlain(value: unknown): Value {
  if (Array.isArray(value)) return value.map(fromPlain);
  if (value instanceof Map) return value as Mapping;
  if (isSpecial(value)) return value;
  if (value !== null && typeof value === 'object') {
    return new Map(Object.entries(value).map(([key, item]) => [key as Value, fromPlain(item)]));
  }
  if (value === undefined) return null;
  return value as Value;
}

function isSpecial(value: unknown): value is Float | Undefined | Unknown | Omit | Vaulted | Unsafe {
  return (
    value instanceof Float ||
    value instanceof Undefined ||
    value instanceof Unknown ||
    value instanceof Omit ||
    value instanceof Vaulted ||
    value instanceof Unsafe
  );
}

function keyText(key: Value): string {
  if (key === null) return 'null';
  if (key instanceof Float) return key.value.toFixed(1);
  return String(key);
}
