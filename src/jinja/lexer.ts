import type { ResolvedOptions } from './options.ts';
import { unescapeString } from './python/escapes.ts';
import type { Source } from './source.ts';

export type TokenType =
  | 'data'
  | 'variable-begin'
  | 'variable-end'
  | 'block-begin'
  | 'block-end'
  | 'name'
  | 'string'
  | 'integer'
  | 'float'
  | 'operator'
  | 'end';

export interface Token {
  readonly type: TokenType;
  readonly value: string;
  readonly offset: number;
}

/** Splits a template into text and the tokens within its tags. */
export function tokenize(source: Source, options: ResolvedOptions): Token[] {
  return new Lexer(source, options).template();
}

/** The tokens of a bare expression, as in `when:`. */
export function tokenizeExpression(source: Source, options: ResolvedOptions): Token[] {
  return new Lexer(source, options).bareExpression();
}

type Tag = 'variable' | 'block' | 'comment';

const whitespace = /\s*/y;
const name = /[\p{L}_][\p{L}\p{N}_]*/uy;
const float = /\d(?:_?\d)*(?:\.\d(?:_?\d)*(?:[eE][+-]?\d(?:_?\d)*)?|[eE][+-]?\d(?:_?\d)*)/y;
const integer = /0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[\da-fA-F])+|\d(?:_?\d)*/y;
const string = /'[^'\\]*(?:\\[\s\S][^'\\]*)*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y;
const operator = /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}<>=.:|,;]/y;
const closers: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

class Lexer {
  private readonly text: string;
  private readonly source: Source;
  private readonly options: ResolvedOptions;
  private readonly tokens: Token[] = [];
  private readonly starts: [string, Tag][];
  private offset = 0;

  constructor(source: Source, options: ResolvedOptions) {
    this.source = source;
    this.text = source.text;
    this.options = options;
    const starts: [string, Tag][] = [
      [options.commentStartString, 'comment'],
      [options.blockStartString, 'block'],
      [options.variableStartString, 'variable'],
    ];
    this.starts = starts.sort(([a], [b]) => b.length - a.length);
  }

  template(): Token[] {
    let trimLeft = false;
    let trimNewline = false;
    while (this.offset < this.text.length) {
      const dataStart = this.offset;
      const tag = this.nextTag();
      const dataEnd = tag ? tag.offset : this.text.length;
      const sign = tag ? this.text[tag.offset + tag.start.length] : undefined;
      let begin = dataStart;
      if (trimLeft) begin = skip(this.text, whitespace, begin, dataEnd);
      else if (trimNewline && this.text[begin] === '\n') begin++;
      this.data(begin, this.trimmedEnd(begin, dataEnd, tag?.tag, sign));
      trimLeft = false;
      trimNewline = false;
      if (!tag) break;
      this.offset = tag.offset + tag.start.length;
      if (sign === '-' || (sign === '+' && tag.tag !== 'variable')) this.offset++;
      if (tag.tag === 'comment') {
        ({ trimLeft, trimNewline } = this.comment(tag.offset));
      } else if (tag.tag === 'block' && this.atRaw()) {
        ({ trimLeft, trimNewline } = this.raw(tag.offset));
      } else {
        this.push(`${tag.tag}-begin`, tag.start, tag.offset);
        ({ trimLeft, trimNewline } = this.inside(tag.tag, tag.offset));
      }
    }
    this.push('end', '', this.text.length);
    return this.tokens;
  }

  bareExpression(): Token[] {
    const open: string[] = [];
    while (true) {
      this.offset = skip(this.text, whitespace, this.offset);
      if (this.offset >= this.text.length) break;
      this.token(open, false);
    }
    this.push('end', '', this.text.length);
    return this.tokens;
  }

  private nextTag(): { tag: Tag; start: string; offset: number } | undefined {
    let best: { tag: Tag; start: string; offset: number } | undefined;
    for (const [start, tag] of this.starts) {
      const offset = this.text.indexOf(start, this.offset);
      if (offset !== -1 && (!best || offset < best.offset)) best = { tag, start, offset };
    }
    return best;
  }

  private trimmedEnd(begin: number, end: number, tag: Tag | undefined, sign: string | undefined) {
    if (sign === '-') return begin + this.text.slice(begin, end).trimEnd().length;
    if (!this.options.lstripBlocks || !tag || tag === 'variable' || sign === '+') return end;
    let start = end;
    while (start > begin && /[^\S\n]/.test(this.text[start - 1]!)) start--;
    const startsLine = start === 0 || this.text[start - 1] === '\n';
    return startsLine ? start : end;
  }

  private data(begin: number, end: number): void {
    if (end > begin) this.push('data', this.text.slice(begin, end), begin);
  }

  private comment(start: number) {
    const end = this.text.indexOf(this.options.commentEndString, this.offset);
    if (end === -1) throw this.source.syntaxError(start, 'this comment is not closed');
    const sign = end > this.offset ? this.text[end - 1] : undefined;
    this.offset = end + this.options.commentEndString.length;
    return this.afterTag(sign);
  }

