/** Breaks each line of a text as Python's textwrap does, spaces at the break dropped. */
export function wordWrap(
  text: string,
  width: number,
  breakLong: boolean,
  separator: string,
  onHyphens: boolean,
): string {
  const lines = text.split(/\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]/);
  if (lines.at(-1) === '' && lines.length > 1) lines.pop();
  return lines
    .map((line) => wrapLine(line, width, breakLong, onHyphens).join(separator))
    .join(separator);
}

function wrapLine(line: string, width: number, breakLong: boolean, onHyphens: boolean): string[] {
  const hyphenated = /(\s+|[^\s\w]*\w+[^0-9\W]-(?=\w+[^0-9\W])|[^\s-]+-{2,}(?=\w)|-{2,}(?=\w))/u;
  const chunks = line.split(onHyphens ? hyphenated : /(\s+)/).filter((chunk) => chunk !== '');
  const result: string[] = [];
  let current = '';
  for (let chunk of chunks) {
    if (current.length + chunk.length <= width) {
      if (current !== '' || result.length === 0 || chunk.trim() !== '') current += chunk;
      continue;
    }
    if (chunk.trim() === '') continue;
    if (breakLong && chunk.length > width) {
      const room = Math.max(0, width - current.length);
      current += chunk.slice(0, room);
      chunk = chunk.slice(room);
      while (chunk !== '') {
        if (current.trimEnd() !== '') result.push(current.trimEnd());
        current = chunk.slice(0, width);
        chunk = chunk.slice(width);
      }
    } else {
      if (current.trimEnd() !== '') result.push(current.trimEnd());
      current = chunk;
    }
  }
  if (current.trimEnd() !== '') result.push(current.trimEnd());
  return result;
}
