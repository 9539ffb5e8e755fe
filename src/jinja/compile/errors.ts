import { nearestName, RolecallError } from '../../errors.ts';
import type { Undefined } from '../../values.ts';
import { Fault, UndefinedUse, UnknownUse } from '../python/faults.ts';
import type { Frame } from '../runtime/frame.ts';
import { MissingKey } from '../runtime/missing.ts';
import type { Source } from '../source.ts';

/** The error with its place in the template; one that has a place, or is a signal, as it is. */
export function placedError(error: unknown, source: Source, offset: number, frame: Frame): unknown {
  if (error instanceof RolecallError || error instanceof UnknownUse) return error;
  if (error instanceof UndefinedUse) return undefinedError(error.value, source, offset, frame);
  if (error instanceof Fault) {
    return source.error(error.code, offset, error.message, { nearest: error.nearest });
  }
  if (error instanceof RangeError && /call stack/i.test(error.message)) {
    return source.error('template-failed', offset, 'the values are nested too deeply');
  }
  if (error instanceof RangeError) return source.error('template-failed', offset, error.message);
  return error;
}

export function undefinedError(value: Undefined, source: Source, offset: number, frame: Frame) {
  const message = value.hint ?? `'${value.name}' is undefined`;
  if (value instanceof MissingKey) {
    const { key, keys } = value;
    const shown = keys.slice(0, 12).join(', ');
    return source.error('undefined-variable', offset, message, {
      nearest: nearestName(key, keys),
      expected: keys.length > 0 ? `one of: ${shown}${keys.length > 12 ? ', …' : ''}` : undefined,
    });
  }
  const names = [...frame.visibleNames()].filter((name) => name !== value.name);
  return source.error('undefined-variable', offset, message, {
    nearest: nearestName(value.name, names),
  });
}
