/** One line of sources.list. */
export interface SourceLine {
  readonly type: 'deb' | 'deb-src';
  /** What stands in brackets, sorted. */
  readonly options: readonly string[];
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  /** The line with single spaces. */
  readonly text: string;
}

/** Undefined for comments, empty lines and what is no source. */
export function readSourceLine(line: string): SourceLine | undefined {
  const bare = line.replace(/(^|\s)#.*$/, '').trim();
  const match = /^(deb|deb-src)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)((?:\s+\S+)*)$/.exec(bare);
  if (!match) return undefined;
  const [, type, inBrackets, uri, suite, rest] = match;
  const options = (inBrackets ?? '').split(/\s+/).filter(Boolean).sort();
  const components = rest!.split(/\s+/).filter(Boolean);
  if (components.length === 0 && !suite!.endsWith('/')) return undefined;
  return {
    type: type as 'deb' | 'deb-src',
    options,
    uri: uri!,
    suite: suite!,
    components,
    text: bare.replace(/\s+/g, ' '),
  };
}

export function sameSource(a: SourceLine | undefined, b: SourceLine): boolean {
  return (
    a !== undefined &&
    a.type === b.type &&
    a.uri.replace(/\/$/, '') === b.uri.replace(/\/$/, '') &&
    a.suite === b.suite &&
    a.options.join(' ') === b.options.join(' ') &&
    a.components.join(' ') === b.components.join(' ')
  );
}

export function withoutSource(text: string, line: SourceLine): string {
  return text
    .split('\n')
    .filter((one) => !sameSource(readSourceLine(one), line))
    .join('\n');
}

/** The file name that Ansible makes of a line: the words of its address joined with `_`. */
export function fileNameFor(repo: string): string {
  const address = (readSourceLine(repo)?.uri ?? repo)
    .replace(/^\w+:\/\//, '')
    .replace(/^[^@]*@/, '');
  return address
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
    .join('_');
}
