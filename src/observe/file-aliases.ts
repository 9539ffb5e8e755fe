import type { Observation } from './observation.ts';

/**
 * Whether a change of one file may alter what is known of another: what is below it, a listing that it is
 * in, or the same file under another name, which linked folders give (`/lib/x` and `/usr/lib/x`).
 * Names of what is really one file end alike; a link of another name is looked up anew by its own touch.
 */
export function isStaleAfter(kind: string, key: string, touched: Observation<unknown>): boolean {
  const own = pathOf(kind, key);
  const other = pathOf(touched.kind, touched.key);
  if (own === undefined || other === undefined) return false;
  // a folder is touched as `path` alone when something in it changes
  if (touched.kind === 'path') return own === other;
  if (own === other || isBelow(own, other) || haveSameBase(own, other)) return true;
  return (
    kind === 'tree' &&
    (own === '/' || isBelow(other, own) || `${other}/`.includes(`/${baseOf(own)}/`))
  );
}

/** Fewer observations that make the same answers old: contents and digests of one file do so alike. */
export function distinctForStaleness(
  touched: readonly Observation<unknown>[],
): readonly Observation<unknown>[] {
  const distinct = new Map<unknown, Observation<unknown>>();
  for (const one of touched) {
    const isFile = one.kind === 'content' || one.kind === 'digest';
    distinct.set(isFile ? pathOf(one.kind, one.key) : one, one);
  }
  return [...distinct.values()];
}

/** What of the file system a package never brings, by the rules of the distributions. */
export function isOutsidePackages(path: string): boolean {
  return /^(?:~|\/(?:home|root|tmp|srv|proc|sys|dev|mnt|media|var\/tmp|usr\/local)(?:\/|$))/.test(
    path,
  );
}

/** One spelling for a path: no slash at the end, none doubled. */
export function normalizePath(path: string): string {
  return path.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
}

/** The files that say where packages come from, and what apt knows of them. */
export const aptFiles = /^\/(etc\/apt|var\/lib\/apt|usr\/share\/keyrings)(\/|$)/;

/** Whether a change is one of a file whose path matches. */
export function touchesFile(touched: Observation<unknown>, where: RegExp): boolean {
  const path = pathOf(touched.kind, touched.key);
  return path !== undefined && where.test(path);
}

/** The path that an observation of a file is about; undefined for other kinds. */
export function pathOf(kind: string, key: string): string | undefined {
  if (kind === 'path' || kind === 'content') return key;
  if (kind === 'digest') return key.slice(key.indexOf(' ') + 1);
  if (kind === 'tree') return key.split(' ').slice(2).join(' ');
  return undefined;
}

/** The last component of a path. */
export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function isBelow(path: string, folder: string): boolean {
  return path.length > folder.length && path.startsWith(folder) && path[folder.length] === '/';
}

/** Compares without making strings: this is asked for each pair of files. */
function haveSameBase(one: string, other: string): boolean {
  const length = one.length - one.lastIndexOf('/') - 1;
  return (
    length === other.length - other.lastIndexOf('/') - 1 &&
    other.endsWith(one.slice(one.length - length))
  );
}
