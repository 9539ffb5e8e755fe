export type FileType =
  | 'file'
  | 'directory'
  | 'link'
  | 'block'
  | 'char'
  | 'fifo'
  | 'socket'
  | 'unknown';

export interface PresentPath {
  readonly exists: true;
  readonly type: FileType;
  /** The lower 12 bits: permissions, setuid, setgid, sticky. */
  readonly mode: number;
  /** Undefined only in predictions about a user or group that does not exist yet. */
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** The name, or the number as text where the host knows no name. */
  readonly owner: string;
  readonly group: string;
  /** Bytes. */
  readonly size: number;
  /** Seconds since 1970, with a fraction where the host tells it. */
  readonly atime: number;
  readonly mtime: number;
  readonly ctime: number;
  readonly inode: number;
  readonly dev: number;
  readonly nlink: number;
  readonly blocks: number;
  /** Major and minor number of a device. */
  readonly rdev?: readonly [number, number];
  /** For a link: what it says, byte for byte. */
  readonly target?: string;
  /** For a link: the path with every link resolved; undefined where it leads nowhere. */
  readonly realpath?: string;
}

/** What `stat -c` is asked, under GNU and busybox alike. */
export const statFormat = '%f %u %g %s %X %Y %Z %i %d %h %b %t %T|%x|%y|%z|%U|%G';

/** Reads one line of `stat -c`; undefined where it is none. */
export function readStat(line: string | undefined): PresentPath | undefined {
  const fields = line?.split('|');
  if (fields?.length !== 6) return undefined;
  const numbers = fields[0]!.split(' ');
  const [rawMode, uid, gid, size, atime, mtime, ctime, inode, dev, nlink, blocks] = numbers.map(
    (text, index) => Number.parseInt(text, index === 0 ? 16 : 10),
  );
  if (numbers.length < 11 || numbers.slice(0, 11).some((text) => !/^[0-9a-f-]+$/.test(text))) {
    return undefined;
  }
  const type = fileTypes[rawMode! >> 12] ?? 'unknown';
  const isDevice = type === 'block' || type === 'char';
  return {
    exists: true,
    type,
    mode: rawMode! & 0o7777,
    uid,
    gid,
    owner: ownerName(fields[4]!, uid!),
    group: ownerName(fields[5]!, gid!),
    size: size!,
    atime: withFraction(atime!, fields[1]!),
    mtime: withFraction(mtime!, fields[2]!),
    ctime: withFraction(ctime!, fields[3]!),
    inode: inode!,
    dev: dev!,
    nlink: nlink!,
    blocks: blocks!,
    ...(isDevice && {
      rdev: [Number.parseInt(numbers[11]!, 16), Number.parseInt(numbers[12]!, 16)] as const,
    }),
  };
}

const fileTypes: { readonly [high: number]: FileType } = {
  1: 'fifo',
  2: 'char',
  4: 'directory',
  6: 'block',
  8: 'file',
  10: 'link',
  12: 'socket',
};

function ownerName(name: string, id: number): string {
  return name === '' || name === 'UNKNOWN' ? String(id) : name;
}

/** The nanoseconds stand only in the readable form: `2026-11-20 14:34:42.522902446 +0000`. */
function withFraction(seconds: number, readable: string): number {
  const fraction = /:\d\d\.(\d+)/.exec(readable)?.[1];
  return fraction ? Number(`${seconds}.${fraction}`) : seconds;
}
