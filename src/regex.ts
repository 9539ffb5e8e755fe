/** Regular expressions in Python's syntax, compiled to JavaScript's. */
export interface PythonRegexOptions {
  readonly ignoreCase?: boolean;
  readonly multiline?: boolean;
  readonly dotAll?: boolean;
  readonly verbose?: boolean;
  /** The text is bytes as latin1: classes are ASCII, a character is a byte. */
  readonly bytes?: boolean;
}

/** A pattern that Python would refuse too, or that JavaScript has no words for. */
export class RegexError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RegexError';
  }
}

/**
 * Compiles a pattern as Python's `re.compile` understands it. The result has the flags `g` and `d`.
 * Throws RegexError.
 *
 * @example compilePython('^(?P<key>\\w+)=', { multiline: true })
 */
export function compilePython(pattern: string, options: PythonRegexOptions = {}): RegExp {
  const translation = new Translation(pattern, options);
  const source = translation.run();
  try {
    return new RegExp(source, `gd${translation.ignoreCase ? 'i' : ''}${options.bytes ? '' : 'u'}`);
  } catch (error) {
    throw new RegexError(
      `the regular expression '${pattern}' is not valid: ${(error as Error).message}`,
    );
  }
}

/** Finds the first match at or after an index. */
export function searchFrom(regex: RegExp, text: string, index = 0): RegExpExecArray | undefined {
  regex.lastIndex = index;
  return regex.exec(text) ?? undefined;
}

/**
 * Fills a replacement in Python's syntax (`\1`, `\g<1>`, `\g<name>`, `\n`) with the groups of a match.
 * Throws RegexError on a group that does not exist.
 */
export function expandTemplate(template: string, match: RegExpExecArray): string {
  return template.replace(
    /\\(?:g<([^>]*)>|([0-7]{3}|0[0-7]?)|([1-9]\d?)|([\s\S])|$)/g,
    (whole, named, octal, number, other) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      const name = named ?? number;
      if (name !== undefined) return groupOf(match, name);
      if (other === undefined) throw new RegexError('the replacement ends with a backslash');
      return templateEscapes[other] ?? (other === '\\' ? '\\' : whole);
    },
  );
}

/** Replaces as `re.subn`; gives the text and how often. `limit` 0 means all. */
export function substitute(
  regex: RegExp,
  replacement: string,
  text: string,
  limit = 0,
): { readonly text: string; readonly count: number } {
  let result = '';
  let at = 0;
  let count = 0;
  for (const match of text.matchAll(regex)) {
    if (limit > 0 && count >= limit) break;
    result += text.slice(at, match.index) + expandTemplate(replacement, match as RegExpExecArray);
    at = match.index + match[0].length;
    count++;
  }
  return { text: result + text.slice(at), count };
}

const templateEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  f: '\f',
  v: '\v',
  a: '\x07',
  b: '\b',
};

function groupOf(match: RegExpExecArray, name: string): string {
  if (/^\d+$/.test(name)) {
    const index = Number(name);
    if (index >= match.length) throw new RegexError(`invalid group reference ${name}`);
    return match[index] ?? '';
  }
  if (!match.groups || !(name in match.groups))
    throw new RegexError(`unknown group name '${name}'`);
  return match.groups[name] ?? '';
}

const unicodeClasses: Readonly<Record<string, string>> = {
  w: '\\p{L}\\p{N}_',
  d: '\\p{Nd}',
  s: '\\s\\x1c-\\x1f\\x85',
};
const byteClasses: Readonly<Record<string, string>> = {
  w: 'a-zA-Z0-9_',
  d: '0-9',
  s: ' \\t\\n\\r\\f\\v',
};

/** What \W is outside of negation: every category but letters, numbers and the underscore. */
const notWord =
  '\\p{M}\\p{S}\\p{Z}\\p{C}\\p{Pd}\\p{Ps}\\p{Pe}\\p{Pi}\\p{Pf}\\p{Po}\\u203f\\u2040\\u2054\\ufe33\\ufe34\\ufe4d-\\ufe4f\\uff3f';

