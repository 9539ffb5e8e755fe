import type { Value } from '../../values.ts';
import type { Definition } from '../runtime/definition.ts';
import { dictMethods } from './dict-methods.ts';
import { listMethods } from './list-methods.ts';
import { Tuple } from './objects.ts';
import { stringMethods } from './string-methods.ts';

/** Methods that change the value they are called on. */
export const mutatingMethods: ReadonlySet<string> = new Set([
  'append',
  'extend',
  'insert',
  'pop',
  'remove',
  'sort',
  'reverse',
  'update',
  'setdefault',
  'clear',
  'popitem',
]);

const tupleMethods = new Set(['count', 'index']);

/** The method that Python has under this name for a value of this type. */
export function findMethod(value: Value, name: string): Definition | undefined {
  if (typeof value === 'string') return stringMethods.get(name);
  if (value instanceof Map) return dictMethods.get(name);
  if (value instanceof Tuple && !tupleMethods.has(name)) return undefined;
  return Array.isArray(value) ? listMethods.get(name) : undefined;
}

/** The names that can be called on a value, for suggestions. */
export function methodNames(value: Value): string[] {
  if (typeof value === 'string') return [...stringMethods.keys()];
  if (value instanceof Map) return [...dictMethods.keys(), ...[...value.keys()].map(String)];
  return Array.isArray(value) ? [...listMethods.keys()] : [];
}
