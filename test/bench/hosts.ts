import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, LabEvent } from '../../src/lab/contract.ts';
import { labExec } from '../../src/lab/host-access.ts';
import { labDown, labUp } from '../../src/lab/lab.ts';
import { hostKeyOf } from '../../src/lab/nspawn.ts';
import { defaultKeyFile, knownHostsFile, machineName, vethName } from '../../src/lab/paths.ts';
import { processesWithArgument } from '../../src/lab/processes.ts';
import { publicKey } from '../../src/lab/ssh.ts';
import { describeLab } from '../e2e/support/describe-lab.ts';
import { cgroupOf, cpuOf } from './cpu.ts';
import type { SshAccess } from './floor.ts';
import { inventoryText, type NamedTarget } from './inventory.ts';

/** The lab hosts that work is done on. */
export interface Hosts {
  readonly targets: readonly (NamedTarget & { readonly hostKey: string })[];
  readonly access: SshAccess;
  readonly inventoryFile: string;
  /** Seconds of CPU that all hosts have used so far. */
  cpu(): Promise<number>;
  /** Bytes that were sent to the hosts so far. */
  received(): Promise<number>;
  /** Runs a script as root on every host, without SSH. */
  sh(script: string): Promise<void>;
}

/** Hosts of Debian 13 in a lab of their own; Python is for Ansible alone. */
export async function bringUpHosts(
  name: string,
  count: number,
  folder: string,
  tell: (line: string) => void,
): Promise<Hosts> {
  const packages = ['cron', 'procps', 'python3', 'python3-apt'];
  const described = Array.from({ length: count }, (_, index) => ({
    name: `host${index + 1}`,
    user: 'root',
    packages,
  }));
  const lab = describeLab(name, described);
  await labUp(lab, (event) => tellEvent(event, tell));
  const access = { user: 'root', keyFile: defaultKeyFile(name), knownHosts: knownHostsFile(name) };
  const targets = await Promise.all(
    lab.hosts.map(async ({ name: host, address }) => ({
      name: host,
      address,
      hostKey: await publicKey(hostKeyOf(name, host)),
    })),
  );
  const inventoryFile = join(folder, 'hosts.ini');
  await writeFile(inventoryFile, inventoryText(access, targets));
  const cgroups = await Promise.all(lab.hosts.map((host) => cgroupOfHost(lab, host.name)));
  return {
    targets,
    access,
    inventoryFile,
    cpu: () => cpuOf(cgroups),
    received: () => received(lab),
    sh: async (script) => {
      await Promise.all(targets.map((target) => shOn(lab, target.name, script)));
    },
  };
}

export async function takeDownHosts(name: string): Promise<void> {
  await labDown(name);
}

export async function shOn(lab: Lab, host: string, script: string): Promise<string> {
  const result = await labExec(lab, host, ['/bin/sh', '-c', script]);
  if (result.status !== 0) throw new Error(`on ${host}: ${script}\n${result.stderr}`);
  return result.stdout.toString();
}

/** The cgroup that holds all processes of a host. */
export async function cgroupOfHost(lab: Lab, host: string): Promise<string> {
  const machine = machineName(lab.name, host);
  const [nspawn] = await processesWithArgument(`--machine=${machine}`);
  if (!nspawn) throw new Error(`host ${host} does not run`);
  return await cgroupOf(nspawn.pid);
}

/** What this machine sends through the host's network cable. */
async function received(lab: Lab): Promise<number> {
  const counts = lab.hosts.map(async ({ name }) => {
    const link = vethName(machineName(lab.name, name));
    return Number(await readFile(`/sys/class/net/${link}/statistics/tx_bytes`, 'utf8'));
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

export function tellEvent(event: LabEvent, tell: (line: string) => void): void {
  if (event.kind === 'packages') tell(`Installing ${event.names.join(', ')} …`);
  if (event.kind === 'base' && event.state === 'building') tell(`Building Debian ${event.suite} …`);
}
