import { readFileSync } from 'node:fs';
import type { SourcePosition } from '../errors.ts';

const files = new Map<string, readonly string[] | undefined>();

/** The line of a file that a position points at, to be shown with a caret; undefined when unreadable. */
export function readSourceLine(at: SourcePosition): string | undefined {
  if (!files.has(at.file)) files.set(at.file, readLines(at.file));
  return files.get(at.file)?.[at.line - 1];
}

function readLines(file: string): readonly string[] | undefined {
  try {
    return readFileSync(file, 'utf8')
      .replace(/^\uFEFF/, '')
      .split(/\r\n?|\n/);
  } catch {
    return undefined;
  }
}
