/** The parts of a format specification such as `>+08,.2f`. */
export interface NumberFormat {
  readonly fill: string;
  readonly align: '<' | '>' | '^' | '=';
  readonly sign: '+' | '-' | ' ';
  readonly alternate: boolean;
  readonly width: number;
  readonly grouping: '' | ',' | '_';
  readonly precision: number | undefined;
  readonly type: string;
}

/** A number laid out as Python's format mini-language does. */
export function formatNumber(value: number, format: NumberFormat): string {
  const negative = value < 0 || Object.is(value, -0);
  const body = digits(Math.abs(value), format);
  const sign = negative ? '-' : format.sign === '-' ? '' : format.sign;
  const prefix = format.alternate && 'bBoOxX'.includes(format.type) ? `0${format.type}` : '';
  const suffix = format.type === '%' ? '%' : '';
  let grouped = group(body, format.grouping, format.type);
  if (format.align === '=') {
    const room = format.width - sign.length - prefix.length - suffix.length;
    grouped = grouped.padStart(room, format.fill);
  }
  return padText(sign + prefix + grouped + suffix, format);
}

export function padText(
  text: string,
  format: Pick<NumberFormat, 'fill' | 'align' | 'width'>,
): string {
  const room = format.width - [...text].length;
  if (room <= 0) return text;
  if (format.align === '<') return text + format.fill.repeat(room);
  if (format.align === '^') {
    const left = Math.floor(room / 2);
    return format.fill.repeat(left) + text + format.fill.repeat(room - left);
  }
  return format.fill.repeat(room) + text;
}

function digits(value: number, format: NumberFormat): string {
  const { type } = format;
  const precision = format.precision ?? 6;
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : 'inf';
  switch (type) {
    case 'b':
      return value.toString(2);
    case 'o':
      return value.toString(8);
    case 'x':
      return value.toString(16);
    case 'X':
      return value.toString(16).toUpperCase();
    case 'f':
    case 'F':
      return fixed(value, precision);
    case '%':
      return fixed(value * 100, precision);
    case 'e':
      return exponent(value.toExponential(precision));
    case 'E':
      return exponent(value.toExponential(precision)).toUpperCase();
    case 'g':
      return general(value, precision, format.alternate);
    case 'G':
      return general(value, precision, format.alternate).toUpperCase();
    default:
      return Number.isSafeInteger(value) || !Number.isInteger(value)
        ? String(value)
        : BigInt(value).toString();
  }
}

/** Fixed notation with ties decided on the exact binary value, as Python does. */
export function fixed(value: number, precision: number): string {
  if (value < 1e21) {
    const digits = Math.min(precision, 100);
    const rounded = value.toFixed(digits);
    return isTie(value, digits) && /[13579]$/.test(rounded) ? tieDown(value, digits) : rounded;
  }
  return `${BigInt(value)}${precision > 0 ? `.${'0'.repeat(precision)}` : ''}`;
}

/** Whether the digits beyond the precision are exactly one half. */
function isTie(value: number, precision: number): boolean {
  const all = value.toFixed(Math.min(100, precision + 30));
  const point = all.indexOf('.');
  return /^50*$/.test(all.slice(point + 1 + precision));
}

function tieDown(value: number, precision: number): string {
  const all = value.toFixed(Math.min(100, precision + 30));
  return all.slice(0, all.indexOf('.') + (precision > 0 ? 1 + precision : 0));
}

function exponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

function general(value: number, precision: number, alternate: boolean): string {
  const significant = Math.max(1, precision);
  const power = value === 0 ? 0 : Number(value.toExponential(significant - 1).split('e')[1]);
  const text =
    power < -4 || power >= significant
      ? exponent(value.toExponential(significant - 1))
      : value.toFixed(Math.max(0, significant - 1 - power));
  if (alternate || !text.includes('.')) return text;
  return text.replace(/\.?0+(e|$)/, '$1');
}

function group(body: string, separator: string, type: string): string {
  if (separator === '') return body;
  const size = 'boxX'.includes(type) && type !== '' ? 4 : 3;
  const [whole, ...rest] = body.split('.') as [string, ...string[]];
  const parts: string[] = [];
  for (let end = whole.length; end > 0; end -= size)
    parts.unshift(whole.slice(Math.max(0, end - size), end));
  return [parts.join(separator), ...rest].join('.');
}