  private atRaw(): boolean {
    return rawTag(this.options.blockEndString, 'raw').test(
      this.text.slice(this.offset, this.offset + 64),
    );
  }

  private raw(start: number) {
    const { blockStartString, blockEndString } = this.options;
    const opening = rawTag(blockEndString, 'raw').exec(this.text.slice(this.offset))!;
    this.offset += opening[0].length;
    const closing = new RegExp(
      `${escapePattern(blockStartString)}([-+]?)\\s*endraw\\s*([-+]?)${escapePattern(blockEndString)}`,
      'g',
    );
    closing.lastIndex = this.offset;
    const close = closing.exec(this.text);
    if (!close) throw this.source.syntaxError(start, "'raw' has no 'endraw'");
    const { trimLeft, trimNewline } = this.afterTag(opening[1]);
    let begin = this.offset;
    if (trimLeft) begin = skip(this.text, whitespace, begin, close.index);
    else if (trimNewline && this.text[begin] === '\n') begin++;
    this.data(begin, this.trimmedEnd(begin, close.index, 'block', close[1]));
    this.offset = close.index + close[0].length;
    return this.afterTag(close[2]);
  }

  private afterTag(sign: string | undefined) {
    return {
      trimLeft: sign === '-',
      trimNewline: sign !== '-' && sign !== '+' && this.options.trimBlocks,
    };
  }

  private inside(tag: 'variable' | 'block', start: number) {
    const end = tag === 'variable' ? this.options.variableEndString : this.options.blockEndString;
    const open: string[] = [];
    while (true) {
      this.offset = skip(this.text, whitespace, this.offset);
      if (this.offset >= this.text.length) {
        throw this.source.syntaxError(start, `this tag is not closed with '${end}'`);
      }
      if (open.length === 0) {
        const sign = this.text[this.offset]!;
        const signed = sign === '-' || (sign === '+' && tag === 'block');
        const at = signed ? this.offset + 1 : this.offset;
        if (signed && this.text.startsWith(end, at)) return this.close(tag, at, end, sign);
        if (this.text.startsWith(end, this.offset))
          return this.close(tag, this.offset, end, undefined);
      }
      this.token(open, tag === 'variable' && this.options.escapeBackslashes);
    }
  }

  private close(tag: 'variable' | 'block', at: number, end: string, sign: string | undefined) {
    this.push(`${tag}-end`, end, at);
    this.offset = at + end.length;
    const after = this.afterTag(sign);
    return tag === 'variable' ? { ...after, trimNewline: false } : after;
  }

  private token(open: string[], literalBackslashes: boolean): void {
    const start = this.offset;
    const found =
      this.match('float', float) ??
      this.match('integer', integer) ??
      this.match('name', name) ??
      this.match('string', string) ??
      this.match('operator', operator);
    if (found === undefined) {
      const character = String.fromCodePoint(this.text.codePointAt(start)!);
      const quote = character === "'" || character === '"';
      throw this.source.syntaxError(
        start,
        quote ? 'this string is not closed' : `unexpected character '${character}'`,
      );
    }
    if (found.type === 'string') {
      const inner = found.value.slice(1, -1);
      const value = literalBackslashes ? unescapeQuotes(inner) : this.unescape(inner, start);
      this.tokens.push({ type: 'string', value, offset: start });
      return;
    }
    if (found.type === 'operator') this.balance(found.value, start, open);
    this.tokens.push({ ...found, offset: start });
  }

  private unescape(inner: string, start: number): string {
    const value = unescapeString(inner);
    if (value === undefined) {
      throw this.source.syntaxError(start, 'this string has a malformed backslash escape');
    }
    return value;
  }

  private balance(value: string, start: number, open: string[]): void {
    const closer = closers[value];
    if (closer) {
      open.push(closer);
    } else if (value === ')' || value === ']' || value === '}') {
      const expected = open.pop();
      if (expected !== value) {
        throw this.source.syntaxError(
          start,
          expected ? `unexpected '${value}', expected '${expected}'` : `unexpected '${value}'`,
        );
      }
    }
  }

  private match(type: TokenType, pattern: RegExp): { type: TokenType; value: string } | undefined {
    pattern.lastIndex = this.offset;
    const found = pattern.exec(this.text);
    if (!found) return undefined;
    if (type === 'float' && this.text[this.offset - 1] === '.') return undefined;
    this.offset += found[0].length;
    return { type, value: found[0] };
  }

  private push(type: TokenType, value: string, offset: number): void {
    this.tokens.push({ type, value, offset });
  }
}

function rawTag(end: string, word: string): RegExp {
  return new RegExp(`^\\s*${word}\\s*([-+]?)${escapePattern(end)}`);
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** With literal backslashes only an escaped quote is unwrapped, as nothing else could write one. */
function unescapeQuotes(inner: string): string {
  return inner.replace(/\\(['"])/g, '$1');
}

function skip(text: string, pattern: RegExp, from: number, limit = text.length): number {
  pattern.lastIndex = from;
  const found = pattern.exec(text);
  return Math.min(from + (found ? found[0].length : 0), limit);
}
