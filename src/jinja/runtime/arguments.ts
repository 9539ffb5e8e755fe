import type { Value } from '../../values.ts';
import { numeric } from '../python/compare.ts';
import { Fault, used } from '../python/faults.ts';
import { iterate } from '../python/iterate.ts';
import { isInteger, typeName } from '../python/objects.ts';
import { shown, text } from '../python/text.ts';

/** An argument as text; numbers and the like are printed. */
export function asText(value: Value | undefined, otherwise = ''): string {
  return value === undefined ? otherwise : text(value);
}

export function asString(value: Value | undefined, what: string): string {
  if (typeof value === 'string') return value;
  throw new Fault(
    `${what} must be a string, not ${value === undefined ? 'missing' : typeName(value)}`,
  );
}

export function asInteger(
  value: Value | undefined,
  otherwise?: number,
  what = 'the argument',
): number {
  if (value === undefined && otherwise !== undefined) return otherwise;
  if (value !== undefined && isInteger(value)) return value;
  if (typeof value === 'boolean') return Number(value);
  throw new Fault(
    `${what} must be an integer, not ${value === undefined ? 'missing' : shown(value)}`,
  );
}

export function asNumber(value: Value | undefined, what: string): number {
  const number = value === undefined ? undefined : numeric(value);
  if (number === undefined) {
    throw new Fault(
      `${what} must be a number, not ${value === undefined ? 'missing' : shown(value)}`,
    );
  }
  return number;
}

export function asList(value: Value | undefined, what: string): readonly Value[] {
  if (value !== undefined) used(value);
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return iterate(value);
  throw new Fault(`${what} must be a list, not ${value === undefined ? 'missing' : shown(value)}`);
}

export function asDict(value: Value | undefined, what: string): Map<Value, Value> {
  if (value !== undefined) used(value);
  if (value instanceof Map) return value;
  throw new Fault(`${what} must be a dict, not ${value === undefined ? 'missing' : shown(value)}`);
}
