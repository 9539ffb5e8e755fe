/** Words of a line, split as Python's shlex does; `comment` is where an unquoted # ended it. */
export interface Words {
  readonly words: readonly string[];
  /** Where each word starts, from 0. */
  readonly starts: readonly number[];
  /** Offset of a # that directly follows a word, which surprises: `password=a#b`. */
  readonly gluedComment: number | undefined;
}

/** Splits `name key="some value" # comment`; an unclosed quote gives undefined. */
export function splitWords(line: string): Words | undefined {
  const words: string[] = [];
  const starts: number[] = [];
  let word: string | undefined;
  let at = 0;
  for (; at < line.length && line[at] !== '#'; at++) {
    const char = line[at]!;
    if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    if (word === undefined) {
      word = '';
      starts.push(at);
    }
    if (char === '"' || char === "'") {
      const close = closingQuote(line, at);
      if (close === undefined) return undefined;
      const inside = line.slice(at + 1, close);
      word += char === '"' ? inside.replace(/\\(["\\])/g, '$1') : inside;
      at = close;
    } else if (char === '\\') {
      if (at + 1 >= line.length) return undefined;
      word += line[++at];
    } else {
      word += char;
    }
  }
  const gluedComment = word !== undefined && at < line.length ? at : undefined;
  if (word !== undefined) words.push(word);
  return { words, starts, gluedComment };
}

function closingQuote(line: string, open: number): number | undefined {
  for (let at = open + 1; at < line.length; at++) {
    if (line[at] === line[open]) return at;
    if (line[open] === '"' && line[at] === '\\') at++;
  }
  return undefined;
}
