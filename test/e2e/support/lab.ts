import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { ExecResult, Lab, LabHost } from '../../../src/lab/contract.ts';
import { compareTrees, type TreeHash } from '../../../src/lab/hash-tree.ts';
import { labExec, labHashTree, labPowerOff } from '../../../src/lab/host-access.ts';
import { labBoot, labReset, labUp } from '../../../src/lab/lab.ts';
import { defaultKeyFile, knownHostsFile, stateDir } from '../../../src/lab/paths.ts';
import { describeLab, standardHosts, type TestHost } from './describe-lab.ts';

export interface TestLab {
  readonly lab: Lab;
  readonly hosts: readonly LabHost[];
  /** An INI inventory of the hosts with addresses, user, key file and known_hosts. */
  readonly inventory: string;
  /** The same in a file. */
  readonly inventoryFile: string;
  readonly knownHosts: string;
  readonly keyFile: string;
  host(name: string): LabHost;
  /** Fresh disks for these hosts, all without names; about two seconds. */
  reset(...names: string[]): Promise<void>;
  /** As root, without SSH. A string is a sh script; it must succeed, and its stdout is returned. */
  sh(host: string, script: string): Promise<string>;
  /** As root, without SSH, whatever the exit status. */
  exec(host: string, argv: readonly string[], input?: string | Buffer): Promise<ExecResult>;
  /** The host's whole file tree; compare two with `differences`. */
  hashTree(host: string): Promise<TreeHash>;
  differences(before: TreeHash, after: TreeHash): string[];
  powerOff(host: string): Promise<void>;
  boot(host: string): Promise<void>;
}

/**
 * Brings up a lab that all test files of the run share, or finds it up. Set ROLECALL_LAB_KEEP=1 to
 * keep it after the run, and ROLECALL_LAB_NAME to have one apart from other runs on this machine.
 *
 * @example const lab = await useLab(); await lab.reset('web1'); await lab.sh('web1', 'id');
 */
export async function useLab(
  name = 'e2e',
  hosts: readonly TestHost[] = standardHosts,
): Promise<TestLab> {
  return bringUp(describeLab(ownName(name), hosts));
}

/** The name of a lab in this run: ROLECALL_LAB_NAME keeps it apart from others. */
export function ownName(name: string): string {
  const own = process.env.ROLECALL_LAB_NAME;
  return own ? `${own}-${name}` : name;
}

/** Brings up a lab that is described, and takes it down at the end of the run. */
export async function bringUp(lab: Lab): Promise<TestLab> {
  const run = inject('labsOfThisRun');
  await mkdir(run, { recursive: true });
  await writeFile(join(run, lab.name), '');
  await labUp(lab);
  const inventory = inventoryText(lab);
  const inventoryFile = join(stateDir(lab.name), 'inventory.ini');
  await writeFile(inventoryFile, inventory);
  const exec = (host: string, argv: readonly string[], input?: string | Buffer) =>
    labExec(lab, host, argv, { input });
  return {
    lab,
    hosts: lab.hosts,
    inventory,
    inventoryFile,
    knownHosts: knownHostsFile(lab.name),
    keyFile: defaultKeyFile(lab.name),
    host(hostName) {
      const found = lab.hosts.find((host) => host.name === hostName);
      if (!found) throw new Error(`lab ${lab.name} has no host ${hostName}`);
      return found;
    },
    reset: (...names) =>
      labReset(lab, names.length > 0 ? names : lab.hosts.map((host) => host.name)),
    exec,
    async sh(host, script) {
      const result = await exec(host, ['/bin/sh', '-c', script]);
      if (result.status === 0) return result.stdout.toString();
      throw new Error(`on ${host}: ${script}\nexit ${result.status}: ${result.stderr}`);
    },
    hashTree: (host) => labHashTree(lab, host),
    differences: compareTrees,
    powerOff: (host) => labPowerOff(lab, host),
    boot: (host) => labBoot(lab, host),
  };
}

function inventoryText(lab: Lab): string {
  const groups = [...new Set(lab.hosts.flatMap((host) => host.groups))];
  return [
    ...lab.hosts.map((host) => `${host.name} ansible_host=${host.address}`),
    ...groups.flatMap((group) => [
      '',
      `[${group}]`,
      ...lab.hosts.filter((host) => host.groups.includes(group)).map((host) => host.name),
    ]),
    '',
    '[all:vars]',
    `ansible_user=${lab.hosts[0]!.user}`,
    `ansible_ssh_private_key_file=${lab.hosts[0]!.keyFile}`,
    `ansible_ssh_common_args='-o UserKnownHostsFile=${knownHostsFile(lab.name)} -o StrictHostKeyChecking=yes'`,
    '',
  ].join('\n');
}
