import { RolecallError, type SourcePosition } from '../errors.ts';
import { Undefined, type Value } from '../values.ts';
import type { VariableScope } from './scope.ts';

/**
 * A literal from a trusted file, deeply evaluated: plain lists and Maps, no template or vault text
 * left. Unknown and Omit pass through. Throws `undefined-variable` when anything in it is missing.
 *
 * @example evaluateValue('{{ port + 1 }}', scope, at) // 81
 */
export function evaluateValue(literal: Value, scope: VariableScope, at?: SourcePosition): Value {
  return complete(scope.evaluate(literal, at), at);
}

/** A value with everything evaluated that waits to be asked for; Undefined in it is an error. */
export function complete(value: Value, at?: SourcePosition): Value {
  return completing(value, at, new Set());
}

function completing(value: Value, at: SourcePosition | undefined, above: Set<object>): Value {
  if (value instanceof Undefined) throw missing(value, at);
  const container = Array.isArray(value) || value instanceof Map;
  if (!container || isPlain(value)) return value;
  if (above.has(value)) throw endless(at);
  above.add(value);
  const result = Array.isArray(value)
    ? value.map((item) => completing(item, at, above))
    : new Map([...value].map(([key, item]) => [key, completing(item, at, above)]));
  above.delete(value);
  return result;
}

/** Containers without computed mappings and Undefined are handed on as they are, with their positions. */
function isPlain(value: Value, depth = 0): boolean {
  if (value instanceof Undefined || depth > 200) return false;
  if (Array.isArray(value)) return value.every((item) => isPlain(item, depth + 1));
  if (!(value instanceof Map)) return true;
  if (value.constructor !== Map) return false;
  for (const item of value.values()) if (!isPlain(item, depth + 1)) return false;
  return true;
}

function missing(value: Undefined, at: SourcePosition | undefined): RolecallError {
  return new RolecallError({
    code: 'undefined-variable',
    message: value.hint ?? `'${value.name}' is not defined`,
    ...(at && { at }),
  });
}

function endless(at: SourcePosition | undefined): RolecallError {
  return new RolecallError({
    code: 'template-failed',
    message: 'the value contains itself',
    ...(at && { at }),
  });
}
