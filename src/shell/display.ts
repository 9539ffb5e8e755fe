/**
 * One line of text that may come from a host, safe to show on a terminal: what a terminal would obey
 * or what would hide or reorder text is written out. Backslashes are left alone, so this is for
 * reading, not for parsing.
 *
 * @example escapeForTerminal('a\u001b[2Jb') // 'a\\x1b[2Jb'
 */
export function escapeForTerminal(text: string): string {
  return text.replace(obeyed, (character) => {
    const code = character.codePointAt(0)!;
    return names.get(code) ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
  });
}

/**
 * C0, DEL, C1; soft hyphen and invisible fillers; bidirectional controls; zero-width characters other
 * than the joiner that emoji need; line separators; tag characters; halves of surrogate pairs.
 */
const obeyed =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

const names: ReadonlyMap<number, string> = new Map([
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
]);

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
