import type { Plain } from '../values.ts';
import { distributionFacts } from './facts-distribution.ts';
import { assignments, integer, type Sources } from './facts-sources.ts';
import { dateTimeFacts } from './facts-time.ts';

/** The subset `min`: platform, distribution, user, environment, time, init, package manager, keys. */
export function systemFacts(sources: Sources): { [name: string]: Plain } {
  return {
    ...platform(sources),
    ...distributionFacts(sources),
    ...user(sources),
    ...dateTimeFacts(sources.text('date')),
    ...security(sources),
    ...sshHostKeys(sources),
    ...python(sources),
    ...commandLine(sources),
    ansible_dns: dns(sources.lines('/etc/resolv.conf')),
    ansible_env: environment(sources.text('env')),
    ansible_pkg_mgr: packageManager(sources),
    ansible_service_mgr: serviceManager(sources),
    ansible_is_chroot: isChroot(sources),
  };
}

function platform(sources: Sources): { [name: string]: Plain } {
  const nodename = sources.first('/proc/sys/kernel/hostname') ?? '';
  const names = sources.text('fqdn').split(/\s+/).filter(Boolean);
  const fqdn = names.find((name) => name.includes('.')) ?? names[0] ?? nodename;
  const machine = sources.text('machine').trim();
  const architecture = /^i[3-6]86$/.test(machine) ? 'i386' : machine;
  const id = sources.first('/etc/machine-id') || sources.first('/var/lib/dbus/machine-id');
  return {
    ansible_system: sources.first('/proc/sys/kernel/ostype') ?? 'Linux',
    ansible_kernel: sources.first('/proc/sys/kernel/osrelease') ?? '',
    ansible_kernel_version: sources.first('/proc/sys/kernel/version') ?? '',
    ansible_machine: machine,
    ansible_architecture: architecture,
    ansible_userspace_architecture: architecture,
    ansible_userspace_bits: /64|s390x/.test(machine) ? '64' : '32',
    ansible_nodename: nodename,
    ansible_hostname: nodename.split('.')[0]!,
    ansible_fqdn: fqdn,
    ansible_domain: fqdn.includes('.') ? fqdn.slice(fqdn.indexOf('.') + 1) : '',
    ...(id ? { ansible_machine_id: id } : {}),
  };
}

function user(sources: Sources): { [name: string]: Plain } {
  const [uid, gid] = sources.text('uid').split(' ').map(integer);
  const fields = sources.text('passwd').split('\n')[0]!.split(':');
  const status = (name: string) =>
    sources
      .lines('/proc/self/status')
      .find((line) => line.startsWith(`${name}:`))
      ?.split(/\s+/);
  const facts: { [name: string]: Plain } = {
    ansible_real_user_id: integer(status('Uid')?.[1]) ?? uid ?? null,
    ansible_effective_user_id: uid ?? null,
    ansible_real_group_id: integer(status('Gid')?.[1]) ?? gid ?? null,
    ansible_effective_group_id: gid ?? null,
  };
  if (fields.length < 7) return facts;
  return {
    ...facts,
    ansible_user_id: fields[0]!,
    ansible_user_uid: integer(fields[2]) ?? uid ?? null,
    ansible_user_gid: integer(fields[3]) ?? gid ?? null,
    ansible_user_gecos: fields[4]!,
    ansible_user_dir: fields[5]!,
    ansible_user_shell: fields[6]!,
  };
}

function security(sources: Sources): { [name: string]: Plain } {
  const marks = sources.text('marks').split(' ');
  return {
    ansible_apparmor: { status: marks.includes('apparmor') ? 'enabled' : 'disabled' },
    ansible_fips: sources.first('/proc/sys/crypto/fips_enabled') === '1',
    ansible_selinux: selinux(sources),
    ansible_selinux_python_present: true,
  };
}

function selinux(sources: Sources): Plain {
  const enforcing = sources.first('/sys/fs/selinux/enforce');
  if (enforcing === undefined) return { status: 'disabled' };
  const config = assignments(sources.lines('/etc/selinux/config'));
  return {
    status: 'enabled',
    mode: enforcing === '1' ? 'enforcing' : 'permissive',
    config_mode: config.get('SELINUX') ?? 'unknown',
    type: config.get('SELINUXTYPE') ?? 'unknown',
    policyvers: sources.first('/sys/fs/selinux/policyvers') ?? 'unknown',
  };
}

