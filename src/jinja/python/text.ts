import { Float, Undefined, Unknown, type Value } from '../../values.ts';
import { used } from './faults.ts';
import { asObject, Tuple } from './objects.ts';

/** Python's `str()`: what printing a value within text gives. */
export function text(value: Value): string {
  if (typeof value === 'string') return value;
  return repr(value);
}

/** Python's `repr()`. */
export function repr(value: Value): string {
  if (typeof value === 'string') return stringRepr(value);
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'number') return numberText(value);
  if (value instanceof Float) return floatText(value.value);
  if (value instanceof Tuple) {
    return value.length === 1 ? `(${repr(value[0]!)},)` : `(${value.map(repr).join(', ')})`;
  }
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
  if (value instanceof Map) {
    return `{${[...value].map(([key, item]) => `${repr(key)}: ${repr(item)}`).join(', ')}}`;
  }
  return asObject(value)?.text() ?? text(used(value));
}

/** A value in an error message; never fails. */
export function shown(value: Value, limit = 60): string {
  let result: string;
  if (value instanceof Undefined) result = `undefined '${value.name}'`;
  else if (value instanceof Unknown) result = 'an unknown value';
  else {
    try {
      result = repr(value);
    } catch {
      result = 'a value';
    }
  }
  return result.length > limit ? `${result.slice(0, limit)}…` : result;
}

/** An int, or a float that is not whole. */
function numberText(value: number): string {
  if (!Number.isInteger(value)) return floatText(value);
  return Number.isSafeInteger(value) ? String(value) : BigInt(value).toString();
}

export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude >= 1e16 || magnitude < 1e-4)) {
    const [digits, exponent] = value.toExponential().split('e') as [string, string];
    return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function stringRepr(value: string): string {
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
  const escaped = value.replace(/[\\'\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, (character) => {
    if (character === "'") return quote === "'" ? "\\'" : "'";
    return escapes[character] ?? codeEscape(character.codePointAt(0)!);
  });
  return quote + escaped + quote;
}

function codeEscape(code: number): string {
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
