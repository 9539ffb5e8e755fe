import { Lexer } from 'yaml';

/** A text with spaces added at the start of some lines: line number from 0 → how many. */
export interface Repaired {
  readonly text: string;
  readonly added: ReadonlyMap<number, number>;
}

const maxRepairs = 500;

/**
 * Indents the later lines of quoted strings and of lists in brackets that stand too far left. YAML
 * forbids it and PyYAML allows it, so playbooks do it; spaces there mean nothing.
 */
export function repairIndentation(text: string): Repaired {
  const lines = text.split('\n');
  const added = new Map<number, number>();
  for (let repairs = 0; repairs < maxRepairs; repairs++) {
    const found = findShallow(lines);
    if (!found) break;
    let changed = false;
    for (let line = found.first; line <= found.last; line++) {
      const indent = /^ */.exec(lines[line]!)![0].length;
      const missing = found.column - indent;
      if (missing <= 0 || lines[line]!.trim() === '' || isMarker(lines[line]!)) continue;
      lines[line] = ' '.repeat(missing) + lines[line];
      added.set(line, (added.get(line) ?? 0) + missing);
      changed = true;
    }
    if (!changed) break;
  }
  return { text: lines.join('\n'), added };
}

interface Shallow {
  readonly first: number;
  readonly last: number;
  /** Where the quote or bracket opens: deep enough in any case. */
  readonly column: number;
}

function findShallow(lines: readonly string[]): Shallow | undefined {
  const text = lines.join('\n');
  let line = 0;
  let column = 0;
  let offset = 0;
  let flow = 0;
  let flowColumn = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme === '\u0018') return { first: line, last: line, column: flowColumn + 1 };
    if (lexeme === '\u0002' || lexeme === '\u001f') continue;
    if ((lexeme === '[' || lexeme === '{') && flow++ === 0) flowColumn = column;
    if ((lexeme === ']' || lexeme === '}') && flow > 0) flow--;
    if (isOpenQuote(lexeme)) {
      const end = closingQuote(text, offset);
      if (end === undefined) return undefined;
      return { first: line + 1, last: line + count(text.slice(offset, end), '\n'), column };
    }
    offset += lexeme.length;
    const newline = lexeme.lastIndexOf('\n');
    line += newline === -1 ? 0 : count(lexeme, '\n');
    column = newline === -1 ? column + lexeme.length : lexeme.length - newline - 1;
  }
  return undefined;
}

function isOpenQuote(lexeme: string): boolean {
  const quote = lexeme[0];
  if (quote !== '"' && quote !== "'") return false;
  return closingQuote(lexeme, 0) !== lexeme.length - 1;
}

function closingQuote(text: string, open: number): number | undefined {
  const quote = text[open];
  for (let at = open + 1; at < text.length; at++) {
    if (quote === '"' && text[at] === '\\') at++;
    else if (text[at] === quote) {
      if (quote === "'" && text[at + 1] === "'") at++;
      else return at;
    }
  }
  return undefined;
}

function isMarker(line: string): boolean {
  return /^(?:---|\.\.\.)(?:\s|$)/.test(line);
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}
