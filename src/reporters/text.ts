import { createRequire } from 'node:module';
import { escapeForTerminal } from '../shell/display.ts';

/** The lines of a text that may come from a host: tabs expanded, everything a terminal would obey made visible. */
export function shownLines(text: string): string[] {
  const lines = text.replace(/\r\n/g, '\n').replace(/\n+$/, '').split('\n');
  return lines.map((line) => escapeForTerminal(expandTabs(line)));
}

/** A text that may come from a host, as one line: line ends become spaces. */
export function shownLine(text: string): string {
  return escapeForTerminal(
    text
      .trim()
      .replace(/\s*\n\s*/g, ' ')
      .replaceAll('\t', ' '),
  );
}

/** Columns that a line without escape sequences takes on a terminal. */
export function widthOf(line: string): number {
  return isNarrow.test(line) ? line.length : wide()(line);
}

/** The line cut to `columns`, with `…` where something is missing. */
export function truncate(line: string, columns: number): string {
  if (columns <= 0) return '';
  if (widthOf(line) <= columns) return line;
  return `${head(line, columns - 1)}…`;
}

/** Cut in the middle, for names and paths whose end tells them apart. */
export function truncateMiddle(line: string, columns: number): string {
  if (widthOf(line) <= columns) return line;
  if (columns < 5) return truncate(line, columns);
  const start = head(line, Math.ceil((columns - 1) / 2));
  const reversed = [...graphemesOf(line)].map(({ segment }) => segment).reverse();
  const end: string[] = [];
  let left = columns - 1 - widthOf(start);
  for (const part of reversed) {
    left -= widthOf(part);
    if (left < 0) break;
    end.unshift(part);
  }
  return `${start}…${end.join('')}`;
}

/** Filled with spaces on the right to `columns`; longer lines are cut. */
export function pad(line: string, columns: number): string {
  const cut = truncate(line, columns);
  return cut + ' '.repeat(Math.max(0, columns - widthOf(cut)));
}

/** Broken at spaces into lines of at most `columns`, words longer than that anywhere. */
export function wrap(line: string, columns: number): string[] {
  if (columns < 1 || widthOf(line) <= columns) return [line];
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(/(?<= )(?=[^ ])/)) {
    if (widthOf(current + word.trimEnd()) <= columns) {
      current += word;
      continue;
    }
    if (current.trim() !== '') lines.push(current.trimEnd());
    current = word;
    while (widthOf(current.trimEnd()) > columns) {
      const start = head(current, columns) || firstGrapheme(current);
      lines.push(start);
      current = current.slice(start.length);
    }
  }
  if (current.trim() !== '') lines.push(current.trimEnd());
  return lines;
}

/** Wrapped, with `first` before the first line and as much space before the others. */
export function hang(first: string, text: string, columns: number): string[] {
  const indent = widthOf(first);
  const lines = wrap(text, Math.max(20, columns - indent));
  return lines.map((line, index) => (index === 0 ? first : ' '.repeat(indent)) + line);
}

/** `840 ms`, `3.2 s`, `42 s`, `3 min 05 s`, `2 h 10 min`. */
export function duration(ms: number): string {
  if (ms < 950) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** `1 host`, `4 hosts`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

/** As many of the names as fit, then how many are left: `web1, web2 and 9 more`. */
export function someOf(names: readonly string[], columns: number, separator = ', '): string {
  const all = names.join(separator);
  if (widthOf(all) <= columns) return all;
  let text = '';
  for (const [index, name] of names.entries()) {
    const next = text === '' ? name : text + separator + name;
    const left = names.length - index - 1;
    const more = left > 0 ? ` and ${left} more`.length : 0;
    if (text !== '' && widthOf(next) + more > columns) return `${text} and ${left + 1} more`;
    text = next;
  }
  return text;
}

/** Characters of one column each, those of this project's own texts among them. */
export const isNarrow =
  /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u21ff\u2298\u2500-\u25b8\u2714\u2716\u2800-\u28ff]*$/;

/** string-width compiles a pattern of all emoji, which takes as long as a small run: only where needed. */
let loaded: ((text: string) => number) | undefined;
function wide(): (text: string) => number {
  loaded ??= (createRequire(import.meta.url)('string-width') as typeof import('string-width'))
    .default;
  return loaded;
}

/** Made when it is needed: that takes as long as reading a playbook. */
let segmenter: Intl.Segmenter | undefined;
function graphemesOf(line: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(line);
}

function expandTabs(line: string): string {
  let shown = '';
  for (const part of line.split(/(\t)/)) {
    shown += part === '\t' ? ' '.repeat(4 - (shown.length % 4)) : part;
  }
  return shown;
}

function head(line: string, columns: number): string {
  if (isNarrow.test(line)) return line.slice(0, columns);
  let shown = '';
  let left = columns;
  for (const { segment } of graphemesOf(line)) {
    left -= widthOf(segment);
    if (left < 0) break;
    shown += segment;
  }
  return shown;
}

function firstGrapheme(line: string): string {
  for (const { segment } of graphemesOf(line)) return segment;
  return line;
}
