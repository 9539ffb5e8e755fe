import { negate } from '../python/arithmetic.ts';
import { numeric, truth } from '../python/compare.ts';
import { Fault } from '../python/faults.ts';
import { fixed } from '../python/number-format.ts';
import { float, isInteger, typeName } from '../python/objects.ts';
import { text } from '../python/text.ts';
import { asInteger, asNumber, asText } from '../runtime/arguments.ts';
import type { Definition } from '../runtime/definition.ts';
import { toFloat } from './basics.ts';
import { filter } from './define.ts';
import { bytesOf, readableSize } from './sizes.ts';

/** Filters that work on numbers. */
export const numberFilters: Record<string, Definition> = {
  abs: filter('The value without its sign.', '', (value) =>
    asNumber(value, 'the value') < 0 ? negate(value) : value,
  ),
  round: filter(
    'Rounded to a precision; method common, ceil or floor.',
    'precision? method?',
    (value, [precision, method]) => {
      const number = asNumber(value, 'the value');
      const digits = asInteger(precision, 0);
      const how = asText(method, 'common');
      if (how === 'common') {
        return isInteger(value) && digits >= 0 ? value : float(roundHalfEven(number, digits));
      }
      if (how !== 'ceil' && how !== 'floor')
        throw new Fault(`the method of rounding is common, ceil or floor, not '${how}'`);
      const scale = 10 ** digits;
      return float(Math[how](number * scale) / scale);
    },
  ),
  log: filter('The logarithm; natural without a base.', 'base?', (value, [base]) => {
    const number = asNumber(value, 'the value');
    if (number <= 0) throw new Fault('there is no logarithm of a number that is not positive');
    if (base === undefined) return float(Math.log(number));
    const by = asNumber(base, 'the base');
    if (by === 10) return float(Math.log10(number));
    return float(
      by === 2 && Number.isInteger(Math.log2(number))
        ? Math.log2(number)
        : Math.log(number) / Math.log(by),
    );
  }),
  pow: filter('The value to the power of x, as a float.', 'x', (value, [x]) =>
    float(asNumber(value, 'the value') ** asNumber(x, 'the power')),
  ),
  root: filter(
    'The root of the value; the square root without a base.',
    'base?',
    (value, [base]) => {
      const by = base === undefined ? 2 : asNumber(base, 'the base');
      const number = asNumber(value, 'the value');
      return float(by === 2 ? Math.sqrt(number) : number ** (1 / by));
    },
  ),
  filesizeformat: filter(
    'A number of bytes as text such as 13.0 kB.',
    'binary?',
    (value, [binary]) => {
      const bytes = toFloat(value);
      if (bytes === undefined) throw new Fault(`a size is a number, not ${typeName(value)}`);
      return fileSize(numeric(bytes)!, binary !== undefined && truth(binary));
    },
  ),
  human_readable: filter(
    'A number of bytes (or bits) as text such as 1.00 KB.',
    'isbits? unit?',
    (value, [isBits, unit]) =>
      readableSize(
        numeric(toFloat(value) ?? 0)!,
        isBits !== undefined && truth(isBits),
        unit === undefined || unit === null ? undefined : text(unit),
      ),
  ),
  human_to_bytes: filter(
    'The number of bytes (or bits) that a text such as 10M says.',
    'default_unit? isbits?',
    (value, [unit, isBits]) =>
      bytesOf(
        text(value),
        unit === undefined || unit === null ? undefined : text(unit),
        isBits !== undefined && truth(isBits),
      ),
  ),
};

/** Python's round(): exact on the binary value, ties to even. */
function roundHalfEven(value: number, digits: number): number {
  if (!Number.isFinite(value)) return value;
  if (digits > 0) return Number(fixed(value, Math.min(digits, 100)));
  const scale = 10 ** -digits;
  const scaled = value / scale;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  return (floor + (up ? 1 : 0)) * scale;
}

function fileSize(bytes: number, binary: boolean): string {
  const base = binary ? 1024 : 1000;
  const units = binary
    ? ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB']
    : ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
  if (bytes === 1) return '1 Byte';
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
  let size = bytes;
  let unit = '';
  for (const next of units) {
    if (size < base) break;
    size /= base;
    unit = next;
  }
  return `${size.toFixed(1)} ${unit}`;
}
