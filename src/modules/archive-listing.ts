import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzipSync, inflateRawSync, zstdDecompressSync } from 'node:zlib';
import { RolecallError } from '../errors.ts';

export type ArchiveFormat = 'tar' | 'tar.gz' | 'tar.bz2' | 'tar.xz' | 'tar.zst' | 'zip';

/** Something in an archive; `name` without leading `./` and trailing slash. */
export interface ArchiveEntry {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'link' | 'other';
  readonly size: number;
  readonly mode?: number;
  /** Of a file, where its content was at hand. */
  readonly sha256?: string;
  /** Of a symlink. */
  readonly target?: string;
}

/** Tells the format by the first bytes; undefined for what is no archive that is known. */
export function archiveFormat(head: Buffer): ArchiveFormat | undefined {
  const magic = head.toString('latin1', 0, 6);
  if (magic.startsWith('PK\x03\x04') || magic.startsWith('PK\x05\x06')) return 'zip';
  if (magic.startsWith('\x1f\x8b')) return 'tar.gz';
  if (magic.startsWith('BZh')) return 'tar.bz2';
  if (magic === '\xfd7zXZ\0') return 'tar.xz';
  if (magic.startsWith('\x28\xb5\x2f\xfd')) return 'tar.zst';
  return head.toString('latin1', 257, 262) === 'ustar' || isOldTar(head) ? 'tar' : undefined;
}

/** Lists an archive on the controller with the checksum of every file. */
export async function listArchive(
  path: string,
  bytes: Buffer,
  format: ArchiveFormat,
): Promise<ArchiveEntry[]> {
  if (format === 'zip') return listZip(bytes, path);
  const plain = {
    tar: async () => bytes,
    'tar.gz': async () => gunzipSync(bytes),
    'tar.zst': async () => zstdDecompressSync(bytes),
    'tar.bz2': () => decompress('bzip2', path),
    'tar.xz': () => decompress('xz', path),
  }[format];
  return listTar(await plain());
}

/** Reads ustar with the extensions of GNU and pax. */
export function listTar(bytes: Buffer): ArchiveEntry[] {
  const entries: ArchiveEntry[] = [];
  let longName: string | undefined;
  let longTarget: string | undefined;
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0; ) {
    const header = bytes.subarray(at, at + 512);
    const size = tarNumber(header, 124, 12);
    const body = bytes.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
    const type = String.fromCharCode(header[156]!);
    if (type === 'L') longName = tarText(body, 0, size);
    else if (type === 'K') longTarget = tarText(body, 0, size);
    else if (type === 'x') {
      const records = paxRecords(body);
      longName = records.get('path') ?? longName;
      longTarget = records.get('linkpath') ?? longTarget;
    } else if (type !== 'g') {
      const prefix = tarText(header, 257, 5) === 'ustar' ? tarText(header, 345, 155) : '';
      const short = tarText(header, 0, 100);
      const name = longName ?? (prefix && header[263] === 0x30 ? `${prefix}/${short}` : short);
      const target = longTarget ?? tarText(header, 157, 100);
      entries.push(tarEntry(name, type, target, size, tarNumber(header, 100, 8) & 0o7777, body));
      longName = longTarget = undefined;
    }
  }
  return entries.filter((entry) => entry.name !== '' && entry.name !== '.');
}

/** Reads the central directory of a zip file. */
export function listZip(bytes: Buffer, path: string): ArchiveEntry[] {
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw unreadable(path, 'its directory is missing');
  const entries: ArchiveEntry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    if (bytes.readUInt32LE(at) !== 0x02014b50) throw unreadable(path, 'its directory is damaged');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) =>
      bytes.readUInt16LE(at + offset),
    ) as [number, number, number];
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const unixMode = bytes.readUInt32LE(at + 38) >>> 16;
    const size = bytes.readUInt32LE(at + 24);
    if (name.endsWith('/')) entries.push({ name: cleanName(name), type: 'directory', size: 0 });
    else {
      const content = zipContent(bytes, at, path);
      const isLink = (unixMode & 0o170000) === 0o120000;
      entries.push({
        name: cleanName(name),
        type: isLink ? 'link' : 'file',
        size,
        ...(isLink ? { target: content.toString() } : { sha256: sha256Of(content) }),
      });
    }
    at += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}

/** `a/b` of `./a/b/`. */
export function cleanName(name: string): string {
  return name
    .replace(/^(?:\.?\/+)+/, '')
    .replace(/\/+$/, '')
    .replace(/\/\.?\//g, '/');
}

function isOldTar(head: Buffer): boolean {
  if (head.length < 512) return false;
  let sum = 0;
  for (let index = 0; index < 512; index++) sum += index >= 148 && index < 156 ? 32 : head[index]!;
  return sum === tarNumber(head, 148, 8) && sum > 256;
}

async function decompress(tool: string, path: string): Promise<Buffer> {
  try {
    const run = promisify(execFile);
    const { stdout } = await run(tool, ['-dc', '--', path], {
      encoding: 'buffer',
      maxBuffer: 2 ** 31 - 1,
    });
    return stdout;
  } catch (error) {
    throw unreadable(path, `${tool} on this machine: ${(error as Error).message.split('\n')[0]}`);
  }
}

function tarEntry(
  name: string,
  type: string,
  target: string,
  size: number,
  mode: number,
  body: Buffer,
): ArchiveEntry {
  const clean = cleanName(name);
  if (type === '5' || (name.endsWith('/') && type !== '2')) {
    return { name: clean, type: 'directory', size: 0, mode };
  }
  if (type === '2') return { name: clean, type: 'link', size: 0, target };
  if (type === '0' || type === '\0' || type === '7') {
    return { name: clean, type: 'file', size, mode, sha256: sha256Of(body) };
  }
  return { name: clean, type: 'other', size: 0 };
}

function tarText(bytes: Buffer, from: number, length: number): string {
  const end = bytes.indexOf(0, from);
  return bytes.toString('utf8', from, end < 0 || end > from + length ? from + length : end);
}

/** Octal text, or with the top bit set a binary number. */
function tarNumber(bytes: Buffer, from: number, length: number): number {
  if (bytes[from]! & 0x80) {
    return Number(bytes.readBigUInt64BE(from + length - 8));
  }
  return Number.parseInt(tarText(bytes, from, length).trim() || '0', 8);
}

function paxRecords(body: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(32, at);
    const length = Number(body.toString('latin1', at, space));
    if (space < 0 || !(length > 0)) break;
    const record = body.toString('utf8', space + 1, at + length - 1);
    records.set(record.slice(0, record.indexOf('=')), record.slice(record.indexOf('=') + 1));
    at += length;
  }
  return records;
}

function zipContent(bytes: Buffer, at: number, path: string): Buffer {
  const method = bytes.readUInt16LE(at + 10);
  const packed = bytes.readUInt32LE(at + 20);
  const local = bytes.readUInt32LE(at + 42);
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const content = bytes.subarray(start, start + packed);
  if (method === 0) return content;
  if (method === 8) return inflateRawSync(content);
  throw unreadable(path, `it is packed by method ${method}`);
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function unreadable(path: string, why: string): RolecallError {
  return new RolecallError({
    code: 'module-failed',
    message: `the archive ${path} cannot be read: ${why}`,
  });
}
