import type { SourcePosition } from '../errors.ts';

/**
 * The place in its file of a character of a YAML scalar, however the scalar is folded, quoted or
 * indented there: folding changes white space only, so the other characters are counted.
 * `start` is where the scalar begins: its quote, its `|`, or its first character.
 */
export function positionInScalar(
  lines: readonly string[],
  start: SourcePosition,
  text: string,
  offset: number,
): SourcePosition {
  const before = countSolid(text.slice(0, offset));
  const atEnd = before > 0 && before === countSolid(text);
  const style = lines[start.line - 1]?.[start.column - 1];
  let line = start.line - 1;
  let column = start.column - 1;
  if (style === '|' || style === '>') {
    line++;
    column = 0;
  } else if (style === '"' || style === "'") column++;
  let left = atEnd ? before - 1 : before;
  while (line < lines.length) {
    const source = lines[line]!;
    while (column < source.length) {
      if (/\s/.test(source[column]!)) {
        column++;
        continue;
      }
      const step = style === '"' ? escapeAt(source, column) : quoteAt(source, column, style);
      if (step.solid && left === 0) {
        if (atEnd) column += step.length;
        return { file: start.file, line: line + 1, column: column + 1 };
      }
      if (step.solid) left--;
      column += step.length;
    }
    line++;
    column = 0;
  }
  return start;
}

/** The place of an offset that was counted as if the text stood in one piece at `start`. */
export function offsetOf(text: string, start: SourcePosition, found: SourcePosition): number {
  const line = found.line - start.line;
  if (line === 0) return found.column - start.column;
  let from = 0;
  for (let index = 0; index < line; index++) {
    const newline = text.indexOf('\n', from);
    if (newline === -1) break;
    from = newline + 1;
  }
  return from + found.column - 1;
}

function countSolid(text: string): number {
  return text.replace(/\s/g, '').length;
}

interface Step {
  /** Characters in the source. */
  readonly length: number;
  /** Whether they stand for something that is no white space. */
  readonly solid: boolean;
}

const plain: Step = { length: 1, solid: true };

function escapeAt(source: string, column: number): Step {
  if (source[column] !== '\\') return plain;
  const next = source[column + 1];
  if (next === undefined || 'ntr vf'.includes(next)) return { length: 2, solid: false };
  const digits = { x: 2, u: 4, U: 8 }[next] ?? 0;
  return { length: 2 + digits, solid: true };
}

function quoteAt(source: string, column: number, style: string | undefined): Step {
  return style === "'" && source.startsWith("''", column) ? { length: 2, solid: true } : plain;
}
