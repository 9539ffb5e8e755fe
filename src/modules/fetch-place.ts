import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, normalize, relative, resolve, sep } from 'node:path';
import { RolecallError } from '../errors.ts';
import type { Controller } from './contract.ts';

/** Where a fetched file goes. */
export interface FetchPlace {
  readonly file: string;
  /** The folder that the task named; from there on no link is followed. */
  readonly root: string;
}

export interface FetchRequest {
  readonly src: string;
  readonly dest: string;
  readonly flat: boolean;
}

/** Computes the place from names that a host may have made up; a sentence where they lead outside. */
export async function fetchPlace(
  given: FetchRequest,
  controller: Pick<Controller, 'inventoryHostname' | 'playbookDir'>,
): Promise<FetchPlace | { readonly problem: string }> {
  const dest = resolve(controller.playbookDir, given.dest.replace(/^~(?=\/|$)/, homedir()));
  if (given.flat) {
    if (!given.dest.endsWith('/')) {
      const isFolder = (await lstat(dest).catch(() => undefined))?.isDirectory();
      if (isFolder) {
        return {
          problem:
            'dest is an existing directory, use a trailing slash if you want to fetch src into that directory',
        };
      }
      return { file: dest, root: dirname(dest) };
    }
    return inside(dest, basename(given.src), given.src);
  }
  const host = controller.inventoryHostname;
  if (host === '' || host === '.' || host === '..' || host.includes('/')) {
    return { problem: `the host's name '${host}' cannot be the name of a folder` };
  }
  const place = inside(join(dest, host), given.src, given.src);
  return 'problem' in place ? place : { file: place.file, root: dest };
}

/** The checksum of what is there; undefined where there is no regular file. */
export async function localSha256(file: string): Promise<string | undefined> {
  const handle = await open(
    file,
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  ).catch(() => undefined);
  if (!handle) return undefined;
  try {
    if (!(await handle.stat()).isFile()) return undefined;
    const hash = createHash('sha256');
    for await (const chunk of handle.createReadStream({ autoClose: false })) hash.update(chunk);
    return hash.digest('hex');
  } finally {
    await handle.close();
  }
}

/** Writes beside the place and renames; every folder below the root has to be one, not a link to one. */
export async function writeFetched(place: FetchPlace, bytes: Buffer): Promise<void> {
  await mkdir(place.root, { recursive: true });
  let folder = place.root;
  for (const part of relative(place.root, dirname(place.file)).split(sep).filter(Boolean)) {
    folder = join(folder, part);
    const found = await lstat(folder).catch(() => undefined);
    if (!found) await mkdir(folder);
    else if (!found.isDirectory()) {
      throw new RolecallError({
        code: 'module-failed',
        message: `${folder} is not a folder (links are not followed), so ${place.file} is not written`,
      });
    }
  }
  const temporary = join(folder, `.rolecall-tmp.${randomBytes(6).toString('hex')}`);
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.chmod(0o644);
    await handle.sync();
    await rename(temporary, place.file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

function inside(
  root: string,
  name: string,
  src: string,
): FetchPlace | { readonly problem: string } {
  const file = normalize(`${root}/${name}`);
  const isInside = file.startsWith(`${root}/`) && !file.endsWith('/') && !file.includes('\0');
  if (isInside && !name.split('/').includes('..')) return { file, root };
  return {
    problem: `Detected directory traversal, expected to be contained in '${root}' but got '${src}'`,
  };
}
