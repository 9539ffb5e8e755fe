import { joinSh, rawSh, type Sh, sh } from '../shell/sh.ts';

export interface AptOptions {
  readonly dpkg_options: string;
  readonly lock_timeout: number;
  readonly policy_rc_d?: number;
  readonly install_recommends?: boolean;
  readonly default_release?: string;
  readonly allow_downgrade: boolean;
  readonly allow_unauthenticated: boolean;
  readonly allow_change_held_packages: boolean;
  readonly fail_on_autoremove: boolean;
  readonly only_upgrade: boolean;
  readonly autoremove: boolean;
  readonly purge: boolean;
  readonly force: boolean;
  readonly update_cache_retries: number;
  readonly update_cache_retry_max_delay: number;
}

/** `apt-get ACTION NAMES` with the options of the module; what is only simulated stands behind `aptReadsOnly`. */
export function aptGet(
  action: string,
  names: readonly string[],
  options: AptOptions,
  simulate: boolean,
): Sh {
  const words = ['-y', ...(simulate ? ['--simulate'] : ['-q'])];
  for (const option of options.dpkg_options.split(',').filter(Boolean)) {
    words.push('-o', `Dpkg::Options::=--${option.trim()}`);
  }
  if (!simulate) words.push('-o', `DPkg::Lock::Timeout=${options.lock_timeout}`);
  if (options.default_release) words.push('-t', options.default_release);
  if (options.install_recommends === true) words.push('-o', 'APT::Install-Recommends=yes');
  if (options.install_recommends === false) words.push('--no-install-recommends');
  if (options.allow_downgrade || options.force) words.push('--allow-downgrades');
  if (options.allow_unauthenticated || options.force) words.push('--allow-unauthenticated');
  if (options.allow_change_held_packages || options.force)
    words.push('--allow-change-held-packages');
  if (options.force) words.push('--allow-remove-essential');
  if (options.fail_on_autoremove) words.push('--no-remove');
  if (options.only_upgrade) words.push('--only-upgrade');
  if (options.autoremove && action !== 'build-dep') words.push('--auto-remove');
  if (options.purge && /remove|purge/.test(action)) words.push('--purge');
  const environment = rawSh('DEBIAN_FRONTEND=noninteractive DEBIAN_PRIORITY=critical');
  const reading = rawSh(simulate ? '$keep' : '');
  return sh`${environment} apt-get ${reading} ${words} ${action.split(' ')} ${names}`;
}

/** Nothing may ask: no debconf, no needrestart, no list of changes; files get their usual modes. */
const preamble = rawSh(`umask 022
export DEBIAN_FRONTEND=noninteractive DEBIAN_PRIORITY=critical APT_LISTCHANGES_FRONTEND=none NEEDRESTART_SUSPEND=1 NEEDRESTART_MODE=l
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin`);

/** After waiting apt does not say any more who holds its lock; the kernel does. */
const lockHolders = rawSh(`lock_holders() {
  for l in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock; do
    i=$(stat -c %i "$l" 2>/dev/null) || continue
    while read -r n a b c p d e; do
      case $d in *:"$i") read -r c 2>/dev/null <"/proc/$p/comm" && echo "lock: $l is held by process $p ($c)" >&2 ;; esac
    done </proc/locks
  done
}`);

/** The script of a change: refresh of the lists when asked for, then the commands until one fails. */
export function aptScript(commands: readonly Sh[], update: boolean, options: AptOptions): Sh {
  const parts = [preamble, lockHolders];
  if (options.policy_rc_d !== undefined) parts.push(policyRcD(options.policy_rc_d));
  if (update) parts.push(updateScript(options));
  parts.push(...commands.map((command) => sh`${command} || { s=$?; lock_holders; exit "$s"; }`));
  return joinSh(parts);
}

/** apt waits for dpkg's lock by itself, but not for the lock of the package lists. */
function updateScript(options: AptOptions): Sh {
  return sh`e=$(mktemp) || exit
t=${options.lock_timeout} r=${options.update_cache_retries} d=1
until apt-get update -q 2>"$e"; do
  if grep -q 'Could not get lock' "$e" && [ "$t" -gt 0 ]; then t=$((t-1)); sleep 1; continue; fi
  r=$((r-1))
  if [ "$r" -le 0 ] || grep -q 'Could not get lock' "$e"; then cat "$e" >&2; rm -f "$e"; lock_holders; exit 100; fi
  sleep "$d"; d=$((d*2)); [ "$d" -le ${options.update_cache_retry_max_delay} ] || d=${options.update_cache_retry_max_delay}
done
cat "$e" >&2; rm -f "$e"
touch -c /var/lib/apt/lists
[ ! -e /var/lib/apt/periodic/update-success-stamp ] || touch /var/lib/apt/periodic/update-success-stamp`;
}

/** Forces what maintainer scripts are told about starting services, and puts back what was there. */
function policyRcD(status: number): Sh {
  return sh`p=/usr/sbin/policy-rc.d b=
if [ -e "$p" ]; then b=$p.before-rolecall; mv -f "$p" "$b" || exit; fi
trap 'if [ -n "$b" ]; then mv -f "$b" "$p"; else rm -f "$p"; fi' EXIT
printf '#!/bin/sh\\nexit %s\\n' ${status} >"$p" && chmod 755 "$p" || exit`;
}
