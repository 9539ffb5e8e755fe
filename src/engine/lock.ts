import type { CommandResult } from '../connection/connection.ts';
import { type Sh, sh } from '../shell/sh.ts';

export type LockAnswer =
  | { readonly taken: true }
  | { readonly taken: false; readonly holder: string | undefined; readonly message: string };

/**
 * Takes the host's lock for as long as the asking shell lives. The lock names that shell by process id,
 * start time and boot: when the shell is gone, whoever asks next replaces it.
 * The same run may reach a host twice, under two names: it shares its lock with itself.
 * Answers `taken`, or `held <holder>`.
 */
export function lockScript(holder: string): Sh {
  return sh`
d=/run/lock; [ -d "$d" ] && [ -w "$d" ] || d=/tmp
lock=$d/rolecall.lock
born() { cut -d ' ' -f 22 "/proc/$1/stat" 2>/dev/null; }
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)
me="$$ $(born $$) $boot"
tries=0
while [ $tries -lt 5 ]; do
  tries=$((tries + 1))
  if (set -C; umask 022; printf '%s\n%s\n' "$me" ${holder} >"$lock") 2>/dev/null; then
    echo taken; exit 0
  fi
  { read -r pid start its && read -r who; } <"$lock" 2>/dev/null || { [ -e "$lock" ] || continue; pid=; }
  [ "$pid $start $its" = "$me" ] && { echo taken; exit 0; }
  if [ -n "$pid" ] && [ "$its" = "$boot" ] && [ "$(born "$pid")" = "$start" ]; then
    [ "$who" = ${holder} ] && { echo taken; exit 0; }
    printf 'held %s\n' "$who"; exit 0
  fi
  stale=$lock.stale.$$
  mv "$lock" "$stale" 2>/dev/null || { echo "cannot replace the stale lock $lock" >&2; exit 1; }
  found=; read -r found <"$stale"
  [ "$found" = "\${pid:+$pid $start $its}" ] || ln "$stale" "$lock" 2>/dev/null
  rm -f "$stale"
done
echo "cannot create $lock" >&2
exit 1`;
}

/** Gives the lock back, if the asking shell holds it. */
export const unlockScript: Sh = sh`
for lock in /run/lock/rolecall.lock /tmp/rolecall.lock; do
  { read -r pid rest <"$lock"; } 2>/dev/null || continue
  [ "$pid" = "$$" ] && rm -f "$lock"
done
exit 0`;

/** Reads what `lockScript` answered. */
export function readLockAnswer(answer: CommandResult): LockAnswer {
  const text = answer.stdout.toString('utf8').trim();
  if (text === 'taken') return { taken: true };
  const message = answer.stderr.toString('utf8').trim() || `status ${answer.status}`;
  return { taken: false, holder: text.startsWith('held ') ? text.slice(5) : undefined, message };
}