class Translation {
  ignoreCase: boolean;
  #multiline: boolean;
  #dotAll: boolean;
  #verbose: boolean;
  readonly #classes: Readonly<Record<string, string>>;
  readonly #pattern: string;
  readonly #isBytes: boolean;
  #at = 0;

  constructor(pattern: string, options: PythonRegexOptions) {
    this.#pattern = pattern;
    this.ignoreCase = options.ignoreCase ?? false;
    this.#multiline = options.multiline ?? false;
    this.#dotAll = options.dotAll ?? false;
    this.#verbose = options.verbose ?? false;
    this.#isBytes = options.bytes ?? false;
    this.#classes = this.#isBytes ? byteClasses : unicodeClasses;
  }

  run(): string {
    this.#globalFlags();
    let out = '';
    while (this.#at < this.#pattern.length) out += this.#next();
    return out;
  }

  #fail(message: string): never {
    throw new RegexError(`the regular expression '${this.#pattern}' is not valid: ${message}`);
  }

  #globalFlags(): void {
    const found = /^\s*\(\?([aiLmsux]+)\)/.exec(this.#pattern);
    if (!found || (found[0]!.trimStart() !== found[0] && !found[1]!.includes('x'))) return;
    this.#at = found[0]!.length;
    for (const flag of found[1]!) {
      if (flag === 'i') this.ignoreCase = true;
      else if (flag === 'm') this.#multiline = true;
      else if (flag === 's') this.#dotAll = true;
      else if (flag === 'x') this.#verbose = true;
    }
  }

