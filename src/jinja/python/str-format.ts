import { Float, type Value } from '../../values.ts';
import { getKey, numeric } from './compare.ts';
import { Fault, used } from './faults.ts';
import { formatNumber, type NumberFormat, padText } from './number-format.ts';
import { typeName } from './objects.ts';
import { repr, text } from './text.ts';

/** `'{} {name:>8}'.format(…)`. */
export function formatBraces(
  format: string,
  positional: readonly Value[],
  named: ReadonlyMap<string, Value>,
): string {
  let automatic = 0;
  const expand = (pattern: string, depth: number): string =>
    pattern.replace(
      /\{\{|\}\}|\{((?:[^{}]|\{[^{}]*\})*)\}|[{}]/g,
      (whole, field: string | undefined) => {
        if (whole === '{{') return '{';
        if (whole === '}}') return '}';
        if (field === undefined || depth > 2)
          throw new Fault(`the format '${format}' has a single '${whole}'`);
        const [, path, conversion, specification] =
          /^([^!:]*)(?:!([rsa]))?(?::([\s\S]*))?$/.exec(field) ?? [];
        if (path === undefined) throw new Fault(`'{${field}}' is not a place that format() knows`);
        const value = fieldValue(path, positional, named, () => automatic++);
        const nested = specification?.includes('{')
          ? expand(specification, depth + 1)
          : specification;
        return formatValue(
          conversion === undefined || conversion === 's' ? value : repr(value),
          nested ?? '',
        );
      },
    );
  return expand(format, 1);
}

/** Python's `format(value, specification)`. */
export function formatValue(value: Value, specification: string): string {
  if (specification === '') return text(value);
  const match =
    /^(?:([\s\S])?([<>=^]))?([-+ ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/u.exec(
      specification,
    );
  if (!match) throw new Fault(`'${specification}' is not a format that Python knows`);
  const [, fill, align, sign, alternate, zero, width, grouping, precision, type = ''] = match;
  const number = numeric(value);
  const isText = number === undefined || typeof value === 'boolean';
  const format: NumberFormat = {
    fill: fill ?? (zero ? '0' : ' '),
    align: (align as NumberFormat['align']) ?? (zero && !isText ? '=' : isText ? '<' : '>'),
    sign: (sign as NumberFormat['sign']) ?? '-',
    alternate: alternate !== undefined,
    width: Number(width ?? 0),
    grouping: (grouping as NumberFormat['grouping']) ?? '',
    precision: precision === undefined ? undefined : Number(precision),
    type,
  };
  if (number === undefined || (typeof value === 'boolean' && type === '')) {
    if (type !== '' && type !== 's')
      throw new Fault(`the format '${specification}' needs a number, not ${typeName(value)}`);
    const shown = text(value);
    return padText(
      format.precision === undefined ? shown : [...shown].slice(0, format.precision).join(''),
      format,
    );
  }
  if (type === 's')
    throw new Fault(`the format '${specification}' needs a string, not ${typeName(value)}`);
  const isFloat = value instanceof Float || !Number.isInteger(number);
  if (type === '' && isFloat) {
    if (format.precision !== undefined) return formatNumber(number, { ...format, type: 'g' });
    return padText(text(value), format);
  }
  if (type === 'd' && isFloat)
    throw new Fault(`the format '${specification}' needs an int, not float`);
  if (type === 'c') return padText(String.fromCodePoint(number), format);
  return formatNumber(number, format);
}

function fieldValue(
  path: string,
  positional: readonly Value[],
  named: ReadonlyMap<string, Value>,
  automatic: () => number,
): Value {
  const [, head = '', rest = ''] = /^([^.[]*)([\s\S]*)$/.exec(path) ?? [];
  let value: Value | undefined;
  if (head === '') value = positional[automatic()];
  else if (/^\d+$/.test(head)) value = positional[Number(head)];
  else value = named.get(head);
  for (const [, attribute, item] of rest.matchAll(/\.([^.[]+)|\[([^\]]+)\]/g)) {
    const key = attribute ?? item!;
    if (value instanceof Map) value = getKey(value, key);
    else if (Array.isArray(value)) value = value[Number(key)];
    else value = undefined;
  }
  if (value === undefined) throw new Fault(`format() has no value for '{${path}}'`);
  return used(value);
}
