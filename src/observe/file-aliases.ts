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
  if (own === other || own.startsWith(`${other}/`) || baseOf(own) === baseOf(other)) return true;
  return (
    kind === 'tree' &&
    (own === '/' || other.startsWith(`${own}/`) || `${other}/`.includes(`/${baseOf(own)}/`))
  );
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

function pathOf(kind: string, key: string): string | undefined {
  if (kind === 'path' || kind === 'content') return key;
  if (kind === 'digest') return key.slice(key.indexOf(' ') + 1);
  if (kind === 'tree') return key.split(' ').slice(2).join(' ');
  return undefined;
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
