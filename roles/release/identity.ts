import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { ReleaseGiven } from './parameters.ts';

/** A release as the host has to get it. */
export interface Identity {
  readonly id: string;
  readonly sha256: string;
  /** The archive on the controller; absent where hosts fetch it themselves. */
  readonly file?: { readonly path: string; readonly size: number };
  /** Why this cannot be the release that was asked for. */
  readonly problem?: string;
}

/** What of a module's controller is needed here. */
export interface Finder {
  findFile(name: string, kind: 'files'): Promise<string>;
}

/**
 * Tells the name and checksum of a release: from its parameters alone where hosts fetch it, else from the
 * archive, which has to be the one that the parameters describe.
 */
export async function identify(
  given: ReleaseGiven & { readonly url?: string },
  controller: Finder,
): Promise<Identity> {
  if (given.url !== undefined) {
    const sha256 = given.sha256 ?? '';
    return { id: idOf(given, sha256), sha256 };
  }
  const path = await controller.findFile(given.artifact, 'files');
  const { size, sha256 } = await sumOf(path);
  const differs = given.sha256 !== undefined && given.sha256 !== sha256;
  return {
    id: idOf(given, sha256),
    sha256,
    file: { path, size },
    ...(differs && {
      problem: `${path} has the sha256 ${sha256} instead of ${given.sha256}: it is not the release that was asked for`,
    }),
  };
}

/** Derived from the content, unless it has a name of its own. */
export function idOf(given: ReleaseGiven, sha256: string): string {
  return given.id ?? sha256.slice(0, 12);
}

/** The name of an archive where it is published: unique for each content. */
export function publishedName(application: string, given: ReleaseGiven, sha256: string): string {
  const ending = /\.(?:tar(?:\.[a-z0-9]+)?|tgz|txz|tzst)$/.exec(given.artifact)?.[0] ?? '.tar';
  return `${application}-${idOf(given, sha256)}${ending}`;
}

const sums = new Map<string, Promise<string>>();

/** Sums each archive once however many hosts and tasks ask. */
async function sumOf(path: string): Promise<{ size: number; sha256: string }> {
  const { size, ino, mtimeMs, ctimeMs } = await stat(path);
  const key = [path, size, ino, mtimeMs, ctimeMs].join('\0');
  const known = sums.get(key) ?? sumStream(path);
  sums.set(key, known);
  return { size, sha256: await known };
}

async function sumStream(path: string): Promise<string> {
  const sum = createHash('sha256');
  await pipeline(createReadStream(path), sum);
  return sum.digest('hex');
}
