import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { RolecallError } from '../errors.ts';

const stateRoot = '/run/rolecall-lab';
const dataRoot = '/var/lib/rolecall-lab';

/** Everything of one lab that lives in files: `/run/rolecall-lab/NAME`. */
export function stateDir(lab: string): string {
  return join(stateRoot, lab);
}

/** The parent of all labs' state directories. */
export function allStateDir(): string {
  return stateRoot;
}

export function hostDir(lab: string, host: string): string {
  return join(stateDir(lab), 'hosts', host);
}

/** Where a host's own files are kept, apart from the shared base. */
export function hostDataDir(lab: string, host: string): string {
  return join(dataDir(lab), host);
}

export function dataDir(lab: string): string {
  assertLabName(lab);
  return join(dataRoot, lab);
}

/** Before anything is removed: a name that is empty or leads elsewhere would mean the folder of all labs. */
export function assertLabName(name: string): void {
  if (/^[a-z][a-z0-9-]{0,19}$/.test(name)) return;
  throw new RolecallError({
    code: 'lab-invalid',
    message: `'${name}' is no name of a lab`,
    expected: 'at most 20 of a-z, 0-9 and dashes',
  });
}

/** Pass it to ssh as UserKnownHostsFile: it holds the host keys of all the lab's hosts. */
export function knownHostsFile(lab: string): string {
  return join(stateDir(lab), 'known_hosts');
}

/** The private key of hosts that name none. */
export function defaultKeyFile(lab: string): string {
  return join(stateDir(lab), 'key');
}

/** Base root filesystems and downloaded packages; as root under /var, shared by all labs. */
export function cacheDir(): string {
  if (process.env.ROLECALL_LAB_CACHE) return process.env.ROLECALL_LAB_CACHE;
  if (process.getuid?.() === 0) return '/var/cache/rolecall/lab';
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'rolecall', 'lab');
}

/** Interface names have 15 characters at most. */
export function bridgeName(lab: string): string {
  if (lab.length <= 12) return `rl-${lab}`;
  return `rl-${lab.slice(0, 6)}-${digest(lab).slice(0, 5)}`;
}

export function nftTableName(lab: string): string {
  return `rolecall_lab_${lab.replaceAll('-', '_')}`;
}

/**
 * What nspawn calls a host: short enough that the name of its network interface, made from it, is
 * never cut.
 */
export function machineName(lab: string, host: string): string {
  const name = `${lab}-${hostnameOf(host).replaceAll('.', '-').toLowerCase()}`;
  if (name.length <= 12) return name;
  return `${lab.slice(0, 5)}-${digest(`${lab} ${host}`).slice(0, 6)}`;
}

/** This machine's end of a host's network cable. */
export function vethName(machine: string): string {
  return `vb-${machine}`;
}

export function hostnameOf(host: string): string {
  return host.replaceAll(/[^A-Za-z0-9.-]/g, '-').replaceAll(/^[-.]+|[-.]+$/g, '') || 'host';
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
