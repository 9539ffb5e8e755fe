import type { CommandResult } from '../connection/connection.ts';
import { rawSh, type Sh, sh } from '../shell/sh.ts';

export type LockAnswer =
  | { readonly taken: true }
  | { readonly taken: false; readonly holder: string | undefined; readonly message: string };

/**
 * Takes the host's lock for as long as the asking shell lives. The lock names that shell by process id,
 * start time and boot: when the shell is gone, whoever asks next removes it, one at a time and only after
 * looking again. It comes into being whole, as a link to a file that is written already.
 * Where a shell of the same run holds it (of another user, or of the host under another name), the asking one
 * puts a share beside it: when the runner dies, what still runs in any of its shells keeps other runs out.
 * Answers `taken`, or `held <holder>`.
 */
export function lockScript(holder: string, folder?: string): Sh {
  return sh`${place(folder)}
holder=${holder}
set -f
born() {
  started=
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
  set -- \${stat##*) }
  shift 19
  started=$1
}
lives() { [ $# -eq 3 ] && [ "$3" = "$boot" ] && born "$1" && [ "$started" = "$2" ]; }
shared() {
  set +f
  for other in "$lock".with.*; do
    { { read -r whose && IFS= read -r who; } <"$other"; } 2>/dev/null || continue
    [ "$who" != "$holder" ] || continue
    if lives $whose; then set -f; return 0; fi
    rm -f "$other"
  done
  set -f
  return 1
}
boot=
{ read -r boot </proc/sys/kernel/random/boot_id; } 2>/dev/null
born $$
me="$$ $started $boot"
new=$lock.$$.$started
share=$lock.with.$$.$started
write() { ( set -C; umask 022; printf '%s\n%s\n' "$me" "$holder" >"$new" ) 2>/dev/null; }
tries=0
while [ $tries -lt 10 ]; do
  tries=$((tries + 1))
  [ -e "$new" ] || write || { rm -f "$new"; write; } || { echo "cannot write $new" >&2; exit 1; }
  trap 'rm -f "$new"' EXIT
  if ln "$new" "$lock" 2>/dev/null; then
    shared || { echo taken; exit 0; }
    rm -f "$lock"
    printf 'held %s\n' "$who"; exit 0
  fi
  old=$(cat "$lock" 2>/dev/null) || { [ -e "$lock" ] || continue; }
  who=\${old#*"
"}
  set -- \${old%%"
"*}
  [ "$*" = "$me" ] && { echo taken; exit 0; }
  if lives "$@"; then
    [ "$who" = "$holder" ] || { printf 'held %s\n' "$who"; exit 0; }
    mv -f "$new" "$share" || exit 1
    trap - EXIT
    { { read -r whose; IFS= read -r who; } <"$lock"; } 2>/dev/null && [ "$who" = "$holder" ] && { echo taken; exit 0; }
    rm -f "$share"
    continue
  fi
  if mkdir "$lock.break" 2>/dev/null; then
    [ "$(cat "$lock" 2>/dev/null)" != "$old" ] || rm -f "$lock"
    rmdir "$lock.break"
  else
    find "$lock.break" -prune -mmin +1 -exec rmdir {} ';' 2>/dev/null
    sleep 1
  fi
done
echo "cannot replace $lock, which a run that is gone has left: $who" >&2
exit 1`;
}

/** Gives back what the asking shell holds: the lock, or its share of it. */
export function unlockScript(folder?: string): Sh {
  return sh`${place(folder)}
{ read -r pid rest <"$lock"; } 2>/dev/null && [ "$pid" = "$$" ] && rm -f "$lock"
for share in "$lock.with.$$."*; do [ ! -e "$share" ] || rm -f "$share"; done
exit 0`;
}

/** Reads what `lockScript` answered. */
export function readLockAnswer(answer: CommandResult): LockAnswer {
  const text = answer.stdout.toString('utf8').trim();
  if (text === 'taken') return { taken: true };
  const message = answer.stderr.toString('utf8').trim() || `status ${answer.status}`;
  return { taken: false, holder: text.startsWith('held ') ? text.slice(5) : undefined, message };
}

/** The same folder for every user of a host: one that all may write to, and in which none removes others' files. */
function place(folder: string | undefined): Sh {
  const chosen =
    folder === undefined ? rawSh('/run/lock; [ -d "$d" ] && [ -k "$d" ] || d=/tmp') : sh`${folder}`;
  return sh`d=${chosen}
lock=$d/rolecall.lock`;
}
