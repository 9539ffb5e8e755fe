/**
 * Text that a POSIX shell may read. It is made by the `sh` tag only, which quotes what it is given,
 * or by `rawSh` for text that a user wrote as a shell command.
 */
export class Sh {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Sh | readonly (string | number | Sh)[];

/**
 * Builds shell text: strings and numbers are quoted, lists become quoted words, `Sh` goes in as it is.
 * Throws TypeError on NUL bytes, which no shell can carry.
 *
 * @example sh`chown ${owner} -- ${paths}` // chown 'www-data' -- '/a b' '/c'
 */
export function sh(strings: TemplateStringsArray, ...parts: Part[]): Sh {
  let text = strings[0]!;
  for (const [index, part] of parts.entries()) text += partText(part) + strings[index + 1]!;
  return new Sh(text);
}

/** Shell text taken as it is: only for commands that a user wrote. */
export function rawSh(text: string): Sh {
  return new Sh(text);
}

/** Joins scripts with a separator, by default a newline. */
export function joinSh(scripts: readonly Sh[], separator = '\n'): Sh {
  return new Sh(scripts.map((script) => script.text).join(separator));
}

/** One word, quoted for sh; safe words stay as they are. Throws TypeError on NUL. */
export function quoteWord(word: string): string {
  if (word.includes('\0')) throw new TypeError('a NUL byte cannot be passed to a shell');
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word) && !word.startsWith('=')) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function partText(part: Part): string {
  if (part instanceof Sh) return part.text;
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return quoteWord(part);
  return part.map(partText).join(' ');
}
