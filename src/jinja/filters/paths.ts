import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import type { Value } from '../../values.ts';
import { Fault } from '../python/faults.ts';
import { tuple } from '../python/objects.ts';
import { text } from '../python/text.ts';
import { asText } from '../runtime/arguments.ts';
import type { Definition } from '../runtime/definition.ts';
import { filter } from './define.ts';

/** Filters that work on paths; those that look at files look at the controller's. */
export const pathFilters: Record<string, Definition> = {
  basename: filter('The last part of a path.', '', (value) => lastPart(text(value))),
  dirname: filter('Everything but the last part of a path.', '', (value) => parentOf(text(value))),
  splitext: filter('A pair of the path without its extension, and the extension.', '', (value) => {
    const path = text(value);
    const name = lastPart(path);
    const dot = name.lastIndexOf('.');
    const isExtension = dot > 0 && /[^.]/.test(name.slice(0, dot));
    const at = isExtension ? path.length - name.length + dot : path.length;
    return tuple(path.slice(0, at), path.slice(at));
  }),
  path_join: filter('The parts joined to one path.', '', (value) =>
    joinPath(Array.isArray(value) ? value.map(text) : [text(value)]),
  ),
  expanduser: filter('With ~ replaced by the home directory.', '', (value) =>
    expandUser(text(value)),
  ),
  expandvars: filter('With $NAME replaced from the environment.', '', (value) =>
    text(value).replace(
      /\$(?:(\w+)|\{([^}]*)\})/g,
      (whole, plain, braced) => process.env[plain ?? braced] ?? whole,
    ),
  ),
  realpath: filter('The path without symbolic links.', '', (value) => realPath(text(value))),
  relpath: filter(
    'The path as seen from another one.',
    'start?',
    (value, [start]) =>
      posix.relative(posix.resolve(asText(start, '.')), posix.resolve(text(value))) || '.',
  ),
  commonpath: filter('The longest path that all begin with.', '', (value) => {
    if (!Array.isArray(value) || value.length === 0)
      throw new Fault("'commonpath' needs a list of paths");
    const split = value.map((path) => text(path).split('/'));
    const shortest = Math.min(...split.map((parts) => parts.length));
    let length = 0;
    while (length < shortest && split.every((parts) => parts[length] === split[0]![length]))
      length++;
    return split[0]!.slice(0, length).join('/') || (text(value[0]!).startsWith('/') ? '/' : '');
  }),
  normpath: filter('The path without doubled slashes, . and ..', '', (value) =>
    normalPath(text(value)),
  ),
  fileglob: filter('The files that a shell pattern matches.', '', (value) =>
    globFiles(text(value)),
  ),
  win_basename: filter('The last part of a Windows path.', '', (value) =>
    win32.basename(text(value)),
  ),
  win_dirname: filter('Everything but the last part of a Windows path.', '', (value) =>
    win32.dirname(text(value)),
  ),
  win_splitdrive: filter('A pair of the drive and the rest of a Windows path.', '', (value) => {
    const [, drive = '', rest = ''] =
      /^([A-Za-z]:|\\\\[^\\]+\\[^\\]+)?([\s\S]*)$/.exec(text(value)) ?? [];
    return tuple(drive, rest);
  }),
};

/** The files (not directories) that a pattern with *, ? and [] matches, sorted. */
export function globFiles(pattern: string): Value[] {
  const directory = parentOf(pattern);
  const matcher = globPattern(lastPart(pattern));
  let names: string[];
  try {
    names = readdirSync(directory === '' ? '.' : directory);
  } catch {
    return [];
  }
  return names
    .filter((name) => matcher.test(name) && (!name.startsWith('.') || pattern.includes('/.')))
    .map((name) => (directory === '' ? name : posix.join(directory, name)))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
    .sort();
}

export function expandUser(path: string): string {
  const [, user, rest = ''] = /^~([^/]*)([\s\S]*)$/.exec(path) ?? [];
  if (user === undefined) return path;
  const home = user === '' ? homedir() : homeOf(user);
  return home === undefined ? path : home + rest;
}

function homeOf(user: string): string | undefined {
  const entries = readFileSync('/etc/passwd', 'utf8').split('\n');
  return entries.map((entry) => entry.split(':')).find(([name]) => name === user)?.[5];
}

function globPattern(pattern: string): RegExp {
  const source = pattern.replace(/\[!?[^\]]*\]|[\s\S]/g, (part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (part.length > 1) return part.replace(/^\[!/, '[^').replaceAll('\\', '\\\\');
    return part.replace(/[.+^${}()|[\]\\/]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 's');
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function parentOf(path: string): string {
  const head = path.slice(0, path.lastIndexOf('/') + 1);
  return /^\/*$/.test(head) ? head : head.replace(/\/+$/, '');
}

function joinPath(parts: readonly string[]): string {
  return parts.reduce((path, part) => {
    if (part.startsWith('/')) return part;
    return path === '' || path.endsWith('/') ? path + part : `${path}/${part}`;
  });
}

function normalPath(path: string): string {
  const normal = posix.normalize(path).replace(/(.)\/$/, '$1');
  return path === '' ? '.' : normal;
}

function realPath(path: string): string {
  const full = posix.resolve(path);
  try {
    return realpathSync(full);
  } catch {
    return full === '/' ? full : posix.join(realPath(posix.dirname(full)), posix.basename(full));
  }
}
