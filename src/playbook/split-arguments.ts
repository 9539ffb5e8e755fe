/** A word of an argument string: text as written, quotes included. */
interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What an argument string holds: pairs in order, and the free text that is left, trimmed. */
export interface SplitArguments {
  readonly pairs: readonly (readonly [string, string])[];
  readonly free: string;
  /** Whether a quote or template braces stay open at the end. */
  readonly unbalanced: boolean;
}

/**
 * Splits `k=v` arguments as Ansible does: words end at white space outside of quotes and `{{ }}`.
 * Escapes such as `\n` are decoded in pairs. With `only`, pairs with other keys stay in the free
 * text, which keeps its spacing.
 *
 * @example splitArguments("src=a dest='b c'").pairs // [['src', 'a'], ['dest', 'b c']]
 */
export function splitArguments(text: string, only?: ReadonlySet<string>): SplitArguments {
  const { words, unbalanced } = splitWords(text);
  const pairs: (readonly [string, string])[] = [];
  let free = '';
  let from = 0;
  for (const word of words) {
    const match = /^([A-Za-z_][\w-]*)=([\s\S]*)$/.exec(decodeEscapes(word.text));
    if (!match || (only && !only.has(match[1]!))) continue;
    pairs.push([match[1]!, unquote(match[2]!.trim())]);
    free += text.slice(from, word.start);
    from = word.end;
  }
  free += text.slice(from);
  return { pairs, free: free.trim(), unbalanced };
}

function splitWords(text: string): { words: Word[]; unbalanced: boolean } {
  const words: Word[] = [];
  let start = -1;
  let quote = '';
  let closing: string[] = [];
  for (let index = 0; index < text.length; index++) {
    const char = text[index]!;
    const pair = text.slice(index, index + 2);
    if (start === -1) {
      if (/\s/.test(char)) continue;
      start = index;
    }
    if (quote) {
      if (char === '\\' && closing.length === 0) index++;
      else if (char === quote) quote = '';
    } else if (closing.length > 0 && pair === closing.at(-1)) {
      closing = closing.slice(0, -1);
      index++;
    } else if (Object.hasOwn(braces, pair)) {
      closing.push(braces[pair]!);
      index++;
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '\\') index++;
    else if (/\s/.test(char) && closing.length === 0) {
      words.push({ text: text.slice(start, index), start, end: index });
      start = -1;
    }
  }
  if (start !== -1) words.push({ text: text.slice(start), start, end: text.length });
  return { words, unbalanced: quote !== '' || closing.length > 0 };
}

const braces: Readonly<Record<string, string>> = { '{{': '}}', '{%': '%}', '{#': '#}' };

/** In k=v words the escapes of Python strings count, quoted or not; other backslashes stay. */
function decodeEscapes(text: string): string {
  return text.replace(
    /\\(?:U([0-9a-fA-F]{8})|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\\'"abfnrtv]))/g,
    (whole, long?: string, short?: string, byte?: string, letter?: string) => {
      if (letter !== undefined) return escapes[letter]!;
      const code = Number.parseInt((long ?? short ?? byte)!, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function unquote(text: string): string {
  const quoted = /^(["'])([\s\S]*)\1$/.exec(text);
  return quoted && text.length > 1 ? quoted[2]! : text;
}
