import { structuredPatch } from 'diff';
import type { Diff } from '../events.ts';
import type { Paint } from './paint.ts';
import { shownLine, shownLines } from './text.ts';

/**
 * A change as a unified diff with three lines of context; what hosts said is escaped.
 *
 * @example diffLines({ header: '/etc/motd', before: '', after: 'hi\n' }, noColours)
 * // ['--- /etc/motd (before)', '+++ /etc/motd (after)', '@@ -0,0 +1,1 @@', '+hi']
 */
export function diffLines(diff: Diff, paint: Paint): string[] {
  const header = shownLine(diff.header);
  if (diff.before === diff.after) return [paint('strong', header)];
  const lines = [
    paint('removed', `--- ${header} (before)`),
    paint('added', `+++ ${header} (after)`),
  ];
  const patch = structuredPatch('', '', diff.before, diff.after, '', '', {
    context: 3,
    maxEditLength: longestEdit,
  });
  if (!patch) {
    return [...lines, paint('quiet', `  ${sizeOf(diff.before)} replaced by ${sizeOf(diff.after)}`)];
  }
  for (const hunk of patch.hunks) {
    const { oldLines, newLines } = hunk;
    // A side without lines is counted from the line before it, as diff(1) does.
    const oldStart = hunk.oldStart - (oldLines === 0 ? 1 : 0);
    const newStart = hunk.newStart - (newLines === 0 ? 1 : 0);
    lines.push(paint('place', `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`));
    for (const line of hunk.lines) lines.push(diffLine(line, paint));
  }
  return lines;
}

/** Beyond this many changed lines a diff helps nobody and takes long. */
const longestEdit = 2000;

function diffLine(line: string, paint: Paint): string {
  const sign = line[0] ?? ' ';
  const text = sign + (shownLines(line.slice(1))[0] ?? '');
  if (sign === '+') return paint('added', text);
  if (sign === '-') return paint('removed', text);
  if (sign === '\\') return paint('quiet', text);
  return text;
}

function sizeOf(text: string): string {
  const lines = text === '' ? 0 : text.replace(/\n$/, '').split('\n').length;
  return `${lines} lines`;
}
