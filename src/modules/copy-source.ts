import { createHash, hash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { RolecallError } from '../errors.ts';
import type { ContentState } from '../observe/content.ts';
import type { DigestState } from '../observe/digest.ts';
import type { PathState } from '../observe/path.ts';
import type { FileSource } from './atomic-write.ts';
import type { Controller } from './contract.ts';
import { FileMemory } from './file-memory.ts';
import { maxDiffBytes } from './file-target.ts';
import { SharedFile } from './shared-file.ts';

/** A file ready to be put in place. */
export interface SourceFile {
  readonly source: FileSource;
  readonly size: number;
  readonly sha256: string;
  /** Ansible's `checksum`. */
  readonly sha1: string;
  /** Kept where it is small enough for a diff. */
  readonly bytes?: Buffer;
  /** Permissions of the source, for mode `preserve`. */
  readonly mode?: number;
}

/** A file on the controller. */
export interface LocalFile extends SourceFile {
  readonly kind: 'file';
}

export interface LocalDirectory {
  readonly kind: 'directory';
  readonly path: string;
  /** In the order in which they are to be made. */
  readonly entries: readonly LocalEntry[];
}

/** Something in a folder, by its path within it. */
export type LocalEntry = { readonly name: string; readonly mode: number } & (
  | { readonly type: 'directory' }
  | { readonly type: 'link'; readonly target: string }
  | { readonly type: 'file'; readonly file: LocalFile }
);

/** Text or bytes as a file. */
export function fileOfBytes(bytes: Buffer, mode?: number): LocalFile {
  if (bytes.length > maxRemembered) return summed(bytes, mode);
  const key = `${mode} ${bytes.toString('latin1')}`;
  let file = remembered.get(key);
  if (!file) {
    if (remembered.size >= mostRemembered) remembered.clear();
    file = summed(bytes, mode);
    remembered.set(key, file);
  }
  return file;
}

/** Small files are the same on many hosts, and asked for twice on each. */
const remembered = new Map<string, LocalFile>();
const maxRemembered = 4096;
const mostRemembered = 2000;

function summed(bytes: Buffer, mode: number | undefined): LocalFile {
  return {
    kind: 'file',
    source: { payload: bytes },
    size: bytes.length,
    sha256: hash('sha256', bytes),
    sha1: hash('sha1', bytes),
    ...(bytes.length <= maxDiffBytes && { bytes }),
    mode,
  };
}

/** Reads what `src` names on the controller; large files are summed as a stream and sent as one. */
export async function readSource(
  path: string,
  controller: Controller,
  options: { readonly decrypt: boolean; readonly follow: boolean },
): Promise<LocalFile | LocalDirectory> {
  const found = await stat(path);
  if (!found.isDirectory()) return readLocalFile(path, found, controller, options.decrypt);
  const entries: LocalEntry[] = [];
  await walk(path, '', entries, controller, options, []);
  return { kind: 'directory', path, entries };
}

async function readLocalFile(
  path: string,
  found: Stats,
  controller: Controller,
  decrypt: boolean,
): Promise<LocalFile> {
  const { size } = found;
  const mode = found.mode & 0o7777;
  if (size <= maxRemembered) {
    const bytes = await smallFiles.recall(path, () => rawBytes(path), found);
    // Decrypted each time: whoever decrypts learns what is secret, and nothing of it stays here.
    return fileOfBytes(decrypt && isVault(bytes) ? await controller.readFile(path) : bytes, mode);
  }
  if (size <= maxDiffBytes || (decrypt && (await isVaulted(path)))) {
    const bytes = decrypt ? await controller.readFile(path) : await rawBytes(path);
    return fileOfBytes(bytes, mode);
  }
  const { shared, ...sums } = await largeFiles.recall(path, () => sumFile(path));
  return {
    kind: 'file',
    source: { payload: { size, open: () => shared.read() } },
    size,
    ...sums,
    mode,
  };
}

interface LargeFile {
  readonly shared: SharedFile;
  readonly sha256: string;
  readonly sha1: string;
}

const largeFiles = new FileMemory<LargeFile>();
const smallFiles = new FileMemory<Buffer>(mostRemembered);

async function sumFile(path: string): Promise<LargeFile> {
  const shared = new SharedFile(path);
  const sha256 = createHash('sha256');
  const sha1 = createHash('sha1');
  for await (const piece of shared.read()) {
    sha256.update(piece);
    sha1.update(piece);
  }
  return { shared, sha256: sha256.digest('hex'), sha1: sha1.digest('hex') };
}

async function walk(
  root: string,
  within: string,
  entries: LocalEntry[],
  controller: Controller,
  options: { readonly decrypt: boolean; readonly follow: boolean },
  ancestors: readonly string[],
): Promise<void> {
  const folder = join(root, within);
  const identity = await stat(folder);
  const key = `${identity.dev}:${identity.ino}`;
  if (ancestors.includes(key)) {
    throw new RolecallError({
      code: 'file-not-found',
      message: `${folder} is a link to a folder that it is in; copying it would never end`,
    });
  }
  for (const name of (await readdir(folder)).sort()) {
    const relative = within === '' ? name : `${within}/${name}`;
    const path = join(root, relative);
    const itself = await lstat(path);
    const isLink = itself.isSymbolicLink();
    if (isLink && !options.follow) {
      entries.push({ name: relative, mode: 0o777, type: 'link', target: await readlink(path) });
      continue;
    }
    const found = isLink ? await stat(path) : itself;
    const mode = found.mode & 0o7777;
    if (found.isDirectory()) {
      entries.push({ name: relative, mode, type: 'directory' });
      await walk(root, relative, entries, controller, options, [...ancestors, key]);
    } else if (found.isFile()) {
      const file = await readLocalFile(path, found, controller, options.decrypt);
      entries.push({ name: relative, mode, type: 'file', file });
    }
  }
}

async function isVaulted(path: string): Promise<boolean> {
  for await (const chunk of createReadStream(path, { start: 0, end: 13 })) {
    return isVault(chunk as Buffer);
  }
  return false;
}

function isVault(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 14) === '$ANSIBLE_VAULT';
}

async function rawBytes(path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A file that is on the host already. */
export function remoteSource(
  src: string,
  answers: { readonly [name: string]: unknown },
): SourceFile | { readonly problem: string } {
  const state = answers.src as PathState;
  const sha256 = (answers.srcSum as DigestState).digest;
  if (!state.exists) return { problem: `the source ${src} does not exist on the host` };
  if (sha256 === undefined) {
    return {
      problem: `the source ${src} is ${(answers.srcSum as DigestState).why}, it cannot be copied`,
    };
  }
  return {
    source: { remotePath: src },
    sha256,
    sha1: (answers.srcSha1 as DigestState).digest ?? '',
    size: state.size,
    bytes: (answers.srcContent as ContentState | undefined)?.bytes,
    mode: state.mode,
  };
}

/** The name under which a source lands in a folder. */
export function sourceName(src: string): string {
  return basename(src);
}
