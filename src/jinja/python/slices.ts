import type { Value } from '../../values.ts';
import { Fault } from './faults.ts';
import { isInteger, Tuple, tuple, typeName } from './objects.ts';

/** `value[start:stop:step]` of a string or list. */
export function slice(
  value: Value,
  start: Value | undefined,
  stop: Value | undefined,
  step: Value | undefined,
): Value {
  if (typeof value === 'string') return pick([...value], start, stop, step).join('');
  if (value instanceof Tuple) return tuple(...pick(value, start, stop, step));
  if (Array.isArray(value)) return pick(value, start, stop, step);
  throw new Fault(`a ${typeName(value)} has no slices`);
}

function pick<T>(items: readonly T[], start?: Value, stop?: Value, step?: Value): T[] {
  const by = bound(step) ?? 1;
  if (by === 0) throw new Fault('the step of a slice cannot be 0');
  const low = by > 0 ? 0 : -1;
  const high = by > 0 ? items.length : items.length - 1;
  const clamp = (index: number | undefined, otherwise: number) => {
    if (index === undefined) return otherwise;
    const absolute = index < 0 ? index + items.length : index;
    return Math.min(Math.max(absolute, low), high);
  };
  const from = clamp(bound(start), by > 0 ? low : high);
  const to = clamp(bound(stop), by > 0 ? high : low);
  const result: T[] = [];
  for (let index = from; by > 0 ? index < to : index > to; index += by) result.push(items[index]!);
  return result;
}

function bound(value: Value | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return Number(value);
  if (!isInteger(value))
    throw new Fault(`the bounds of a slice are integers, not ${typeName(value)}`);
  return value;
}
