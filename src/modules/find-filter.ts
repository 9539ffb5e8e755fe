import type { TreeEntry } from '../observe/tree.ts';
import { compilePython, searchFrom } from '../regex.ts';

export interface Found {
  readonly path: string;
  readonly entry: TreeEntry;
}

export interface FindOptions {
  readonly patterns?: readonly string[];
  readonly excludes?: readonly string[];
  readonly use_regex: boolean;
  readonly file_type: string;
  readonly hidden: boolean;
  readonly age?: string;
  readonly age_stamp: string;
  readonly size?: string;
}

/** All that name, type, age and size say; the content is looked at later. */
export function findFilter(
  options: FindOptions,
  now: number | undefined,
): (found: Found) => boolean {
  const patterns = options.patterns?.length ? options.patterns : [options.use_regex ? '.*' : '*'];
  const included = patterns.map((pattern) => nameMatcher(pattern, options.use_regex));
  const excluded = (options.excludes ?? []).map((pattern) =>
    nameMatcher(pattern, options.use_regex),
  );
  const age = options.age === undefined ? undefined : readAge(options.age);
  const size = options.size === undefined ? undefined : readSize(options.size);
  return ({ entry }) => {
    const name = entry.name.slice(entry.name.lastIndexOf('/') + 1);
    if (!options.hidden && name.startsWith('.')) return false;
    if (options.file_type !== 'any' && entry.type !== options.file_type) return false;
    if (!included.some((matches) => matches(name))) return false;
    if (excluded.some((matches) => matches(name))) return false;
    const old = (now ?? 0) - entry[options.age_stamp as 'mtime'];
    if (age !== undefined && !(age >= 0 ? old >= age : old <= -age)) return false;
    if (size === undefined || entry.type !== 'file') return true;
    return size >= 0 ? entry.size >= size : entry.size <= -size;
  };
}

/** Seconds of `2d`. */
export function readAge(text: string): number | undefined {
  return readAmount(text, /^(-?\d+)([smhdw]?)$/, { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 });
}

/** Bytes of `10m`. */
export function readSize(text: string): number | undefined {
  return readAmount(text, /^(-?\d+)([bkmgt]?)$/, {
    b: 1,
    k: 1024,
    m: 1024 ** 2,
    g: 1024 ** 3,
    t: 1024 ** 4,
  });
}

function readAmount(
  text: string,
  pattern: RegExp,
  units: Readonly<Record<string, number>>,
): number | undefined {
  const found = pattern.exec(text.toLowerCase());
  return found ? Number(found[1]) * (units[found[2]!] ?? 1) : undefined;
}

function nameMatcher(pattern: string, isRegex: boolean): (name: string) => boolean {
  if (isRegex) {
    const regex = compilePython(pattern);
    return (name) => searchFrom(regex, name)?.index === 0;
  }
  return globMatcher(pattern);
}

/** Whether a name matches a glob as a whole; a star matches slashes too. */
export function globMatcher(pattern: string): (name: string) => boolean {
  const regex = new RegExp(`^${globSource(pattern)}$`, 'su');
  return (name) => regex.test(name);
}

/** A glob as Python's fnmatch reads it. */
function globSource(glob: string): string {
  return glob.replace(/\[(!?)(\]?[^\]]*)\]|[\s\S]/g, (part, negation?: string, set?: string) => {
    if (set !== undefined) {
      return `[${negation ? '^' : ''}${set.replace(/[\\\][^]/g, '\\$&')}]`;
    }
    if (part === '*') return '.*';
    if (part === '?') return '.';
    return part.replace(/[\\^$.|+()[\]{}/]/, '\\$&');
  });
}
