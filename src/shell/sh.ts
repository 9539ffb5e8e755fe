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
 * Throws TypeError on what no shell can carry (NUL bytes, halves of surrogate pairs) and on a value that
 * stands inside quotes of the template, where it would be quoted twice.
 *
 * @example sh`chown ${owner} -- ${paths}` // chown 'www-data' -- '/a b' '/c'
 */
export function sh(strings: TemplateStringsArray, ...parts: Part[]): Sh {
  const quoted = quotedGaps(strings);
  let text = strings[0]!;
  for (const [index, part] of parts.entries()) {
    const next = strings[index + 1]!;
    if (quoted[index] && !(part instanceof Sh) && typeof part !== 'number') {
      throw new TypeError(`a value stands inside quotes of the template: …${text.slice(-40)}\${…}`);
    }
    // Digits before a redirection would name a file descriptor.
    const digits = typeof part === 'string' && /^[<>]/.test(next) && /^\d+$/.test(part);
    text += (digits ? `'${part}'` : partText(part)) + next;
  }
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

/** One word, quoted for sh; safe words stay as they are. Throws TypeError on NUL and lone surrogates. */
export function quoteWord(word: string): string {
  if (word.includes('\0')) throw new TypeError('a NUL byte cannot be passed to a shell');
  if (!word.isWellFormed()) {
    throw new TypeError('half of a surrogate pair cannot be passed to a shell');
  }
  if (/^[A-Za-z0-9_@%+:,./=-]+$/.test(word) && !isSpecial(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Where a command is expected these would be taken for syntax or for an assignment. */
function isSpecial(word: string): boolean {
  return /^(=|[A-Za-z_]\w*=)/.test(word) || reserved.has(word);
}

const reserved = new Set(
  'case do done elif else esac fi for function if in select then time until while'.split(' '),
);

function partText(part: Part): string {
  if (part instanceof Sh) return part.text;
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return quoteWord(part);
  return part.map(partText).join(' ');
}

const gapsOf = new WeakMap<TemplateStringsArray, readonly boolean[]>();

/** For each value of a template, whether it stands inside quotes. Comments do not open quotes. */
function quotedGaps(strings: TemplateStringsArray): readonly boolean[] {
  const known = gapsOf.get(strings);
  if (known) return known;
  // The innermost is last: a quote, or '' for each parenthesis, in which quotes begin anew.
  const open: string[] = [];
  const gaps = strings.slice(0, -1).map((text) => {
    scan(text, open);
    return !!open.at(-1);
  });
  gapsOf.set(strings, gaps);
  return gaps;
}

function scan(text: string, open: string[]): void {
  for (let index = 0; index < text.length; index++) {
    const char = text[index]!;
    const quote = open.at(-1) ?? '';
    if (quote === "'") {
      if (char === "'") open.pop();
    } else if (char === '\\') index++;
    else if (char === '$' && text[index + 1] === '(') open.push('');
    else if (char === '"' && quote) open.pop();
    else if (char === '"') open.push(char);
    else if (quote) continue;
    else if (char === "'") open.push(char);
    else if (char === '(' && text[index - 1] !== '$') open.push('');
    else if (char === ')' && open.length > 0) open.pop();
    else if (char === '#' && /^$|\s/.test(text[index - 1] ?? '')) {
      const end = text.indexOf('\n', index);
      index = end < 0 ? text.length : end;
    }
  }
}
