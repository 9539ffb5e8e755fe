const breaks = '\n\x85\u2028\u2029';

const escapes: Record<string, string> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\x85': 'N',
  '\xa0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
};

/** Writes YAML text and keeps track of the column, so that long scalars are folded where PyYAML folds them. */
export class YamlWriter {
  column = 0;
  /** Only indentation (and dashes) stand on the current line. */
  indention = true;
  private readonly width: number;
  private whitespace = true;
  private text = '';

  constructor(width: number) {
    this.width = width;
  }

  toString(): string {
    return this.text;
  }

  indicator(sign: string, needsSpace: boolean, indention = false, whitespace = false): void {
    this.write(this.whitespace || !needsSpace ? sign : ` ${sign}`);
    this.whitespace = whitespace;
    this.indention &&= indention;
  }

  /** Goes to a column: on a new line unless nothing but indentation stands before it. */
  newline(indent: number): void {
    if (!this.indention || this.column > indent || (this.column === indent && !this.whitespace)) {
      this.lineBreak();
    }
    if (this.column < indent) {
      this.whitespace = true;
      this.write(' '.repeat(indent - this.column));
    }
  }

  plain(text: string, indent: number, split: boolean): void {
    if (text === '') return;
    if (!this.whitespace) this.write(' ');
    this.whitespace = false;
    this.indention = false;
    for (const run of runs(text)) {
      if (run.text === ' ' && split && this.column > this.width) {
        this.newline(indent);
        this.whitespace = false;
        this.indention = false;
      } else {
        this.write(run.text);
      }
    }
  }

  singleQuoted(text: string, indent: number, split: boolean): void {
    this.indicator("'", true);
    for (const run of runs(text)) {
      const isInner = run.start !== 0 && run.start + run.text.length !== text.length;
      if (run.text === ' ' && split && isInner && this.column > this.width) {
        this.newline(indent);
      } else if (breaks.includes(run.text[0]!)) {
        if (run.text.startsWith('\n')) this.lineBreak();
        for (const one of run.text) this.lineBreak(one);
        this.newline(indent);
      } else {
        this.write(run.text.replaceAll("'", "''"));
      }
    }
    this.indicator("'", false);
  }

  doubleQuoted(text: string, indent: number, split: boolean): void {
    this.indicator('"', true);
    const characters = [...text];
    let afterSpace = false;
    for (const [index, character] of characters.entries()) {
      const isInner = index > 0 && index < characters.length - 1;
      if (character === ' ' && isInner && split && !afterSpace && this.column > this.width) {
        this.newline(indent);
        if (characters[index + 1] === ' ') this.write('\\');
      } else {
        this.write(isPlain(character) ? character : escaped(character));
      }
      afterSpace = character === ' ';
    }
    this.indicator('"', false);
  }

  private lineBreak(sign = '\n'): void {
    this.whitespace = true;
    this.indention = true;
    this.column = 0;
    this.text += sign;
  }

  private write(part: string): void {
    this.column += part.length;
    this.text += part;
  }
}

/** Cuts a text into runs of spaces, of breaks and of everything else. */
function runs(text: string): { start: number; text: string }[] {
  return [...text.matchAll(/ +|[\n\x85\u2028\u2029]+|[^ \n\x85\u2028\u2029]+/g)].map((match) => ({
    start: match.index,
    text: match[0],
  }));
}

function isPlain(character: string): boolean {
  return (
    !/["\\\u2028\u2029]/.test(character) &&
    /[\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u.test(character)
  );
}

function escaped(character: string): string {
  const known = escapes[character];
  if (known !== undefined) return `\\${known}`;
  const code = character.codePointAt(0)!;
  const [prefix, digits] = code <= 0xff ? ['x', 2] : code <= 0xffff ? ['u', 4] : ['U', 8];
  return `\\${prefix}${code.toString(16).toUpperCase().padStart(Number(digits), '0')}`;
}
