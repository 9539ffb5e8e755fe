/** What the facts script answered: framed texts by name and the lines of files by path. */
export interface Sources {
  /** The text of a frame; empty when the host did not send it. */
  text(name: string): string;
  /** All frames of one name, in order. */
  texts(name: string): readonly string[];
  /** The lines of a file; none when it is absent or unreadable. */
  lines(path: string): readonly string[];
  /** The first line of a file without surrounding space, or undefined. */
  first(path: string): string | undefined;
  /** Paths of files that match, in the order of the host. */
  paths(pattern: RegExp): readonly string[];
}

/** Splits `NAME LENGTH\nTEXT\n` frames; undefined when the answer is cut off or is something else. */
export function readSources(output: Buffer): Sources | undefined {
  const frames = new Map<string, string[]>();
  let at = 0;
  let ended = false;
  while (at < output.length && !ended) {
    const lineEnd = output.indexOf(0x0a, at);
    const header =
      lineEnd < 0 ? null : /^(\w+) (\d+)$/.exec(output.toString('latin1', at, lineEnd));
    if (!header) return undefined;
    const start = lineEnd + 1;
    const end = start + Number(header[2]);
    if (end + 1 > output.length || output[end] !== 0x0a) return undefined;
    const name = header[1]!;
    frames.set(name, [...(frames.get(name) ?? []), output.toString('utf8', start, end)]);
    ended = name === 'end';
    at = end + 1;
  }
  if (!ended) return undefined;
  const files = splitFiles(frames.get('files')?.[0] ?? '');
  const lines = (path: string) => files.get(path) ?? [];
  return {
    text: (name) => frames.get(name)?.[0] ?? '',
    texts: (name) => frames.get(name) ?? [],
    lines,
    first: (path) => lines(path)[0]?.trim(),
    paths: (pattern) => [...files.keys()].filter((path) => pattern.test(path)),
  };
}

/** `grep -H ''` writes `path:line`; the paths that are asked for hold no colon. */
function splitFiles(text: string): Map<string, string[]> {
  const files = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    const path = line.slice(0, colon);
    const known = files.get(path);
    if (known) known.push(line.slice(colon + 1));
    else files.set(path, [line.slice(colon + 1)]);
  }
  return files;
}

/** Numbers that a host sent: digits only, else undefined. */
export function integer(text: string | undefined): number | undefined {
  if (text === undefined || !/^-?\d{1,15}$/.test(text.trim())) return undefined;
  return Number(text.trim());
}

/** `KEY=value` lines with shell quotes, as in os-release. */
export function assignments(lines: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of lines) {
    const match = /^\s*([A-Za-z_]\w*)=(.*)$/.exec(line);
    if (match) found.set(match[1]!, unquote(match[2]!.trim()));
  }
  return found;
}

function unquote(text: string): string {
  const quote = text[0];
  if ((quote !== '"' && quote !== "'") || text.length < 2 || !text.endsWith(quote)) return text;
  const inner = text.slice(1, -1);
  return quote === '"' ? inner.replace(/\\([\\"$`])/g, '$1') : inner;
}
