import { readFileSync, statSync } from 'node:fs';
import type { SourcePosition } from '../errors.ts';

/** The line of a source file that a problem points at; undefined where there is no such file or line. */
export function sourceLine(at: SourcePosition): string | undefined {
  try {
    if (statSync(at.file).size > largest) return undefined;
    return readFileSync(at.file, 'utf8').split(/\r?\n/)[at.line - 1]?.slice(0, 500);
  } catch {
    return undefined;
  }
}

const largest = 4 * 1024 * 1024;
