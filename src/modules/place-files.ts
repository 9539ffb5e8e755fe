import { pathWord, wordGroups } from '../shell/path-word.ts';
import { quoteWord, rawSh, type Sh, sh } from '../shell/sh.ts';
import type { ApplyStep } from './contract.ts';
import { ownerWord } from './file-attributes.ts';
import { modeText } from './file-mode.ts';
import { complaints, sweep } from './file-script.ts';
import { type ArchivedFile, tarArchive } from './tar-archive.ts';

/** A file that is not there yet. */
export interface NewFile extends ArchivedFile {
  /** Lower-case hex. */
  readonly sha256: string;
  readonly mode: number;
}

export interface NewFiles {
  /** Is there. The folders that the files name below it are there too, on the same filesystem. */
  readonly folder: string;
  readonly files: readonly NewFile[];
  /** Folders above it in which a killed run may have left its stage. */
  readonly above?: readonly string[];
  readonly owner?: string;
  readonly group?: string;
}

/**
 * Puts many files in place with few processes: an archive of them is unpacked into a new folder beside
 * them that only this user can enter. Each gets in place by one rename, and none before all of them are
 * compared with their checksums, have owner and mode, and are synced.
 */
export function placeFiles({ folder, files, above = [], owner, group }: NewFiles): ApplyStep {
  const byFolder = Map.groupBy(files, ({ name }) => name.slice(0, name.lastIndexOf('/') + 1));
  const lines = [
    sh`dir=${pathWord(folder)}`.text,
    prologue,
    sh`for folder in "$dir" ${above.map(pathWord)}; do sweep "$folder"; done`.text,
    enter,
    ...functionOf('all', files),
    receive,
    compare(files),
    ...[...byFolder].map(([within, some]) => refuseFolders(within, some)),
    ownership(owner, group),
    ...modes(files),
    'all sync 2>/dev/null || sync',
    ...[...byFolder].map(([within, some]) => move(within, some)),
    sh`sync ${[...byFolder.keys()].map((within) => rawSh(quoteWord(`../${within}`)))} 2>/dev/null || sync`
      .text,
    relabel(files),
  ];
  return {
    script: rawSh(lines.filter((line) => line !== '').join('\n')),
    stdin: tarArchive(files),
  };
}

const prologue = `stage=
trap '[ -z "$stage" ] || rm -rf "$stage"' EXIT
trap 'exit 143' HUP INT TERM
${complaints}
${sweep}`;

/** The shell stands in the stage from here on: names are relative, and nobody can put a link in its place. */
const enter = `[ -d "$dir" ] || say "the directory $dir does not exist"
umask 077
cd -P "$dir" || exit 1
made=$(mktemp -d "\${PWD%/}/.rolecall-tmp.$$.XXXXXX" 2>&1) || trouble "cannot write in $dir" "$made"
case $dir in /*) ;; *) dir=$PWD ;; esac
stage=$made
cd -P "$stage" && [ "$PWD" = "$stage" ] || say "$stage was replaced by another"`;

const receive = `why=$(tar -xmof - 2>&1) || trouble "cannot write in $dir" "$why"
exec </dev/null`;

/** One process sums all, and its answer is known: it must be the same text. */
function compare(files: readonly NewFile[]): string {
  const expected = files.map(({ name, sha256 }) => `${sha256}  ./${name}`).join('\n');
  return sh`sums=$(all sha256sum 2>&1)
expected=${expected}
[ "$sums" = "$expected" ] || say "what was sent to $dir did not arrive whole:
$(printf '%s\\n' "$sums" | grep -vxF -e "$expected")"`.text;
}

function refuseFolders(within: string, files: readonly NewFile[]): string {
  const names = files.map(({ name }) => name.slice(within.length));
  return sh`for name in ${names}; do
  name=${within}$name
  if [ -d "../$name" ] && [ ! -L "../$name" ]; then say "$dir/$name is a directory"; fi
done`.text;
}

function ownership(owner: string | undefined, group: string | undefined): string {
  if (owner === undefined && group === undefined) return '';
  return sh`why=$(all chown ${ownerWord(owner, group)} 2>&1) || trouble "cannot change the owner of files for $dir" "$why"`
    .text;
}

function modes(files: readonly NewFile[]): string[] {
  const byMode = Map.groupBy(files, ({ mode }) => mode);
  if (byMode.size === 1) return [sh`all chmod ${modeText(files[0]!.mode)} || exit 1`.text];
  return [...byMode].flatMap(([mode, some]) =>
    wordGroups(words(some)).map((group) => sh`chmod ${modeText(mode)} ${group} || exit 1`.text),
  );
}

function move(within: string, files: readonly NewFile[]): string {
  const folder = `../${within}`;
  return wordGroups(words(files))
    .map(
      (group) =>
        sh`why=$(mv -f ${group} ${folder} 2>&1) || trouble "cannot put files in place in $dir/"${within} "$why"`
          .text,
    )
    .join('\n');
}

function relabel(files: readonly NewFile[]): string {
  const placed = files.map(({ name }) => rawSh(quoteWord(`../${name}`)));
  const lines = wordGroups(placed).map((group) => sh`  restorecon ${group}`.text);
  return `if [ -e /sys/fs/selinux/enforce ] && command -v restorecon >/dev/null; then
${lines.join('\n')}
fi`;
}

/** A function that runs a command with all the files, so that the script holds their names once. */
function functionOf(name: string, files: readonly NewFile[]): string[] {
  const calls = wordGroups(words(files)).map((group) => sh`"$@" ${group}`.text);
  return [`${name}() {\n${calls.join(' &&\n')}\n}`];
}

function words(files: readonly NewFile[]): Sh[] {
  return files.map(({ name }) => rawSh(quoteWord(`./${name}`)));
}
