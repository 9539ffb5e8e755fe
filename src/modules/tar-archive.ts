import { Readable } from 'node:stream';
import type { Payload } from '../connection/connection.ts';

export interface ArchivedFile {
  /** Relative; one that `fitsArchive`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Whether the plain header can carry a name, and every tool prints it as it is. */
export function fitsArchive(name: string): boolean {
  return Buffer.byteLength(name) <= nameBytes && !/[\n\r\\\0]/.test(name) && name.isWellFormed();
}

/** An uncompressed ustar archive: the files with mode 0600, ahead of them the folders that they are in. */
export function tarArchive(files: readonly ArchivedFile[]): Payload {
  const folders = foldersOf(files.map(({ name }) => name));
  const blocks = files.reduce((sum, { bytes }) => sum + 1 + Math.ceil(bytes.length / block), 0);
  return {
    size: (folders.length + blocks + 2) * block,
    open: () => Readable.from(pieces(chunks(folders, files))),
  };
}

/** The folders of relative names, each behind the one that it is in. */
export function foldersOf(names: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const name of names) {
    for (let at = name.indexOf('/'); at > 0; at = name.indexOf('/', at + 1)) {
      folders.add(name.slice(0, at));
    }
  }
  return [...folders];
}

const block = 512;
const nameBytes = 100;
const pieceBytes = 64 * 1024;

/** Small chunks joined: each that is sent costs a packet. */
function* pieces(all: Iterable<Uint8Array>) {
  let held: Uint8Array[] = [];
  let size = 0;
  for (const chunk of all) {
    held.push(chunk);
    size += chunk.length;
    if (size < pieceBytes) continue;
    yield Buffer.concat(held);
    held = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(held);
}

function* chunks(folders: readonly string[], files: readonly ArchivedFile[]) {
  for (const name of folders) yield header(name, 0o700, 0, '5');
  for (const { name, bytes } of files) {
    yield header(name, 0o600, bytes.length, '0');
    if (bytes.length > 0) yield bytes;
    const rest = bytes.length % block;
    if (rest > 0) yield Buffer.alloc(block - rest);
  }
  yield Buffer.alloc(2 * block);
}

function header(name: string, mode: number, size: number, type: '0' | '5'): Buffer {
  const bytes = Buffer.alloc(block);
  const octal = (value: number, at: number, digits: number) =>
    bytes.write(value.toString(8).padStart(digits, '0'), at, 'latin1');
  bytes.write(name, 0);
  octal(mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(0, 136, 11);
  bytes.write(type, 156, 'latin1');
  bytes.write('ustar\x0000', 257, 'latin1');
  // the sum of a header whose own sum is spaces
  bytes.fill(' ', 148, 156);
  octal(
    bytes.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  );
  bytes.write('\0 ', 154, 'latin1');
  return bytes;
}
