import type { ErrorCode } from '../../errors.ts';
import { Omit, Undefined, Unknown, Unsafe, type Value, Vaulted } from '../../values.ts';
import { Nothing } from './nothing.ts';

/** What a primitive throws: an error that does not know its place in the template yet. */
export class Fault extends Error {
  readonly code: ErrorCode;
  readonly nearest: string | undefined;

  constructor(message: string, nearest?: string, code: ErrorCode = 'template-failed') {
    super(message);
    this.code = code;
    this.nearest = nearest;
  }
}

/** Thrown when an Undefined is used. */
export class UndefinedUse extends Error {
  readonly value: Undefined;
  constructor(value: Undefined) {
    super(`'${value.name}' is undefined`);
    this.value = value;
  }
}

/** Thrown when an Unknown is used; evaluation then yields that Unknown. */
export class UnknownUse extends Error {
  readonly value: Unknown;
  constructor(value: Unknown) {
    super(value.reason);
    this.value = value;
  }
}

/** The value itself, when it is one that can be computed with. */
export function used(value: Value): Value {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Map)
    return value;
  if (value instanceof Nothing) return '';
  if (value instanceof Undefined) throw new UndefinedUse(value);
  if (value instanceof Unknown) throw new UnknownUse(value);
  if (value instanceof Unsafe) return value.text;
  if (value instanceof Omit) throw new Fault("'omit' cannot be used within text or a computation");
  if (value instanceof Vaulted)
    throw new Fault('an encrypted value was not decrypted', undefined, 'internal');
  return value;
}
