import { Float, Undefined, Unknown, type Value } from '../../values.ts';
import { exactInteger } from '../python/arithmetic.ts';
import { numeric, truth } from '../python/compare.ts';
import { Fault, UndefinedUse, UnknownUse } from '../python/faults.ts';
import { givenOr } from '../python/given.ts';
import { iterate } from '../python/iterate.ts';
import { float, typeName } from '../python/objects.ts';
import { text } from '../python/text.ts';
import { asInteger } from '../runtime/arguments.ts';
import type { Definition } from '../runtime/definition.ts';

const defaultFilter: Definition = {
  summary:
    'The value, or the fallback when it is undefined (with boolean=true also when it is false).',
  parameters: ['default_value?', 'boolean?'],
  lenient: true,
  apply: (value, [fallback, boolean]) => {
    if (value instanceof Unknown) return value;
    const missing =
      value instanceof Undefined || (boolean !== undefined && truth(boolean) && !truth(value));
    return missing ? givenOr(fallback, '') : value;
  },
};

const length: Definition = {
  summary: 'How many items or characters the value has.',
  parameters: [],
  apply: (value) => {
    if (value instanceof Map) return value.size;
    if (typeof value === 'string' || Array.isArray(value)) return iterate(value).length;
    throw new Fault(`a ${typeName(value)} has no length`);
  },
};

/** Filters that nearly every playbook uses. */
export const basicFilters: Record<string, Definition> = {
  default: defaultFilter,
  d: defaultFilter,
  length,
  count: length,
  mandatory: {
    summary: 'The value; an error with the given text when it is undefined.',
    parameters: ['msg?'],
    lenient: true,
    apply: (value, [message]) => {
      if (value instanceof Unknown) throw new UnknownUse(value);
      if (!(value instanceof Undefined)) return value;
      if (message === undefined || message === null) throw new UndefinedUse(value);
      throw new Fault(text(message), undefined, 'undefined-variable');
    },
  },
  ternary: {
    summary: 'The first argument when the value is true, else the second; the third for None.',
    parameters: ['true_val', 'false_val', 'none_val?'],
    lenient: true,
    apply: (value, [yes, no, none]) => {
      if (value instanceof Unknown) throw new UnknownUse(value);
      if (value === null && none !== undefined) return none;
      return truth(value) ? yes! : no!;
    },
  },
  bool: {
    summary: 'True for yes, on, 1, true; None stays None; anything else is False.',
    parameters: [],
    apply: (value) => {
      if (value === null || typeof value === 'boolean') return value;
      const word = typeof value === 'string' ? value.toLowerCase() : value;
      return (
        word === 'yes' || word === 'on' || word === '1' || word === 'true' || numeric(word) === 1
      );
    },
  },
  int: {
    summary: 'The value as an integer, or the default where it is none.',
    parameters: ['default?', 'base?'],
    apply: (value, [fallback, base]) =>
      toInteger(value, asInteger(base, 10)) ?? givenOr(fallback, 0),
  },
  float: {
    summary: 'The value as a float, or the default where it is none.',
    parameters: ['default?'],
    apply: (value, [fallback]) => toFloat(value) ?? givenOr(fallback, new Float(0)),
  },
  string: { summary: 'The value as text.', parameters: [], apply: (value) => text(value) },
  list: {
    summary: 'The items of the value as a list.',
    parameters: [],
    apply: (value) => [...iterate(value)],
  },
  type_debug: {
    summary: "Python's name of the value's type.",
    parameters: [],
    lenient: true,
    apply: (value) => (value instanceof Undefined ? 'AnsibleUndefined' : typeName(value)),
  },
};

function toInteger(value: Value, base: number): number | undefined {
  if (typeof value === 'string') {
    const digits = value.trim().replace(/(?<=[\da-zA-Z])_(?=[\da-zA-Z])/g, '');
    const match = /^([-+]?)(?:0([xXoObB]))?([\da-zA-Z]+)$/.exec(digits);
    const magnitude = match ? parseDigits(match[3]!, match[2]?.toLowerCase(), base) : undefined;
    if (match && magnitude !== undefined)
      return exactInteger(match[1] === '-' ? -magnitude : magnitude);
    const parsed = toFloat(value);
    return parsed === undefined ? undefined : truncate(numeric(parsed)!);
  }
  const number = numeric(value);
  return number === undefined ? undefined : truncate(number);
}

function truncate(value: number): number | undefined {
  return Number.isFinite(value) ? Math.trunc(value) || 0 : undefined;
}

const prefixes: Record<string, number> = { x: 16, o: 8, b: 2 };

function parseDigits(digits: string, prefix: string | undefined, base: number): bigint | undefined {
  if (prefix && prefixes[prefix] !== base) return undefined;
  let result = 0n;
  for (const digit of digits) {
    const worth = Number.parseInt(digit, 36);
    if (!(worth < base)) return undefined;
    result = result * BigInt(base) + BigInt(worth);
  }
  return result;
}

export function toFloat(value: Value): Value | undefined {
  const number = numeric(value);
  if (number !== undefined) return float(number);
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim().replaceAll('_', '');
  if (/^[-+]?(?:inf|infinity)$/i.test(trimmed))
    return trimmed.startsWith('-') ? -Infinity : Infinity;
  if (/^[-+]?nan$/i.test(trimmed)) return Number.NaN;
  if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(trimmed)) return undefined;
  return float(Number(trimmed));
}
