import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { nearestName, RolecallError } from '../errors.ts';
import type { Lab } from '../lab/contract.ts';
import { sshOptions } from '../lab/ssh.ts';

/** Logs in with the system's ssh, or runs a command there; returns ssh's exit status. */
export async function logInto(lab: Lab, name: string, command: readonly string[]): Promise<number> {
  const host = lab.hosts.find((candidate) => candidate.name === name);
  if (!host) {
    const names = lab.hosts.map((candidate) => candidate.name);
    throw new RolecallError({
      code: 'lab-invalid',
      message: `lab '${lab.name}' has no host '${name}'`,
      expected: names.join(', '),
      nearest: nearestName(name, names),
    });
  }
  const words = [...sshOptions(lab.name, host), `${host.user}@${host.address}`, ...command];
  const child = spawn('ssh', words, { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}
