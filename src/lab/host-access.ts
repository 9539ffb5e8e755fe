import type { ExecResult, Lab, LabBackend } from './contract.ts';
import { hashTree, type TreeHash } from './hash-tree.ts';
import { nspawn } from './nspawn.ts';

/** Runs a command on a lab host as root without SSH; `exec(lab, 'web1', ['cat', '/etc/motd'])`. */
export async function labExec(
  lab: Lab,
  host: string,
  argv: readonly string[],
  options: { input?: string | Buffer } = {},
  backend: LabBackend = nspawn,
): Promise<ExecResult> {
  return await backend.exec(lab, host, argv, options);
}

/** Pulls the plug of a host. `labBoot` starts it again. */
export async function labPowerOff(
  lab: Lab,
  host: string,
  backend: LabBackend = nspawn,
): Promise<void> {
  await backend.powerOff(lab, host);
}

/** The whole file tree of a running host, to compare with `compareTrees`. Takes one to two seconds. */
export async function labHashTree(
  lab: Lab,
  host: string,
  backend: LabBackend = nspawn,
): Promise<TreeHash> {
  return await hashTree(await backend.tree(lab, host));
}
