/**
 * The durations of a Server-Timing header in milliseconds; what has none is left out.
 *
 * @example serverTiming('db;dur=4.1, cache;desc="hit", app;dur=6').get('db') === 4.1
 */
export function serverTiming(header: string | undefined): Map<string, number> {
  const found = new Map<string, number>();
  for (const metric of splitOutsideQuotes(header ?? '', ',')) {
    const [name = '', ...parameters] = splitOutsideQuotes(metric, ';').map((part) => part.trim());
    for (const parameter of parameters) {
      const [, value] = /^dur\s*=\s*"?(\d+(?:\.\d+)?)"?$/i.exec(parameter) ?? [];
      if (value !== undefined && name !== '') found.set(name, Number(value));
    }
  }
  return found;
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts = [''];
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    if (character === separator && !quoted) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}
