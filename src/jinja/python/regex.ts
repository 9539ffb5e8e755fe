import vm from 'node:vm';
import { Fault } from './faults.ts';

export interface RegexFlags {
  readonly ignoreCase?: boolean;
  readonly multiline?: boolean;
  readonly dotAll?: boolean;
}

const timeout = 2000;
// Only code that is entered through node:vm can be stopped; the search itself is ours.
const sandbox = vm.createContext({ run: (): RegExpMatchArray[] => [] });
const script = new vm.Script('run()');
const cache = new Map<string, RegExp>();

/** A pattern in Python's syntax as a global RegExp. */
export function pythonRegex(pattern: string, flags: RegexFlags = {}): RegExp {
  const key = `${flags.ignoreCase ? 'i' : ''}${flags.multiline ? 'm' : ''}${flags.dotAll ? 's' : ''} ${pattern}`;
  let regex = cache.get(key);
  if (!regex) {
    regex = translate(pattern, flags);
    if (cache.size > 1000) cache.clear();
    cache.set(key, regex);
  }
  return regex;
}

/** Every match, with a deadline where a pattern could take for ever. */
export function allMatches(pattern: RegExp, subject: string, limit = 0): RegExpMatchArray[] {
  if (!isRisky(pattern, subject)) return collect(pattern, subject, limit);
  try {
    sandbox.run = () => collect(pattern, subject, limit);
    return script.runInContext(sandbox, { timeout }) as RegExpMatchArray[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new Fault(
      `the regular expression did not end within ${timeout / 1000} s; it backtracks without limit`,
    );
  }
}

/** The text that a replacement in Python's syntax (`\1`, `\g<name>`) stands for. */
export function expandReplacement(replacement: string, match: RegExpMatchArray): string {
  return replacement.replace(
    /\\(?:g<([^>]*)>|(0[0-7]{0,2}|[1-9]\d?)|([\s\S]))/g,
    (_whole, group: string | undefined, number: string | undefined, other: string | undefined) => {
      if (other !== undefined) return escapedCharacter(other);
      if (number?.startsWith('0')) return String.fromCharCode(Number.parseInt(number, 8));
      return groupOf(match, group ?? number!);
    },
  );
}

/** A group by number or name; a Fault when the pattern has none such. */
export function groupOf(match: RegExpMatchArray, group: string): string {
  if (/^\d+$/.test(group)) {
    if (Number(group) >= match.length)
      throw new Fault(`the regular expression has no group ${group}`);
    return match[Number(group)] ?? '';
  }
  if (!match.groups || !(group in match.groups)) {
    throw new Fault(`the regular expression has no group named '${group}'`);
  }
  return match.groups[group] ?? '';
}

function collect(pattern: RegExp, subject: string, limit: number): RegExpMatchArray[] {
  const matches: RegExpMatchArray[] = [];
  for (const match of subject.matchAll(pattern)) {
    matches.push(match);
    if (limit > 0 && matches.length >= limit) break;
  }
  return matches;
}

/** Quantifiers within quantified groups, or several of them on a long subject. */
function isRisky({ source }: RegExp, subject: string): boolean {
  const quantifiers = source.match(/[*+}]/g)?.length ?? 0;
  if (quantifiers < 2) return false;
  return subject.length > 5000 || /\)[*+{]/.test(source) || quantifiers > 6;
}

const replacementEscapes: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  f: '\f',
  v: '\v',
  a: '\x07',
  b: '\b',
  '\\': '\\',
};

function escapedCharacter(character: string): string {
  const known = replacementEscapes[character];
  if (known !== undefined) return known;
  if (/[a-zA-Z]/.test(character))
    throw new Fault(`'\\${character}' in the replacement means nothing`);
  return `\\${character}`;
}

function translate(pattern: string, given: RegexFlags): RegExp {
  const inline = /^\(\?([aiLmsux]+)\)/.exec(pattern);
  const letters = inline?.[1] ?? '';
  const flags = {
    ignoreCase: given.ignoreCase || letters.includes('i'),
    multiline: given.multiline || letters.includes('m'),
    dotAll: given.dotAll || letters.includes('s'),
  };
  let source = inline ? pattern.slice(inline[0].length) : pattern;
  if (letters.includes('x'))
    source = source.replace(/\\[\s\S]|\[(?:\\[\s\S]|[^\]])*\]|\s+|#.*/g, (part) =>
      /^[\s#]/.test(part) ? '' : part,
    );
  try {
    return new RegExp(new Translator(source, flags).run(), flags.ignoreCase ? 'giu' : 'gu');
  } catch (error) {
    if (error instanceof Fault) throw error;
    const reason = (error as Error).message.replace(
      /^Invalid regular expression: \/[\s\S]*\/\w*: /,
      '',
    );
    throw new Fault(`'${pattern}' is no valid regular expression: ${reason}`);
  }
}

