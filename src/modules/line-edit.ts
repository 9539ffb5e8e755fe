import {
  compilePython,
  expandTemplate,
  type PythonRegexOptions,
  RegexError,
  searchFrom,
} from '../regex.ts';
import { byteText, type Edit } from './text-edit.ts';

export interface LineOptions {
  readonly line: string;
  readonly regexp?: string;
  readonly search_string?: string;
  readonly insertafter?: string;
  readonly insertbefore?: string;
  readonly backrefs: boolean;
  readonly firstmatch: boolean;
}

/** The file with the line: replaced where something matches, else inserted where it belongs. */
export function presentLine(old: Buffer, options: LineOptions): Edit {
  const lines = linesOf(old.toString('latin1'));
  const line = byteText(options.line);
  const isBackref = options.backrefs;
  const found = findLine(lines, options);
  if (found) {
    const text = isBackref && found.match ? expandTemplate(line, found.match) : line;
    return withLine(lines, found.index, text);
  }
  const { exact, insertAt } = findPlace(lines, line, options);
  if (exact >= 0) return withLine(lines, exact, line);
  if (isBackref) return editOf(lines, '');
  const { insertafter, insertbefore } = options;
  if (insertbefore === 'BOF' || insertafter === 'BOF') return inserted(lines, 0, line);
  if (insertAt < 0) return inserted(lines, lines.length, line);
  if (insertbefore !== undefined) return inserted(lines, insertAt, line);
  const neighbour = lines[insertAt === lines.length ? insertAt - 1 : insertAt]!;
  return stripEnd(neighbour) === line ? editOf(lines, '') : inserted(lines, insertAt, line);
}

/** The file without the lines that match. */
export function absentLine(
  old: Buffer,
  options: { readonly line?: string; readonly regexp?: string; readonly search_string?: string },
): Edit {
  const lines = linesOf(old.toString('latin1'));
  const matches =
    matcher(options) ?? ((text: string) => stripEnd(text) === byteText(options.line!));
  const kept = lines.filter((line) => !matches(line));
  const found = lines.length - kept.length;
  return { ...editOf(kept, `${found} line(s) removed`), result: { found } };
}

/** What is wrong with a regular expression; lint says it too. */
export function patternProblem(
  pattern: string,
  options: PythonRegexOptions = { bytes: true },
): string | undefined {
  try {
    compilePython(options.bytes ? byteText(pattern) : pattern, options);
    return undefined;
  } catch (error) {
    if (error instanceof RegexError) return error.message;
    throw error;
  }
}

interface Found {
  readonly index: number;
  /** For a regular expression: its groups. */
  readonly match?: RegExpExecArray;
}

function findLine(lines: readonly string[], options: LineOptions): Found | undefined {
  let found: Found | undefined;
  const regex = options.regexp === undefined ? undefined : compileBytes(options.regexp);
  const matches = matcher(options);
  if (!matches) return undefined;
  for (const [index, text] of lines.entries()) {
    const match = regex && searchFrom(regex, text);
    if (!(match ?? (regex ? false : matches(text)))) continue;
    found = { index, match };
    if (options.firstmatch) break;
  }
  return found;
}

/** The line itself, or where the insertion pattern says it belongs; -1 where neither is. */
function findPlace(lines: readonly string[], line: string, options: LineOptions) {
  const pattern = [options.insertafter, options.insertbefore].find(
    (text) => text !== undefined && text !== 'BOF' && text !== 'EOF',
  );
  const regex = pattern === undefined ? undefined : compileBytes(pattern);
  let exact = -1;
  let insertAt = -1;
  for (const [index, text] of lines.entries()) {
    if (stripEnd(text) === line) exact = index;
    else if (regex && searchFrom(regex, text)) {
      insertAt = options.insertbefore === undefined ? index + 1 : index;
      if (options.firstmatch) break;
    }
  }
  return { exact, insertAt };
}

function withLine(lines: readonly string[], index: number, line: string): Edit {
  return editOf(lines.with(index, line.endsWith('\n') ? line : `${line}\n`), 'line replaced');
}

function inserted(lines: readonly string[], index: number, line: string): Edit {
  const before = lines.slice(0, index);
  const last = before.at(-1);
  if (index === lines.length && last !== undefined && !/[\r\n]$/.test(last)) before.push('\n');
  return editOf([...before, `${line}\n`, ...lines.slice(index)], 'line added');
}

function editOf(lines: readonly string[], message: string): Edit {
  return { content: Buffer.from(lines.join(''), 'latin1'), message };
}

function matcher(options: {
  readonly regexp?: string;
  readonly search_string?: string;
}): ((text: string) => boolean) | undefined {
  if (options.regexp !== undefined) {
    const regex = compileBytes(options.regexp);
    return (text) => searchFrom(regex, text) !== undefined;
  }
  if (options.search_string === undefined) return undefined;
  const wanted = byteText(options.search_string);
  return (text) => text.includes(wanted);
}

function compileBytes(pattern: string): RegExp {
  return compilePython(byteText(pattern), { bytes: true });
}

/** Lines with their ends; only a line feed ends one. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function stripEnd(line: string): string {
  return line.replace(/[\r\n]+$/, '');
}
