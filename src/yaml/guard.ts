import { Lexer } from 'yaml';
import type { SourcePosition } from '../errors.ts';
import { RolecallError } from '../errors.ts';

/** Deepest nesting of lists and mappings that is parsed; the parser's stack must not decide this. */
export const maxDepth = 100;

/** Maps an offset in a text to its line and column. */
export type Locate = (offset: number) => SourcePosition;

export function locator(text: string, file: string): Locate {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { file, line: low + 1, column: offset - starts[low]! + 1 };
  };
}

/**
 * The text of a file: UTF-8 without byte order mark, line ends made `\n`.
 * Throws `yaml-syntax` at the first byte that is not UTF-8 and at control characters.
 */
export function decodeSource(source: string | Buffer, file: string): string {
  const text = (typeof source === 'string' ? source : decodeUtf8(source, file))
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n');
  const odd = unprintable.exec(text);
  if (!odd) return text;
  const code = odd[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  throw new RolecallError({
    code: 'yaml-syntax',
    message: `character U+${code} is not allowed in a text file`,
    at: locator(text, file)(odd.index),
    hint: 'Write it as an escape in a double-quoted string, or save the file as UTF-8 text.',
  });
}

/** Throws `yaml-syntax` when lists and mappings nest deeper than `maxDepth`; uses no recursion. */
export function checkDepth(text: string, locate: Locate): void {
  const indents: number[] = [];
  let flow = 0;
  let offset = 0;
  let lineStart = 0;
  let opensBlock = true;
  for (const lexeme of new Lexer().lex(text)) {
    if (controlLexemes.has(lexeme)) continue;
    if (lexeme === '{' || lexeme === '[') flow++;
    else if ((lexeme === '}' || lexeme === ']') && flow > 0) flow--;
    const blank = lexeme.trim() === '';
    if (flow === 0 && opensBlock && !blank) nestAt(indents, offset - lineStart);
    if (indents.length + flow > maxDepth) {
      throw new RolecallError({
        code: 'yaml-syntax',
        message: `lists and mappings are nested more than ${maxDepth} deep`,
        at: locate(offset),
        hint: 'Split the structure.',
      });
    }
    offset += lexeme.length;
    const newline = lexeme.lastIndexOf('\n');
    if (newline !== -1) {
      lineStart = offset - (lexeme.length - newline - 1);
      opensBlock = true;
    } else if (!blank) {
      opensBlock = opensBlock && blockIndicators.has(lexeme);
    }
  }
}

const unprintable = /[^\t\n\x20-\x7E\x85\xA0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]|\uFEFF/u;
/** What the lexer emits that is not in the source: document start, error, end of flow, scalar mark. */
const controlLexemes = new Set(['\u0002', '\u0018', '\u001f']);
const blockIndicators = new Set(['-', '?', ':']);

function decodeUtf8(source: Buffer, file: string): string {
  const text = source.toString('utf8');
  const bad = text.indexOf('\uFFFD');
  if (bad === -1 || source.equals(Buffer.from(text, 'utf8'))) return text;
  throw new RolecallError({
    code: 'yaml-syntax',
    message: 'the file is not UTF-8 text',
    at: locator(text, file)(bad),
    hint: 'Save the file as UTF-8.',
  });
}

function nestAt(indents: number[], column: number): void {
  while (indents.length > 0 && indents.at(-1)! > column) indents.pop();
  if (indents.at(-1) !== column) indents.push(column);
}