class Translator {
  private readonly source: string;
  private readonly flags: RegexFlags;
  private at = 0;

  constructor(source: string, flags: RegexFlags) {
    this.source = source;
    this.flags = flags;
  }

  run(): string {
    let result = '';
    while (this.at < this.source.length) result += this.part();
    return result;
  }

  private part(): string {
    const character = this.source[this.at]!;
    switch (character) {
      case '\\':
        return this.escape(false);
      case '[':
        return this.set();
      case '(':
        return this.group();
      case '.':
        this.at++;
        return this.flags.dotAll ? '[\\s\\S]' : '[^\\n]';
      case '^':
        this.at++;
        return this.flags.multiline ? '(?<![^\\n])' : '(?<![\\s\\S])';
      case '$':
        this.at++;
        return this.flags.multiline ? '(?![^\\n])' : '(?=\\n?(?![\\s\\S]))';
      case '{':
        return this.braces();
      case '}':
      case ']':
        this.at++;
        return `\\${character}`;
      default:
        return this.take();
    }
  }

  /** A whole character, as the pattern is read with the flag u. */
  private take(): string {
    const character = String.fromCodePoint(this.source.codePointAt(this.at)!);
    this.at += character.length;
    return character;
  }

  private braces(): string {
    const quantifier = /^\{(\d*)(,?)(\d*)\}/.exec(this.source.slice(this.at));
    if (!quantifier || (quantifier[1] === '' && quantifier[3] === '')) {
      this.at++;
      return '\\{';
    }
    this.at += quantifier[0].length;
    return `{${quantifier[1] || '0'}${quantifier[2]}${quantifier[3]}}`;
  }

  private group(): string {
    const rest = this.source.slice(this.at);
    const special = /^\(\?(?:P<(\w+)>|P=(\w+)\)|#[^)]*\)|(\())/.exec(rest);
    if (!special) {
      this.at += 1;
      if (!rest.startsWith('(?')) return '(';
      this.at += 1;
      return '(?';
    }
    const [whole, name, reference, condition] = special;
    if (condition)
      throw new Fault('regular expressions with a condition, (?(…)…), are not supported');
    this.at += whole.length;
    if (name) return `(?<${name}>`;
    return reference ? `\\k<${reference}>` : '';
  }

  private set(): string {
    let result = '[';
    this.at++;
    if (this.source[this.at] === '^') {
      result += '^';
      this.at++;
    }
    if (this.source[this.at] === ']') {
      result += '\\]';
      this.at++;
    }
    while (this.at < this.source.length && this.source[this.at] !== ']') {
      if (this.source[this.at] === '\\') result += this.escape(true);
      else result += this.take();
    }
    if (this.at >= this.source.length)
      throw new Fault(`'${this.source}' is no valid regular expression: a '[' is not closed`);
    this.at++;
    return `${result}]`;
  }

  private escape(inSet: boolean): string {
    const next = this.source[this.at + 1];
    if (next === undefined)
      throw new Fault(`'${this.source}' is no valid regular expression: it ends in a backslash`);
    this.at += 2;
    switch (next) {
      case 'A':
        return '(?<![\\s\\S])';
      case 'Z':
      case 'z':
        return '(?![\\s\\S])';
      case 'a':
        return '\\x07';
      case 'b':
        return inSet ? '\\x08' : '\\b';
      case 'd':
        return '\\p{Nd}';
      case 'D':
        return '\\P{Nd}';
      case 'w':
        return inSet ? '\\p{L}\\p{N}_' : '[\\p{L}\\p{N}_]';
      case 'W':
        return inSet ? '\\W' : '[^\\p{L}\\p{N}_]';
      case 'U': {
        const code = this.source.slice(this.at, this.at + 8);
        this.at += 8;
        return `\\u{${code}}`;
      }
      default:
    }
    if (/[0-9BDsSnrtfvxu]/.test(next)) return `\\${next}`;
    if (/[a-zA-Z]/.test(next))
      throw new Fault(`'${this.source}' is no valid regular expression: '\\${next}' means nothing`);
    if (/[\^$\\.*+?()[\]{}|/]/.test(next) || (inSet && next === '-')) return `\\${next}`;
    this.at--;
    return this.take();
  }
}
