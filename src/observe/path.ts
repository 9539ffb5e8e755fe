import { RolecallError } from '../errors.ts';
import { pathWord, wordGroups } from '../shell/path-word.ts';
import { rawSh, sh } from '../shell/sh.ts';
import type { Collector, Observation } from './observation.ts';

/** What is at a path, without following a symlink in its last component. */
export type PathState = AbsentPath | PresentPath;

export interface AbsentPath {
  readonly exists: false;
  /** A folder on the way may not be searched by this user, so the path may exist all the same. */
  readonly denied?: true;
}

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

/** What is at a path. */
export function path(key: string): Observation<PathState> {
  return { kind: 'path', key };
}

/** Whoever runs the scripts: owner and group of this state are those of new files. */
export const self: Observation<PathState> = path('/proc/self/.');

export const pathCollector: Collector<PathState> = {
  kind: 'path',
  script: (keys) => {
    const groups = wordGroups(keys.map(pathWord)).map((words) => sh`ask ${words}`.text);
    return rawSh(`${functions}\n${groups.join('\n')}`);
  },
  parse: (answer, keys) => {
    const states = readAnswer(answer.stdout, keys);
    if (states) return states;
    throw new RolecallError({
      code: 'probe-unreadable',
      message: `the answer about ${keys.length} paths cannot be read (status ${answer.status}): ${answer.stderr.toString().trim().slice(0, 400)}`,
    });
  },
};

const statFormat = '%f %u %g %s %X %Y %Z %i %d %h %b %t %T|%x|%y|%z|%U|%G';

/**
 * ask: flags of all its paths on one line (0 absent, 2 hidden, 1 there, l link), one line of `stat` for
 * each that is there, then target and real path of each link, NUL-terminated. One `stat` for all.
 */
const functions = `
hidden() {
  d=$1
  while :; do
    case $d in
      */*) d=\${d%/*}; [ -n "$d" ] || return 1 ;;
      *) return 1 ;;
    esac
    if [ -d "$d" ]; then [ ! -x "$d" ]; return; fi
  done
}
stat_each() {
  for p do
    if [ -e "$p" ] || [ -L "$p" ]; then stat -c '${statFormat}' "$p" 2>/dev/null || echo gone; fi
  done
}
ask() {
  flags= present=0
  for p do
    if [ -L "$p" ]; then flags="\${flags}l" present=$((present+1))
    elif [ -e "$p" ]; then flags="\${flags}1" present=$((present+1))
    elif hidden "$p"; then flags="\${flags}2"
    else flags="\${flags}0"
    fi
  done
  echo "$flags"
  if [ $present -gt 0 ]; then
    lines=$(stat -c '${statFormat}' "$@" 2>/dev/null)
    if [ "$(count_lines "$lines")" != $present ]; then lines=$(stat_each "$@"); fi
    printf '%s\\n' "$lines"
  fi
  case $flags in *l*) links "$@" ;; esac
}
count_lines() {
  set -f
  IFS='
'
  set -- $1
  echo $#
}
links() {
  for p do
    if [ -L "$p" ]; then
      readlink -n "$p"; printf '\\0'
      readlink -f -n "$p"; printf '\\0'
    fi
  done
}`;

function readAnswer(stdout: Buffer, keys: readonly string[]): PathState[] | undefined {
  let at = 0;
  const until = (byte: number): string | undefined => {
    const end = stdout.indexOf(byte, at);
    if (end < 0) return undefined;
    const text = stdout.toString('utf8', at, end);
    at = end + 1;
    return text;
  };
  const states: PathState[] = [];
  while (states.length < keys.length) {
    const flags = until(10);
    if (!flags || !/^[012l]+$/.test(flags)) return undefined;
    const found: PathState[] = [];
    for (const flag of flags) {
      if (flag === '0') found.push({ exists: false });
      else if (flag === '2') found.push({ exists: false, denied: true });
      else {
        const state = readStat(until(10));
        if (!state) return undefined;
        found.push(state);
      }
    }
    for (const [index, flag] of [...flags].entries()) {
      if (flag !== 'l') continue;
      const target = until(0);
      const realpath = until(0);
      if (target === undefined || realpath === undefined) return undefined;
      const state = found[index]!;
      if (state.exists) found[index] = { ...state, target, realpath: realpath || undefined };
    }
    states.push(...found);
  }
  return states.length === keys.length ? states : undefined;
}

function readStat(line: string | undefined): PathState | undefined {
  if (line === 'gone') return { exists: false };
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
