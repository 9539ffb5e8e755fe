/**
 * Text of a host made safe for a terminal: control characters, escape sequences and characters that
 * turn the writing direction become visible; newline and tab stay.
 *
 * @example escapeForTerminal('\x1b[2J') // '\\x1b[2J'
 */
export function escapeForTerminal(text: string): string {
  return text.toWellFormed().replace(unsafe, visible);
}

// C0 and DEL, C1, line separators, marks and overrides of direction, invisible tags.
const unsafe =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

function visible(char: string): string {
  if (char === '\r') return '\\r';
  const code = char.codePointAt(0)!;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\u{${code.toString(16)}}`;
}
