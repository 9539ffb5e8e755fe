import type { Value } from '../values.ts';
import { asFloat } from '../yaml/scalars.ts';

/**
 * Reads text as a Python literal, as INI inventories do: `1` is a number, `[1, "a"]` a list,
 * `'x'` the text x. Whatever is no literal stays the text it is; tuples and sets become lists.
 */
export function readPythonLiteral(text: string): Value {
  try {
    const reader = new Reader(text);
    const value = reader.tuple();
    reader.end();
    return value;
  } catch (error) {
    if (error === notLiteral) return text;
    throw error;
  }
}

const notLiteral = new Error('not a Python literal');
const maxDepth = 100;

class Reader {
  private readonly text: string;
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** `a` or `a, b`: a bare comma makes a tuple. */
  tuple(): Value {
    const first = this.value();
    if (!this.skip(',')) return first;
    const items = [first];
    while (!this.atEnd()) {
      items.push(this.value());
      if (!this.skip(',')) break;
    }
    return items;
  }

  end(): void {
    if (!this.atEnd()) throw notLiteral;
  }

  private atEnd(): boolean {
    this.take(/[ \t]*/y);
    return this.at >= this.text.length || this.text[this.at] === '#';
  }

  private value(): Value {
    if (++this.depth > maxDepth) throw notLiteral;
    const value = this.one();
    this.depth--;
    return value;
  }

  private one(): Value {
    if (this.skip('[')) return this.items(']');
    if (this.skip('(')) return this.parenthesised();
    if (this.skip('{')) return this.braces();
    const word = this.take(/(?:True|False|None)\b/y);
    if (word) return word === 'None' ? null : word === 'True';
    const quoted = this.take(stringForm);
    return quoted === undefined ? this.number() : this.strings(quoted);
  }

  private parenthesised(): Value {
    const start = this.at;
    const items = this.items(')');
    const single = items.length === 1 && !/,\s*\)$/.test(this.text.slice(start, this.at));
    return single ? items[0]! : items;
  }

  private items(close: string): Value[] {
    const items: Value[] = [];
    while (!this.skip(close)) {
      items.push(this.value());
      if (!this.skip(',')) {
        if (this.skip(close)) break;
        throw notLiteral;
      }
    }
    return items;
  }

  private braces(): Value {
    const map = new Map<Value, Value>();
    if (this.skip('}')) return map;
    const first = this.value();
    if (!this.skip(':')) return this.skip(',') ? [first, ...this.items('}')] : this.closing(first);
    map.set(asKey(first), this.value());
    while (!this.skip('}')) {
      if (!this.skip(',')) throw notLiteral;
      if (this.skip('}')) break;
      const key = asKey(this.value());
      if (!this.skip(':')) throw notLiteral;
      map.set(key, this.value());
    }
    return map;
  }

  private closing(only: Value): Value[] {
    if (!this.skip('}')) throw notLiteral;
    return [only];
  }

  private number(): Value {
    const sign = this.take(/[-+]\s*/y)?.trim() === '-' ? -1 : 1;
    const float = this.take(floatForm);
    if (float !== undefined) return asFloat(sign * Number(float.replaceAll('_', '')));
    const integer = this.take(integerForm);
    if (integer === undefined) throw notLiteral;
    const exact = BigInt(integer.replaceAll('_', '').toLowerCase()) * BigInt(sign);
    return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact.toString();
  }

  /** Adjacent strings are one string, as in Python. */
  private strings(first: string): string {
    let text = unquote(first);
    for (let next = this.take(stringForm); next !== undefined; next = this.take(stringForm)) {
      text += unquote(next);
    }
    return text;
  }

  private skip(token: string): boolean {
    this.take(/\s*/y);
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  private take(pattern: RegExp): string | undefined {
    const spaces = /\s*/y;
    spaces.lastIndex = this.at;
    spaces.exec(this.text);
    pattern.lastIndex = spaces.lastIndex;
    const found = pattern.exec(this.text);
    if (!found) return undefined;
    this.at = pattern.lastIndex;
    return found[0];
  }
}

const floatForm =
  /(?:\d(?:_?\d)*\.(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*|\d(?:_?\d)*(?=[eE]))(?:[eE][-+]?\d+)?(?!\w)/y;
const integerForm =
  /(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?0)*|[1-9](?:_?\d)*)(?![\w.])/y;
const stringForm = /[rRuU]?(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/y;
const escapes: { readonly [letter: string]: string } = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

function unquote(literal: string): string {
  const body = literal.replace(/^[rRuU]?["']|["']$/g, '');
  if (/^[rR]/.test(literal)) return body;
  return body.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|(.))/g,
    (whole, x, u, long, octal, letter: string | undefined) => {
      if (letter !== undefined) {
        if (/[xuUN]/.test(letter)) throw notLiteral;
        return escapes[letter] ?? whole;
      }
      const code = octal ? Number.parseInt(octal, 8) : Number.parseInt(x ?? u ?? long, 16);
      if (code > 0x10ffff) throw notLiteral;
      return String.fromCodePoint(code);
    },
  );
}

function asKey(value: Value): Value {
  if (value !== null && typeof value === 'object') throw notLiteral;
  return value;
}
