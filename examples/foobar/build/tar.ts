import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ContentFile } from './content.ts';

const blockSize = 512;
/** 2001-01-01, in seconds. */
const earliest = 978_307_200;

/**
 * A POSIX tar archive (ustar) that depends on paths and contents alone: names sorted, everything
 * owned by root. Times too follow from the content: nginx makes ETags of time and size, so that one
 * time for all would hide a change that keeps the size.
 */
export function tar(files: readonly ContentFile[]): Buffer {
  const folders = new Set(files.flatMap(({ path }) => parentsOf(path)));
  const entries: [path: string, data: Buffer | undefined][] = [
    ...[...folders].map((path): [string, undefined] => [`${path}/`, undefined]),
    ...files.map(({ path, data }): [string, Buffer] => [path, data]),
  ];
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  const blocks = entries.flatMap(([path, data]) => [header(path, data), ...padded(data)]);
  return Buffer.concat([...blocks, Buffer.alloc(2 * blockSize)]);
}

/** Without name and time, and with an unknown operating system: the same bytes everywhere. */
export function gzip(data: Buffer): Buffer {
  const zipped = gzipSync(data, { level: 9 });
  zipped[9] = 255;
  return zipped;
}

function parentsOf(path: string): string[] {
  const parent = dirname(path);
  return parent === '.' ? [] : [parent, ...parentsOf(parent)];
}

function header(path: string, data: Buffer | undefined): Buffer {
  if (Buffer.byteLength(path) > 100) throw new Error(`${path}: longer than tar's 100 bytes`);
  const block = Buffer.alloc(blockSize);
  block.write(path, 0);
  block.write(data ? '0000644' : '0000755', 100);
  block.write('0000000', 108); // user
  block.write('0000000', 116); // group
  block.write(octal(data?.length ?? 0), 124);
  block.write(octal(data ? timeOf(data) : earliest), 136);
  block.write(' '.repeat(8), 148); // stands in for the checksum while it is computed
  block.write(data ? '0' : '5', 156);
  block.write('ustar\u000000', 257);
  block.write('root', 265);
  block.write('root', 297);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148);
  return block;
}

/** Between 2001 and 2010. */
function timeOf(data: Buffer): number {
  const sum = createHash('sha256').update(data).digest();
  return earliest + (sum.readUInt32BE() >>> 4);
}

function octal(value: number): string {
  return value.toString(8).padStart(11, '0');
}

function padded(data: Buffer | undefined): Buffer[] {
  if (!data) return [];
  return [data, Buffer.alloc((blockSize - (data.length % blockSize)) % blockSize)];
}
