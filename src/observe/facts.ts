import { RolecallError } from '../errors.ts';
import { joinSh, rawSh, type Sh, sh } from '../shell/sh.ts';
import type { Plain } from '../values.ts';
import { hardwareFacts } from './facts-hardware.ts';
import { localFacts } from './facts-local.ts';
import { networkFacts } from './facts-network.ts';
import { readSources, type Sources } from './facts-sources.ts';
import { systemFacts } from './facts-system.ts';
import { virtualFacts } from './facts-virtual.ts';
import type { Collector, Observation } from './observation.ts';

/** What can be asked for on its own; Ansible's finer subsets are part of one of these. */
export type FactSubset = 'min' | 'network' | 'hardware' | 'virtual' | 'local';

/** Facts under Ansible's names (`ansible_hostname`): plain data without prototypes, all of it untrusted. */
export type Facts = { readonly [name: string]: Plain };

/**
 * The facts of a subset. `local` are the `*.fact` files of a folder, `/etc/ansible/facts.d` when left out.
 *
 * @example facts('network')
 */
export function facts(subset: FactSubset, factPath = '/etc/ansible/facts.d'): Observation<Facts> {
  return { kind: 'facts', key: subset === 'local' ? `local:${factPath}` : subset };
}

/** Every subset that `setup` gathers by default. */
export const allSubsets: readonly FactSubset[] = ['min', 'network', 'hardware', 'virtual', 'local'];

export const factsCollector: Collector<Facts> = {
  kind: 'facts',
  script: (keys) => joinSh([frameFunction, ...fragments(keys)]),
  parse(answer, keys) {
    const sources = readSources(answer.stdout);
    if (!sources) {
      throw new RolecallError({
        code: 'probe-unreadable',
        message: `the facts of the host cannot be read: ${answer.stderr.toString().slice(0, 500)}`,
      });
    }
    return keys.map((key, index) => factsOf(key, index, sources));
  },
};

function factsOf(key: string, index: number, sources: Sources): Facts {
  if (key === 'min') return systemFacts(sources);
  if (key === 'network') return networkFacts(sources);
  if (key === 'hardware') return hardwareFacts(sources);
  if (key === 'virtual') return virtualFacts(sources);
  return localFacts(sources, `local${index}`);
}

/** `frame NAME TEXT` writes a text with its length before it, so that no content can forge another. */
const frameFunction = rawSh(`PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
frame() { printf '%s %s\\n%s\\n' "$1" "\${#2}" "$2"; }`);

function fragments(keys: readonly string[]): Sh[] {
  const wanted = new Set(keys);
  const files = [...wanted].flatMap((key) => filesOf[key] ?? []);
  const parts: Sh[] = [];
  if (files.length > 0) {
    const globs = rawSh([...new Set(files)].join(' '));
    parts.push(sh`frame files "$(grep -sH '' ${globs} </dev/null)"`);
  }
  if (wanted.has('min')) parts.push(minScript);
  if (wanted.has('network')) parts.push(networkScript);
  if (wanted.has('hardware')) parts.push(hardwareScript);
  if (wanted.has('virtual')) parts.push(virtualScript);
  for (const [index, key] of keys.entries()) {
    if (key.startsWith('local:')) parts.push(localScript(key, index));
  }
  parts.push(rawSh('frame end ""'));
  return parts;
}

const dmiFiles = '/sys/class/dmi/id/[bcps]*[!t]';

