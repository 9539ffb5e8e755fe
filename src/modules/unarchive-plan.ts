import type { DigestState } from '../observe/digest.ts';
import type { Prediction } from '../observe/observation.ts';
import type { PathState, PresentPath } from '../observe/path.ts';
import { pathWord, wordGroups } from '../shell/path-word.ts';
import { joinSh, rawSh, type Sh, sh } from '../shell/sh.ts';
import type { ArchiveEntry, ArchiveFormat } from './archive-listing.ts';
import type { FileSource } from './atomic-write.ts';
import type { Decision, ResultData } from './contract.ts';
import { attributeChange, type FileAttributes, newPath, ownerWord } from './file-attributes.ts';
import { defaultDirectoryMode, defaultFileMode, modeText } from './file-mode.ts';
import { joinPath, predictFile, touchesOf } from './file-touches.ts';
import { globMatcher } from './find-filter.ts';

export interface Unpacking extends FileAttributes {
  readonly src: string;
  readonly dest: string;
  readonly exclude: readonly string[];
  readonly include: readonly string[];
  readonly extra_opts: readonly string[];
  readonly keep_newer: boolean;
  readonly list_files: boolean;
}

/** Options other than those whose effect on names is known. */
export function unknownOptions(options: readonly string[]): string[] {
  return options.filter((option, index) => {
    if (/^--strip-components(=\d+)?$/.test(option)) return false;
    if (/^\d+$/.test(option) && options[index - 1] === '--strip-components') return false;
    return !/^(--no-same-owner|--no-same-permissions|--same-owner|--overwrite|-o|-q|--numeric-owner)$/.test(
      option,
    );
  });
}

/** What will be unpacked, under the names that it gets in the folder. */
export function placedEntries(given: Unpacking, entries: readonly ArchiveEntry[]): ArchiveEntry[] {
  const strip = stripCount(given.extra_opts);
  const excluded = given.exclude.map(globMatcher);
  const included = given.include.map(globMatcher);
  const names = new Map<string, ArchiveEntry>();
  for (const entry of entries) {
    const above = entry.name
      .split('/')
      .map((_part, index, parts) => parts.slice(0, index + 1).join('/'));
    const matches = (matchers: readonly ((name: string) => boolean)[]) =>
      matchers.some((matcher) => above.some(matcher));
    if (matches(excluded) || (included.length > 0 && !matches(included))) continue;
    const name = entry.name.split('/').slice(strip).join('/');
    if (name !== '') names.set(name, { ...entry, name });
  }
  return [...names.values()];
}

/** Compares every entry with what is there, and unpacks all when one differs. */
export function planArchive(
  given: Unpacking,
  entries: readonly ArchiveEntry[],
  format: ArchiveFormat,
  source: FileSource,
  observed: { readonly [name: string]: unknown },
  result: ResultData,
): Decision {
  const placed = placedEntries(given, entries);
  const full: ResultData = {
    ...result,
    handler: handlers[format],
    ...(given.list_files && { files: entries.map((entry) => entry.name) }),
  };
  const isOpaque = unknownOptions(given.extra_opts).length > 0;
  const different = isOpaque
    ? placed
    : placed.filter((entry, index) => differs(given, entry, index, observed));
  if (different.length === 0) {
    const reason = `${given.dest} already has all ${placed.length} entries of ${given.src}`;
    return { kind: 'unchanged', reason, result: full };
  }
  const names = placed.map((entry) => joinPath(given.dest, entry.name));
  return {
    kind: 'change',
    summary: `${given.dest}: ${different.length} of ${placed.length} entries of ${given.src} differ`,
    diff: [
      {
        header: given.dest,
        before: '',
        after: different.map((entry) => `${entry.name}\n`).join(''),
      },
    ],
    apply: [
      {
        script: joinSh([
          format === 'zip' ? removeLinks(given, placed) : rawSh(':'),
          unpackScript(given, format, source, names),
        ]),
        ...('payload' in source && { stdin: source.payload }),
      },
    ],
    touches: isOpaque ? 'everything' : touchesOf(...names),
    predicts: isOpaque ? [] : placed.flatMap((entry) => predictEntry(given, entry, observed)),
    result: full,
    verify: !isOpaque,
  };
}

const handlers: Readonly<Record<ArchiveFormat, string>> = {
  tar: 'TarArchive',
  'tar.gz': 'TgzArchive',
  'tar.bz2': 'TarBzipArchive',
  'tar.xz': 'TarXzArchive',
  'tar.zst': 'TarZstdArchive',
  zip: 'ZipArchive',
};

const tarOptions: Readonly<Record<Exclude<ArchiveFormat, 'zip'>, readonly string[]>> = {
  tar: [],
  'tar.gz': ['-z'],
  'tar.bz2': ['-j'],
  'tar.xz': ['-J'],
  'tar.zst': ['--zstd'],
};

function stripCount(options: readonly string[]): number {
  for (const [index, option] of options.entries()) {
    const found = /^--strip-components(?:=(\d+))?$/.exec(option);
    if (found) return Number(found[1] ?? options[index + 1] ?? 0);
  }
  return 0;
}