  #next(): string {
    const char = this.#takeChar();
    if (this.#verbose) {
      if (/\s/.test(char)) return '';
      if (char === '#') {
        const end = this.#pattern.indexOf('\n', this.#at);
        this.#at = end < 0 ? this.#pattern.length : end + 1;
        return '';
      }
    }
    switch (char) {
      case '^':
        return this.#multiline ? '(?<![^\\n])' : '(?<![\\s\\S])';
      case '$':
        return this.#multiline ? '(?![^\\n])' : '(?=\\n?(?![\\s\\S]))';
      case '.':
        return this.#dotAll ? '[\\s\\S]' : '[^\\n]';
      case '[':
        return this.#characterClass();
      case '(':
        return this.#group();
      case '\\':
        return this.#escape();
      case '{':
        return this.#braces();
      case '}':
      case ']':
        return `\\${char}`;
      default:
        return char === '/' ? '\\/' : char;
    }
  }

  #takeChar(): string {
    const char = String.fromCodePoint(this.#pattern.codePointAt(this.#at)!);
    this.#at += char.length;
    return char;
  }

  #braces(): string {
    const found = /^(\d*)(,?)(\d*)\}/.exec(this.#pattern.slice(this.#at));
    if (!found || (found[1] === '' && found[3] === '')) return '\\{';
    this.#at += found[0].length;
    return `{${found[1] || '0'}${found[2]}${found[3]}}`;
  }

  #group(): string {
    const rest = this.#pattern.slice(this.#at);
    const take = (length: number, text: string) => {
      this.#at += length;
      return text;
    };
    if (!rest.startsWith('?')) return '(';
    const named = /^\?P<(\w+)>/.exec(rest);
    if (named) return take(named[0].length, `(?<${named[1]}>`);
    const back = /^\?P=(\w+)\)/.exec(rest);
    if (back) return take(back[0].length, `\\k<${back[1]}>`);
    if (rest.startsWith('?#')) {
      const end = rest.indexOf(')');
      if (end < 0) this.#fail('a comment is not closed');
      return take(end + 1, '');
    }
    const plain = /^\?(?::|=|!|<=|<!)/.exec(rest);
    if (plain) return take(plain[0].length, `(${plain[0]}`);
    const flags = /^\?([aiLmsux]*)(?:-([imsx]+))?:/.exec(rest);
    if (flags && !/[msx]/.test(`${flags[1]}${flags[2] ?? ''}`)) {
      const on = flags[1]!.replace(/[^i]/g, '');
      const off = flags[2] ? `-${flags[2]}` : '';
      return take(flags[0].length, `(?${on}${off}:`);
    }
    return this.#fail(`'(${rest.slice(0, 4)}' is not supported here`);
  }

  #escape(): string {
    if (this.#at >= this.#pattern.length) this.#fail('it ends with a backslash');
    const octal = /^(?:0[0-7]{0,2}|[1-3][0-7]{2})/.exec(this.#pattern.slice(this.#at));
    if (octal) {
      this.#at += octal[0].length;
      return hexEscape(Number.parseInt(octal[0], 8));
    }
    const reference = /^[1-9]\d?/.exec(this.#pattern.slice(this.#at));
    if (reference) {
      this.#at += reference[0].length;
      return `(?:\\${reference[0]})`;
    }
    const char = this.#takeChar();
    if (char === 'A') return '(?<![\\s\\S])';
    if (char === 'Z') return '(?![\\s\\S])';
    if (char === 'b' || char === 'B') return this.#boundary(char);
    const set = this.#classes[char.toLowerCase()];
    if (set !== undefined) return char === char.toLowerCase() ? `[${set}]` : `[^${set}]`;
    return this.#literalEscape(char);
  }

  /** JavaScript's own `\b` knows ASCII only. */
  #boundary(char: string): string {
    if (this.#isBytes) return `\\${char}`;
    const word = `[${this.#classes.w}]`;
    return char === 'b'
      ? `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`
      : `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`;
  }

  #literalEscape(char: string): string {
    if ('nrtfv'.includes(char)) return `\\${char}`;
    if (char === 'a') return '\\x07';
    const digits = { x: 2, u: 4, U: 8 }[char];
    if (digits !== undefined) {
      const hex = this.#pattern.slice(this.#at, this.#at + digits);
      if (hex.length < digits || !/^[0-9a-fA-F]+$/.test(hex))
        this.#fail(`incomplete escape \\${char}${hex}`);
      this.#at += digits;
      return hexEscape(Number.parseInt(hex, 16));
    }
    if (/[A-Za-z]/.test(char)) this.#fail(`bad escape \\${char}`);
    return /[\^$\\.*+?()[\]{}|/]/.test(char) ? `\\${char}` : hexOrSelf(char);
  }

  #characterClass(): string {
    let out = '[';
    if (this.#pattern[this.#at] === '^') {
      out += '^';
      this.#at++;
    }
    let isFirst = true;
    for (;;) {
      if (this.#at >= this.#pattern.length) this.#fail('a character class is not closed');
      const char = this.#takeChar();
      if (char === ']' && !isFirst) return `${out}]`;
      isFirst = false;
      if (char === '\\') out += this.#classEscape();
      else out += /[\][/^]/.test(char) ? `\\${char}` : char;
    }
  }

  #classEscape(): string {
    if (this.#at >= this.#pattern.length) this.#fail('a character class is not closed');
    const octal = /^[0-7]{1,3}/.exec(this.#pattern.slice(this.#at));
    if (octal) {
      this.#at += octal[0].length;
      return hexEscape(Number.parseInt(octal[0], 8));
    }
    const char = this.#takeChar();
    const set = this.#classes[char];
    if (set !== undefined) return set;
    if (char === 'W' || char === 'D' || char === 'S') {
      if (this.#isBytes) return char === 'S' ? '\\x00-\\x08\\x0e-\\x1f\\x21-\\xff' : `\\${char}`;
      return { D: '\\P{Nd}', S: '\\S', W: notWord }[char]!;
    }
    if (char === 'b') return '\\b';
    if (char === '-') return '\\-';
    return this.#literalEscape(char);
  }
}

function hexEscape(code: number): string {
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff ? String.fromCodePoint(code) : `\\u${code.toString(16).padStart(4, '0')}`;
}

function hexOrSelf(char: string): string {
  return char.codePointAt(0)! < 0x80 ? hexEscape(char.codePointAt(0)!) : char;
}