/** Read by one grep; each line comes with its file's name before it. */
const filesOf: Readonly<Record<string, readonly string[]>> = {
  min: [
    '/proc/sys/kernel/hostname',
    '/proc/sys/kernel/domainname',
    '/proc/sys/kernel/ostype',
    '/proc/sys/kernel/osrelease',
    '/proc/sys/kernel/version',
    '/proc/sys/crypto/fips_enabled',
    '/proc/self/status',
    '/proc/1/comm',
    '/proc/cmdline',
    '/etc/os-release',
    '/etc/debian_version',
    '/etc/lsb-release',
    '/etc/redhat-release',
    '/etc/alpine-release',
    '/etc/machine-id',
    '/var/lib/dbus/machine-id',
    '/etc/resolv.conf',
    '/etc/selinux/config',
    '/sys/fs/selinux/enforce',
    '/sys/fs/selinux/policyvers',
    '/etc/ssh/ssh_host_*_key.pub',
  ],
  network: [
    '/proc/net/route',
    '/proc/net/ipv6_route',
    '/proc/net/if_inet6',
    '/proc/net/fib_trie',
    '/sys/class/net/*/address',
    '/sys/class/net/*/mtu',
    '/sys/class/net/*/operstate',
    '/sys/class/net/*/flags',
    '/sys/class/net/*/type',
    '/sys/class/net/*/speed',
    '/sys/class/net/*/bridge/bridge_id',
    '/sys/class/net/*/bridge/stp_state',
    '/sys/class/net/*/bonding/mode',
    '/sys/class/net/*/bonding/slaves',
  ],
  hardware: [
    '/proc/meminfo',
    '/proc/uptime',
    '/proc/loadavg',
    '/proc/mounts',
    dmiFiles,
    '/sys/block/*/size',
    '/sys/block/*/removable',
    '/sys/block/*/ro',
    '/sys/block/*/queue/rotational',
    '/sys/block/*/queue/hw_sector_size',
    '/sys/block/*/queue/scheduler',
    '/sys/block/*/queue/discard_granularity',
    '/sys/block/*/device/model',
    '/sys/block/*/device/vendor',
    '/sys/block/*/*/start',
    '/sys/block/*/*/size',
  ],
  virtual: [
    '/proc/1/cgroup',
    '/proc/self/status',
    '/proc/sys/kernel/osrelease',
    '/run/systemd/container',
    '/sys/hypervisor/type',
    '/proc/xen/capabilities',
    '/proc/modules',
    dmiFiles,
  ],
};

/** Only the shell's own commands but for id, getent, uname, date, stat, env, tr and python3 -V. */
const minScript = rawSh(`n=$(uname -n -m)
frame machine "\${n##* }"
n=\${n% *}
frame date "$(date '+%s %Y %m %d %H %M %S %z %Z %A %w %W')"
u=$(id -u)
frame uid "$u $(id -g)"
frame passwd "$(getent passwd "$u" 2>/dev/null || grep "^[^:]*:[^:]*:$u:" /etc/passwd)"
frame env "$(env -0 2>/dev/null | tr '\\n\\000' '\\001\\n')"
known=
if [ -r /etc/hosts ]; then
  while read -r a b; do
    case $a in '#'*|'') continue ;; esac
    b=\${b%%#*}
    case " $b " in *[\\ \\	]"$n"[\\ \\	]*) known=$b; break ;; esac
  done </etc/hosts
fi
if [ -z "$known" ]; then
  case $n in
    *.*) known=$n ;;
    *) if command -v timeout >/dev/null; then known=$(timeout 3 hostname -f 2>/dev/null); else known=$(hostname -f 2>/dev/null); fi ;;
  esac
fi
frame fqdn "$known"
f=
for t in /usr/bin/apt-get:apt /usr/bin/dnf:dnf /usr/bin/dnf5:dnf /usr/bin/yum:yum /sbin/apk:apk /usr/bin/pacman:pacman /usr/bin/zypper:zypper /usr/bin/emerge:portage /usr/bin/rpm-ostree:atomic_container /usr/bin/opkg:opkg /bin/opkg:opkg /usr/sbin/swupd:swupd /usr/bin/xbps-install:xbps /usr/bin/nix:nix; do
  [ -x "\${t%%:*}" ] && f="$f \${t#*:}"
done
frame managers "$f"
f=
[ -d /run/systemd/system ] && f="$f systemd"
[ -d /dev/.run/systemd ] && f="$f systemd"
[ -x /sbin/openrc ] && f="$f openrc"
[ -x /usr/sbin/runit ] && f="$f runit"
[ -d /etc/init.d ] && f="$f initd"
[ -L /sbin/init ] && case $(readlink /sbin/init) in *systemd*) f="$f init-systemd" ;; *busybox*) f="$f init-busybox" ;; esac
[ -d /sys/kernel/security/apparmor ] && f="$f apparmor"
[ -d /sys/fs/selinux ] && f="$f selinux"
[ -n "\${debian_chroot-}" ] && f="$f chroot"
frame marks "$f"
frame roots "$(stat -c '%d:%i' / /proc/1/root/. 2>/dev/null)"
p=
for t in /usr/bin/python3 /usr/local/bin/python3 /usr/libexec/platform-python /usr/bin/python; do
  [ -x "$t" ] && { p=$t; break; }
done
frame python "\${p:+$p $($p -V 2>&1)}"`);

