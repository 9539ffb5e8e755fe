/**
 * Splits text into words as Python's shlex does: blanks separate, quotes and backslashes protect,
 * nothing is expanded. Undefined when a quote is not closed.
 *
 * @example splitWords(`visudo -cf '%s x'`) // ['visudo', '-cf', '%s x']
 */
export function splitWords(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let index = 0; index < text.length; index++) {
    const char = text[index]!;
    if (quote === "'") {
      if (char === "'") quote = undefined;
      else word += char;
    } else if (char === '\\') {
      const next = text[++index];
      if (next === undefined) return undefined;
      const kept = quote === '"' && next !== '"' && next !== '\\' ? '\\' : '';
      word = `${word ?? ''}${kept}${next}`;
    } else if (quote === '"') {
      if (char === '"') quote = undefined;
      else word += char;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= '';
    } else if (/[ \t\r\n]/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  if (quote) return undefined;
  if (word !== undefined) words.push(word);
  return words;
}
