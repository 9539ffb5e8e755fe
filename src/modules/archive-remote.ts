import { type Observation, type ProbeAnswer, probe } from '../observe/observation.ts';
import { pathWord } from '../shell/path-word.ts';
import { sh } from '../shell/sh.ts';
import {
  type ArchiveEntry,
  type ArchiveFormat,
  archiveFormat,
  cleanName,
} from './archive-listing.ts';

/** What the host says about an archive that it has. */
export interface RemoteArchive {
  readonly format?: ArchiveFormat;
  readonly entries: readonly ArchiveEntry[];
  /** Why it cannot be listed. */
  readonly problem?: string;
}

/** Lists an archive on the host: names, types and sizes, as its own tools tell. */
export function remoteArchive(src: string): Observation<RemoteArchive> {
  return probe(
    'archive',
    sh`src=${pathWord(src)}
[ -f "$src" ] || { echo "the source $src does not exist on the host" >&2; exit 3; }
head=$(head -c 512 "$src" | od -An -v -tx1 | tr -d ' \n')
echo "$head"
case $head in
  504b*) LC_ALL=C.UTF-8 unzip -l "$src"; exit ;;
  1f8b*) zip=-z ;;
  425a68*) zip=-j ;;
  fd377a*) zip=-J ;;
  28b52ffd*) zip=--zstd ;;
  *) zip= ;;
esac
# GNU tar quotes names unless told otherwise, busybox never does
tar --quoting-style=literal $zip -tvf "$src" 2>/dev/null || tar $zip -tvf "$src"`,
    readListing,
  );
}

function readListing(answer: ProbeAnswer): RemoteArchive {
  const [head, ...lines] = answer.stdout.toString().split('\n');
  if (answer.status !== 0) return { entries: [], problem: answer.stderr.toString().trim() };
  const format = archiveFormat(Buffer.from(head ?? '', 'hex'));
  if (!format) return { entries: [], problem: 'it is neither a tar nor a zip archive' };
  const read = format === 'zip' ? readZipLine : readTarLine;
  return { format, entries: lines.flatMap((line) => read(line) ?? []) };
}

/** `-rw-r--r-- root/root 12 2026-11-20 15:00[:00] a/b`, with ` -> target` for links. */
function readTarLine(line: string): ArchiveEntry | undefined {
  const found = /^([-dlhbcps])(\S{9})\S*\s+\S+\s+(\d+)\s+\S+ \S+ (.*)$/.exec(line);
  if (!found) return undefined;
  const [, letter, , size, rest] = found;
  if (letter === 'l') {
    const [name, target] = rest!.split(' -> ');
    return { name: cleanName(name!), type: 'link', size: 0, target };
  }
  const name = cleanName(rest!);
  if (name === '' || name === '.') return undefined;
  if (letter === 'd') return { name, type: 'directory', size: 0 };
  return letter === '-'
    ? { name, type: 'file', size: Number(size) }
    : { name, type: 'other', size: 0 };
}

/** `       12  2026-11-20 15:00   a/b` */
function readZipLine(line: string): ArchiveEntry | undefined {
  const found = /^\s*(\d+)\s+\d\S*-\S+\s+\d\d:\d\d(?::\d\d)?\s+(.+)$/.exec(line);
  // a name that unzip cannot print cannot be compared; it is unpacked with the others
  if (!found || found[2]!.includes('?')) return undefined;
  const name = cleanName(found[2]!);
  const isFolder = found[2]!.endsWith('/');
  return { name, type: isFolder ? 'directory' : 'file', size: Number(found[1]) };
}
