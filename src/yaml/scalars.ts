import { Float, type Value } from '../values.ts';

/**
 * The value of an untagged plain scalar, read as PyYAML (YAML 1.1) reads it: `yes` is true, `0644`
 * is 420, `1:30` is 90. Dates stay text, and so do integers that a number cannot hold exactly.
 */
export function resolvePlainScalar(text: string): Value {
  if (nulls.has(text)) return null;
  const bool = booleans.get(text);
  if (bool !== undefined) return bool;
  if (!/^[-+.0-9]/.test(text)) return text;
  return readInteger(text) ?? readFloat(text) ?? text;
}

/** The integer that a YAML 1.1 literal denotes; text when it is too large, undefined when it is none. */
export function readInteger(text: string): number | string | undefined {
  const match = /^([-+]?)([\s\S]*)$/.exec(text)!;
  const sign = match[1] === '-' ? -1n : 1n;
  const digits = match[2]!.replaceAll('_', '');
  if (integerForm.test(match[2]!)) {
    const exact = sign * (/^0[0-7]+$/.test(digits) ? BigInt(`0o${digits}`) : BigInt(digits));
    return fromExact(exact);
  }
  if (sexagesimalInteger.test(match[2]!)) {
    return fromExact(sign * digits.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n));
  }
  return undefined;
}

/** The float that a YAML 1.1 literal denotes, as `Float` when it is whole; undefined when it is none. */
export function readFloat(text: string): number | Float | undefined {
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) return Number.NaN;
  const bare = text.replaceAll('_', '');
  if (floatForm.test(text)) return asFloat(Number(bare));
  if (!sexagesimalFloat.test(text)) return undefined;
  const parts = bare.replace(/^[-+]/, '').split(':');
  const size = parts.reduce((sum, part) => sum * 60 + Number(part), 0);
  return asFloat(bare.startsWith('-') ? -size : size);
}

/** A float as a value: whole ones keep their type through `Float`. */
export function asFloat(value: number): number | Float {
  return Number.isInteger(value) ? new Float(value) : value;
}

const nulls = new Set(['', '~', 'null', 'Null', 'NULL']);
const booleans = new Map<string, boolean>([
  ...['yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(
    (text) => [text, true] as const,
  ),
  ...['no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    (text) => [text, false] as const,
  ),
]);
const integerForm = /^(?:0b[01][01_]*|0[0-7_]*[0-7]|0|[1-9][0-9_]*|0x[0-9a-fA-F_]*[0-9a-fA-F])$/;
const sexagesimalInteger = /^[1-9][0-9_]*(?::[0-5]?[0-9])+$/;
const floatForm =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)$/;
const sexagesimalFloat = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/;

function fromExact(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}
