import type { CommandResult } from '../connection/connection.ts';
import { rawSh, type Sh, sh } from '../shell/sh.ts';

export type LockAnswer =
  | { readonly taken: true }
  | { readonly taken: false; readonly holder: string | undefined; readonly message: string };

/**
 * Takes the host's lock for as long as the asking shell lives. The lock names that shell by process id,
 * start time and boot: when the shell is gone, whoever asks next removes it, one at a time and only after
 * looking again. It comes into being whole, as a link to a file that is written already. The same run may
 * reach a host twice, under two names: it shares its lock with itself.
 * Answers `taken`, or `held <holder>`.
 */
export function lockScript(holder: string, folder?: string): Sh {
  return sh`${place(folder)}
set -f
born() {
  started=
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
  set -- \${stat##*) }
  shift 19
  started=$1
}
boot=
{ read -r boot </proc/sys/kernel/random/boot_id; } 2>/dev/null
born $$
me="$$ $started $boot"
new=$lock.$$.$started
write() { ( set -C; umask 022; printf '%s\n%s\n' "$me" ${holder} >"$new" ) 2>/dev/null; }
write || { rm -f "$new"; write; } || { echo "cannot write $new" >&2; exit 1; }
trap 'rm -f "$new"' EXIT
tries=0
while [ $tries -lt 10 ]; do
  tries=$((tries + 1))
  if ln "$new" "$lock" 2>/dev/null; then echo taken; exit 0; fi
  old=$(cat "$lock" 2>/dev/null) || { [ -e "$lock" ] || continue; }
  who=\${old#*"
"}
  set -- \${old%%"
"*}
  [ "$*" = "$me" ] && { echo taken; exit 0; }
  [ $# -eq 3 ] && born "$1"
  if [ $# -eq 3 ] && [ "$3" = "$boot" ] && [ "$started" = "$2" ]; then
    [ "$who" = ${holder} ] && { echo taken; exit 0; }
    printf 'held %s\n' "$who"; exit 0
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

/** Gives the lock back, if the asking shell holds it. */
export function unlockScript(folder?: string): Sh {
  return sh`${place(folder)}
{ read -r pid rest <"$lock"; } 2>/dev/null && [ "$pid" = "$$" ] && rm -f "$lock"
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