function sshHostKeys(sources: Sources): { [name: string]: Plain } {
  const facts: { [name: string]: Plain } = {};
  for (const path of sources.paths(/^\/etc\/ssh\/ssh_host_\w+_key\.pub$/)) {
    const kind = /ssh_host_(\w+)_key\.pub$/.exec(path)![1]!;
    const [type, key] = (sources.first(path) ?? '').split(/\s+/);
    if (!type || !key) continue;
    facts[`ansible_ssh_host_key_${kind}_public`] = key;
    facts[`ansible_ssh_host_key_${kind}_public_keytype`] = type;
  }
  return facts;
}

function python(sources: Sources): { [name: string]: Plain } {
  const match = /^(\S+) Python (\d+)\.(\d+)\.(\d+)/.exec(sources.text('python'));
  if (!match) return {};
  const [, executable, major, minor, micro] = match;
  return {
    ansible_python_version: `${major}.${minor}.${micro}`,
    ansible_python: {
      executable: executable!,
      type: 'cpython',
      version: { major: Number(major), minor: Number(minor), micro: Number(micro) },
      version_info: [Number(major), Number(minor), Number(micro)],
    },
  };
}

function commandLine(sources: Sources): { [name: string]: Plain } {
  const words = sources.lines('/proc/cmdline').join(' ').split(/\s+/).filter(Boolean);
  const once: { [key: string]: Plain } = Object.create(null);
  const all: { [key: string]: Plain } = Object.create(null);
  for (const word of words) {
    const equals = word.indexOf('=');
    const key = equals < 0 ? word : word.slice(0, equals);
    const value = equals < 0 ? true : word.slice(equals + 1);
    const before = all[key];
    once[key] = value;
    if (before === undefined) all[key] = value;
    else all[key] = Array.isArray(before) ? [...before, value] : [before, value];
  }
  return { ansible_cmdline: once, ansible_proc_cmdline: all };
}

function dns(lines: readonly string[]): Plain {
  const facts: { [key: string]: Plain } = {};
  for (const line of lines) {
    const [word, ...values] = line
      .replace(/[#;].*$/, '')
      .trim()
      .split(/\s+/);
    if (values.length === 0) continue;
    if (word === 'nameserver') {
      facts.nameservers = [...((facts.nameservers as Plain[] | undefined) ?? []), ...values];
    } else if (word === 'domain') {
      facts.domain = values[0]!;
    } else if (word === 'search' || word === 'sortlist') {
      facts[word] = values;
    } else if (word === 'options') {
      facts.options = dnsOptions(values);
    }
  }
  return facts;
}

function dnsOptions(values: readonly string[]): Plain {
  const options: { [key: string]: Plain } = Object.create(null);
  for (const value of values) {
    const [name, setting] = value.split(':', 2);
    options[name!] = setting ?? true;
  }
  return options;
}

/** One variable per line, newlines in values sent as \x01. */
function environment(text: string): Plain {
  const variables: { [name: string]: Plain } = Object.create(null);
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0)
      variables[line.slice(0, equals)] = line.slice(equals + 1).replaceAll('\x01', '\n');
  }
  return variables;
}

function packageManager(sources: Sources): string {
  const found = sources.text('managers').split(' ').filter(Boolean);
  return found[0] ?? 'unknown';
}

function serviceManager(sources: Sources): string {
  const marks = sources.text('marks').split(' ');
  const first = sources.first('/proc/1/comm');
  if (marks.includes('systemd') || first === 'systemd') return 'systemd';
  if (marks.includes('openrc')) return 'openrc';
  if (first === 'runit-init' || first === 'runit') return 'runit';
  if (first && !['init', 'sh', 'bash', 'dash', 'COMMAND', 'busybox'].includes(first)) return first;
  if (marks.includes('init-systemd')) return 'systemd';
  if (marks.includes('initd')) return 'sysvinit';
  return 'service';
}

function isChroot(sources: Sources): boolean {
  if (sources.text('marks').split(' ').includes('chroot')) return true;
  const [own, first] = sources.text('roots').split('\n');
  if (own && first) return own !== first;
  const inode = own?.split(':')[1];
  return inode !== undefined && !['2', '128', '256'].includes(inode);
}
