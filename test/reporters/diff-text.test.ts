import { describe, expect, test } from 'vitest';
import { diffLines } from '../../src/reporters/diff-text.ts';
import { noColours } from '../../src/reporters/paint.ts';

const cases = [
  { name: 'a new file', before: '', after: 'hi\n', lines: ['@@ -0,0 +1,1 @@', '+hi'] },
  { name: 'a file gone', before: 'hi\n', after: '', lines: ['@@ -1,1 +0,0 @@', '-hi'] },
  {
    name: 'a line end at the end',
    before: 'a',
    after: 'a\n',
    lines: ['@@ -1,1 +1,1 @@', '-a', '\\ No newline at end of file', '+a'],
  },
  {
    name: 'line ends of another system and escapes are shown',
    before: 'a\r\n\u001b[2J\n',
    after: 'a\n\tb\n',
    lines: ['@@ -1,2 +1,2 @@', '-a\\r', '-\\x1b[2J', '+a', '+    b'],
  },
] as const;

describe('diff', () => {
  test.each(cases)('$name', ({ before, after, lines }) => {
    const shown = diffLines({ header: '/etc/x', before, after }, noColours);
    expect(shown).toEqual(['--- /etc/x (before)', '+++ /etc/x (after)', ...lines]);
  });

  test('without texts the header stands for itself', () => {
    const diff = { header: 'user anna', before: '', after: '' };
    expect(diffLines(diff, noColours)).toEqual(['user anna']);
  });

  test('what differs too much is told by size', () => {
    const before = Array.from({ length: 9000 }, (_, line) => `old ${line}\n`).join('');
    const after = Array.from({ length: 9000 }, (_, line) => `new ${line * 7}\n`).join('');
    const shown = diffLines({ header: '/x', before, after }, noColours);
    expect(shown.slice(2)).toEqual(['  9000 lines replaced by 9000 lines']);
  });
});
