import { Float, type Value } from '../../values.ts';
import { Fault, used } from '../python/faults.ts';
import { typeName } from '../python/objects.ts';
import { floatText, repr, text } from '../python/text.ts';

export interface JsonStyle {
  /** Spaces per level; undefined = all on one line. */
  readonly indent?: number | undefined;
  readonly sortKeys?: boolean;
  readonly ascii?: boolean;
  readonly separators?: readonly [item: string, key: string];
}

/** JSON as Python's json.dumps writes it. */
export function toJson(value: Value, style: JsonStyle = {}): string {
  const [itemSeparator, keySeparator] = style.separators ?? [
    style.indent === undefined ? ', ' : ',',
    ': ',
  ];
  const write = (current: Value, level: number): string => {
    if (current === null) return 'null';
    if (typeof current === 'boolean') return String(current);
    if (typeof current === 'string') return quoted(current, style.ascii ?? true);
    if (typeof current === 'number' || current instanceof Float) return numberText(current);
    const between = style.indent === undefined ? '' : `\n${' '.repeat(style.indent * (level + 1))}`;
    const closing = style.indent === undefined ? '' : `\n${' '.repeat(style.indent * level)}`;
    const join = (parts: string[]) => between + parts.join(itemSeparator + between) + closing;
    if (Array.isArray(current)) {
      return current.length === 0
        ? '[]'
        : `[${join(current.map((item) => write(item, level + 1)))}]`;
    }
    if (current instanceof Map) {
      if (current.size === 0) return '{}';
      const pairs = [...current].map(([key, item]) => [keyText(key), item] as const);
      if (style.sortKeys) pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      return `{${join(pairs.map(([key, item]) => quoted(key, style.ascii ?? true) + keySeparator + write(item, level + 1)))}}`;
    }
    used(current);
    if (/^(?:datetime|timedelta)$/.test(typeName(current)))
      return quoted(text(current).replace(' ', 'T'), true);
    throw new Fault(`a ${typeName(current)} cannot be written as JSON`);
  };
  return write(value, 0);
}

/** JSON text as a value. Python's NaN and Infinity are not accepted. */
export function fromJson(source: string): Value {
  try {
    return parseJson(source);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Fault(`this is not JSON: ${error.message}`);
    throw error;
  }
}

function parseJson(source: string): Value {
  // The reviver sees the text of numbers, so that 2.0 stays a float.
  const revive = (_key: string, value: unknown, context?: { source?: string }): unknown => {
    const isWhole = typeof value === 'number' && Number.isInteger(value);
    return isWhole && /[.eE]/.test(context?.source ?? '') ? new Float(value) : value;
  };
  return toValue(JSON.parse(source, revive));
}

function toValue(parsed: unknown): Value {
  if (Array.isArray(parsed)) return parsed.map(toValue);
  if (parsed !== null && typeof parsed === 'object' && !(parsed instanceof Float)) {
    return new Map(Object.entries(parsed).map(([key, value]) => [key, toValue(value)]));
  }
  return parsed as Value;
}

function keyText(key: Value): string {
  if (typeof key === 'string') return key;
  if (key === null) return 'null';
  if (typeof key === 'boolean') return String(key);
  return repr(key);
}

function numberText(value: number | Float): string {
  if (value instanceof Float) return floatText(value.value);
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return repr(value);
}

const short: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\f': '\\f',
  '\b': '\\b',
};

function quoted(value: string, ascii: boolean): string {
  const special = ascii ? /["\\\x00-\x1f\x7f-\uffff]/g : /["\\\x00-\x1f]/g;
  const escaped = value.replace(special, (character) => {
    if (character === '\x7f') return character;
    return short[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}
