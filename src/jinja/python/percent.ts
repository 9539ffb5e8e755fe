import type { Value } from '../../values.ts';
import { getKey, numeric } from './compare.ts';
import { Fault, used } from './faults.ts';
import { formatNumber, type NumberFormat } from './number-format.ts';
import { Tuple, typeName } from './objects.ts';
import { repr, text } from './text.ts';

const directive = /%(?:\(([^)]*)\))?([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+))?[hlL]?([\s\S]?)/g;

/** `'%02d: %s' % (1, 'a')`: printf-style formatting. */
export function formatPercent(format: string, values: Value): string {
  const positional = values instanceof Tuple ? [...values] : undefined;
  let index = 0;
  const next = (): Value => {
    const list = positional ?? [values];
    if (index >= list.length) throw new Fault(`the format '${format}' has more places than values`);
    return used(list[index++]!);
  };
  let named = false;
  const result = format.replace(directive, (whole, key, flags, width, precision, type) => {
    if (type === '%') return '%';
    if (type === '') throw new Fault(`the format '${format}' ends in the middle of a place`);
    const size = (given: string | undefined) =>
      given === '*' ? Number(text(next())) : given && Number(given);
    const wide = size(width);
    const precise = size(precision);
    named ||= key !== undefined;
    const value = key === undefined ? next() : namedValue(values, key);
    return place(value, type, whole, {
      align: flags.includes('-') ? '<' : flags.includes('0') && !'srac'.includes(type) ? '=' : '>',
      fill: flags.includes('0') && !flags.includes('-') && !'srac'.includes(type) ? '0' : ' ',
      sign: flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '-',
      alternate: flags.includes('#'),
      width: wide || 0,
      precision: precise === undefined || precise === '' ? undefined : precise,
      grouping: '',
      type,
    });
  });
  if (!named && index < (positional?.length ?? (values instanceof Map ? 0 : 1))) {
    throw new Fault(`the format '${format}' has fewer places than values`);
  }
  return result;
}

function namedValue(values: Value, key: string): Value {
  if (!(values instanceof Map)) throw new Fault(`the format needs a dict for '%(${key})s'`);
  const value = getKey(values, key);
  if (value === undefined)
    throw new Fault(`the format uses '${key}', which the dict does not have`);
  return used(value);
}

function place(value: Value, type: string, whole: string, format: NumberFormat): string {
  if (type === 's' || type === 'r' || type === 'a') {
    const shown = type === 's' ? text(value) : repr(value);
    return pad(format.precision === undefined ? shown : shown.slice(0, format.precision), format);
  }
  if (type === 'c') {
    return pad(typeof value === 'number' ? String.fromCodePoint(value) : text(value), format);
  }
  const number = numeric(value);
  if (number === undefined) throw new Fault(`'${whole}' needs a number, not ${typeName(value)}`);
  if ('diu'.includes(type)) {
    const digits = formatNumber(Math.trunc(number), { ...format, precision: undefined, type: 'd' });
    return digits;
  }
  if ('oxX'.includes(type))
    return formatNumber(Math.trunc(number), { ...format, precision: undefined });
  if ('eEfFgG'.includes(type))
    return formatNumber(number, { ...format, precision: format.precision ?? 6 });
  throw new Fault(`'${whole}' is not a format that Python knows`);
}

function pad(shown: string, format: NumberFormat): string {
  return format.align === '<' ? shown.padEnd(format.width) : shown.padStart(format.width);
}
