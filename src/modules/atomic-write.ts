import type { CommandResult, Payload } from '../connection/connection.ts';
import { pathWord } from '../shell/path-word.ts';
import { quoteWord, rawSh, type Sh, sh } from '../shell/sh.ts';
import { splitWords } from '../shell/split-words.ts';
import type { ApplyStep } from './contract.ts';
import { ownerWord } from './file-attributes.ts';
import { modeText } from './file-mode.ts';
import { complaints, sweep } from './file-script.ts';

export interface FileReplacement {
  /** What is replaced: links are not followed, resolve them first. */
  readonly path: string;
  readonly source: FileSource;
  /** Lower-case hex; content that does not match it never gets in place. */
  readonly sha256: string;
  /** Asked for; undefined keeps what the old file has. */
  readonly mode?: number;
  readonly owner?: string;
  readonly group?: string;
  /** For a file that is not there yet. */
  readonly newMode: number;
  /** A command with `%s` for the new file, run before it gets in place. */
  readonly validate?: string;
  readonly backup?: boolean;
  /** Makes missing folders above it with this mode. */
  readonly parentMode?: number;
}

/** Bytes from here, or a file that is on the host already. */
export type FileSource = { readonly payload: Payload } | { readonly remotePath: string };

/** What is wrong with a `validate` command, as a sentence. */
export function validateProblem(command: string): string | undefined {
  if (!command.includes('%s')) return `validate must contain %s: ${command}`;
  return splitWords(command) ? undefined : `validate has a quote that is not closed: ${command}`;
}

/**
 * Replaces a file by one rename, or leaves it as it was: the bytes go into a new file beside it that only
 * this user can read, get owner, mode, ACL and attributes of the old one or those asked for, are compared
 * with the checksum, validated and synced before. stdout is the name of the backup, NUL-terminated.
 */
export function replaceFile(file: FileReplacement): ApplyStep {
  const fromHost = 'remotePath' in file.source ? file.source.remotePath : undefined;
  const lines = [
    sh`dest=${pathWord(file.path)}`.text,
    prologue,
    file.parentMode === undefined ? '' : makeParents(file.parentMode),
    create,
    ownership(file),
    fromHost === undefined ? receive : sh`exec <${pathWord(fromHost)} || exit 1`.text + receive,
    sh`compare ${file.sha256}`.text,
    finalMode(file),
    file.validate === undefined ? '' : validation(file.validate),
    file.backup ? backup : '',
    rename,
  ];
  return {
    script: rawSh(lines.filter((line) => line !== '').join('\n')),
    ...('payload' in file.source && { stdin: file.source.payload }),
  };
}

/** The name of the backup that `replaceFile` made. */
export function backupName(output: CommandResult | undefined): string | undefined {
  const name = output?.stdout.toString().split('\0')[0];
  return output?.stdout.includes(0) ? name : undefined;
}

const prologue = `case $dest in */*) dir=\${dest%/*} ;; *) dir=. ;; esac
dir=\${dir:-/}
tmp=
trap '[ -z "$tmp" ] || rm -f "$tmp"' EXIT
trap 'exit 143' HUP INT TERM
${complaints}
${sweep}
compare() {
  sum=$(sha256sum <"$tmp") || exit 1
  sum=\${sum%% *}
  [ "$sum" = "$1" ] || say "the content of $dest did not arrive whole: its sha256 is $sum instead of $1"
}
keep_by_hand() {
  chown "$(stat -c %u:%g "$dest")" "$tmp" 2>/dev/null
  chmod "$(stat -c %a "$dest")" "$tmp" || exit 1
  if command -v getfacl >/dev/null && command -v setfacl >/dev/null; then
    getfacl -p "$dest" 2>/dev/null | setfacl --set-file=- "$tmp" 2>/dev/null
  fi
  if command -v chcon >/dev/null; then chcon --reference="$dest" "$tmp" 2>/dev/null; fi
}`;

function makeParents(mode: number): string {
  return sh`[ -d "$dir" ] || why=$(umask 022; mkdir -p -m ${modeText(mode)} "$dir" 2>&1) || trouble "cannot make $dir" "$why"`
    .text;
}

const create = `[ -d "$dir" ] || say "the directory $dir does not exist"
if [ -d "$dest" ] && [ ! -L "$dest" ]; then say "$dest is a directory"; fi
sweep "$dir"
umask 077
tmp=$(mktemp "$dir/.rolecall-tmp.$$.XXXXXX" 2>&1) || { why=$tmp tmp=; trouble "cannot write in $dir" "$why"; }
exec 3>"$tmp" || exit 1
old=
if [ -f "$dest" ] && [ ! -L "$dest" ]; then
  old=1
  cp --attributes-only --preserve=all "$dest" "$tmp" 2>/dev/null || keep_by_hand
fi`;

function ownership(file: FileReplacement): string {
  const lines: string[] = [];
  if (file.owner !== undefined || file.group !== undefined) {
    lines.push(
      sh`why=$(chown ${ownerWord(file.owner, file.group)} "$tmp" 2>&1) || trouble "cannot change the owner of $dest" "$why"`
        .text,
    );
  }
  // before any content is in it, and readable to ourselves until it is compared
  if (file.mode !== undefined)
    lines.push(sh`chmod ${modeText((file.mode & 0o777) | 0o600)} "$tmp" || exit 1`.text);
  else
    lines.push(sh`[ -n "$old" ] || chmod ${modeText(file.newMode | 0o600)} "$tmp" || exit 1`.text);
  return lines.join('\n');
}

const receive = `
why=$(cat 2>&1 >&3) || trouble "cannot write $dest" "$why"
exec 3>&- </dev/null
[ -s "$tmp" ] || touch "$tmp"`;

function finalMode(file: FileReplacement): string {
  if (file.mode !== undefined) {
    return file.mode === ((file.mode & 0o777) | 0o600)
      ? ''
      : sh`chmod ${modeText(file.mode)} "$tmp" || exit 1`.text;
  }
  return file.newMode === (file.newMode | 0o600)
    ? ''
    : sh`[ -n "$old" ] || chmod ${modeText(file.newMode)} "$tmp" || exit 1`.text;
}

function validation(command: string): string {
  const words = (splitWords(command) ?? []).map((word): Sh => {
    const parts = word.split('%s').map((part) => (part === '' ? '' : quoteWord(part)));
    return rawSh(parts.join('"$tmp"') || "''");
  });
  return sh`why=$(${words} 2>&1)
status=$?
[ $status -eq 0 ] || say "failed to validate: rc:$status error:$why"`.text;
}

const backup = `if [ -e "$dest" ]; then
  saved=$dest.$$.$(date +%Y-%m-%d@%H:%M:%S)~
  (set -C; : >"$saved") || exit 1
  why=$(cp -p "$dest" "$saved" 2>&1) || { rm -f "$saved"; trouble "cannot make the backup $saved" "$why"; }
  printf '%s\\0' "$saved"
fi`;

const rename = `sync "$tmp" 2>/dev/null || sync
why=$(mv -fT "$tmp" "$dest" 2>&1) || why=$(mv -f "$tmp" "$dest" 2>&1) || trouble "cannot put $dest in place" "$why"
tmp=
sync "$dir" 2>/dev/null || sync
if [ -z "$old" ] && [ -e /sys/fs/selinux/enforce ] && command -v restorecon >/dev/null; then restorecon "$dest"; fi`;