function differs(
  given: Unpacking,
  entry: ArchiveEntry,
  index: number,
  observed: { readonly [name: string]: unknown },
): boolean {
  const state = observed[`p${index}`] as PathState;
  const sum = observed[`d${index}`] as DigestState | undefined;
  if (entry.type === 'other') return !state.exists;
  if (!state.exists) return true;
  // unzip's listing does not tell links from files
  if (entry.type === 'file' && entry.sha256 === undefined && state.type === 'link') return false;
  // a folder may be a link to one
  if (state.type !== entry.type && !(entry.type === 'directory' && state.type === 'link'))
    return true;
  if (attributeChange(wantedOf(given, entry), state).differences.length > 0) return true;
  if (entry.type === 'link') return state.target !== entry.target;
  if (entry.type !== 'file' || given.keep_newer) return false;
  return entry.sha256 === undefined ? state.size !== entry.size : sum?.digest !== entry.sha256;
}

/** Links have no mode of their own. */
function wantedOf(given: Unpacking, entry: ArchiveEntry): FileAttributes {
  const { mode, owner, group } = given;
  return entry.type === 'link' ? { owner, group } : { mode, owner, group };
}

function unpackScript(
  given: Unpacking,
  format: ArchiveFormat,
  source: FileSource,
  names: readonly string[],
): Sh {
  const unpack = format === 'zip' ? unzipScript(given, source) : untarScript(given, format, source);
  const lines = [unpack.text];
  for (const group of wordGroups(names.map(pathWord))) {
    if (given.owner !== undefined || given.group !== undefined) {
      lines.push(sh`chown -h ${ownerWord(given.owner, given.group)} ${group} || exit 1`.text);
    }
    if (given.mode !== undefined) {
      const mode = typeof given.mode === 'number' ? modeText(given.mode) : given.mode;
      const chmod = sh`chmod ${mode} "$p" || exit 1`.text;
      lines.push(sh`for p in ${group}; do [ -L "$p" ] || ${rawSh(chmod)}; done`.text);
    }
  }
  return rawSh(lines.join('\n'));
}

/** busybox's unzip does not replace links. */
function removeLinks(given: Unpacking, placed: readonly ArchiveEntry[]): Sh {
  const names = placed.filter((entry) => entry.type !== 'directory');
  const groups = wordGroups(names.map((entry) => pathWord(joinPath(given.dest, entry.name))));
  return joinSh(groups.map((group) => sh`for p in ${group}; do [ ! -L "$p" ] || rm -f "$p"; done`));
}

function untarScript(
  given: Unpacking,
  format: Exclude<ArchiveFormat, 'zip'>,
  source: FileSource,
): Sh {
  const options = [
    ...tarOptions[format],
    ...(given.keep_newer ? ['--keep-newer-files'] : []),
    ...given.extra_opts,
    ...given.exclude.flatMap((pattern) => ['--exclude', pattern]),
  ];
  const input = 'payload' in source ? rawSh('') : sh` <${pathWord(source.remotePath)}`;
  const wildcards = given.include.some((pattern) => /[*?[]/.test(pattern)) ? ['--wildcards'] : [];
  return sh`(umask 022; tar -x -f - -C ${pathWord(given.dest)} ${options} ${wildcards} ${given.include}${input}) || exit 1`;
}

function unzipScript(given: Unpacking, source: FileSource): Sh {
  const options = ['-o', '-q', ...(given.keep_newer ? ['-u'] : []), ...given.extra_opts];
  const excluded = given.exclude.length > 0 ? sh` -x ${given.exclude}` : rawSh('');
  const dest = pathWord(given.dest);
  const archive =
    'payload' in source
      ? sh`archive=$(mktemp) || exit 1
trap 'rm -f "$archive"' EXIT
cat >"$archive" || exit 1`
      : sh`archive=${pathWord(source.remotePath)}`;
  return sh`command -v unzip >/dev/null || { echo 'unzip is not installed on the host' >&2; exit 1; }
${archive}
(umask 022; unzip ${options} "$archive" ${given.include}${excluded} -d ${dest} </dev/null) || exit 1`;
}

function predictEntry(
  given: Unpacking,
  entry: ArchiveEntry,
  observed: { readonly [name: string]: unknown },
): Prediction[] {
  const isFolder = entry.type === 'directory';
  const type = entry.type === 'other' ? 'unknown' : entry.type;
  const mode = entry.mode ?? (isFolder ? defaultDirectoryMode : defaultFileMode);
  const fresh = newPath(type, mode, observed.self as PathState, undefined);
  const state: PresentPath = {
    ...attributeChange(wantedOf(given, entry), fresh).after,
    size: entry.size,
    ...(entry.target !== undefined && { target: entry.target }),
  };
  const file = entry.sha256 === undefined ? undefined : { sha256: entry.sha256 };
  return predictFile(joinPath(given.dest, entry.name), state, file);
}