const networkScript =
  rawSh(`if command -v ip >/dev/null; then frame addresses "$(ip -o addr show 2>/dev/null)"; fi
f=
for t in /sys/class/net/*; do [ -e "$t" ] && f="$f \${t##*/}"; done
frame interfaces "$f"`);

/** Network mounts are not asked for their sizes: a dead server would hang the run. */
const hardwareScript =
  rawSh(`frame cpu "$(grep -E '^(processor|vendor_id|model name|physical id|siblings|core id|cpu cores|Processor|cpu model|Hardware|CPU part|cpu)[[:space:]]*:' /proc/cpuinfo)"
set --
while read -r d m t rest; do
  case $d:$t in /*:nfs*|/*:cifs|/*:fuse.*|/*:autofs|[!/]*) continue ;; esac
  case $m in *%*) continue ;; *\\\\*) m=$(printf "$m") ;; esac
  set -- "$@" "$m"
done </proc/mounts
frame sizes "$(stat -f -c '%S %b %f %a %c %d %n' -- "$@" 2>/dev/null </dev/null)"
f=
for t in by-uuid by-label by-id; do [ -d "/dev/disk/$t" ] && f="$f /dev/disk/$t"; done
[ -n "$f" ] && frame disks "$(ls -l $f /dev/null 2>/dev/null)"
f=
for t in /sys/block/*; do [ -e "$t" ] && f="$f \${t##*/}"; done
frame blocks "$f"
f=
for t in /sys/block/*/device; do [ -e "$t" ] && { t=\${t%/device}; f="$f \${t##*/}"; }; done
frame physical "$f"
frame nproc "$(nproc 2>/dev/null)"`);

const virtualScript = rawSh(`f=
[ -e /.dockerenv ] && f="$f docker"
[ -e /.dockerinit ] && f="$f docker"
[ -e /run/.containerenv ] && f="$f podman"
[ -d /proc/vz ] && ! [ -d /proc/lve ] && f="$f openvz"
[ -d /proc/xen ] && f="$f xen"
[ -e /dev/kvm ] && f="$f kvm"
frame virtmarks "$f"
if [ -r /proc/1/environ ]; then frame init "$(grep -zs '^container=' /proc/1/environ 2>/dev/null | tr '\\000' '\\n')"; fi
frame hypervisor "$(grep -m1 -ow hypervisor /proc/cpuinfo)"
frame cpumodel "$(grep -m1 -E '^(model name|vendor_id)' /proc/cpuinfo)"`);

/** Executable fact files are run, as Ansible does; each frame holds a name, a newline and the content. */
function localScript(key: string, index: number): Sh {
  const folder = key.slice('local:'.length);
  return sh`if [ -d ${folder} ]; then
  for t in ${folder}/*.fact; do
    [ -f "$t" ] || continue
    b=$(printf '%s' "\${t##*/}" | tr '\\n' '?')
    if [ -x "$t" ]; then v=$("$t" </dev/null 2>/dev/null) || v=; else v=$(cat <"$t"); fi
    frame ${`local${index}`} "\${b%.fact}
$v"
  done
fi`;
}
