import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RolecallError } from '../errors.ts';
import { attempting, run } from './commands.ts';
import type { LabHost } from './contract.ts';
import { knownHostsFile } from './paths.ts';

/** Makes an ed25519 key pair unless the private key exists; whole or not at all. */
export async function ensureKeyPair(file: string, comment: string): Promise<void> {
  if (await stat(file).catch(() => undefined)) return;
  await attempting(`making the key pair ${file}`, async () => {
    await mkdir(dirname(file), { recursive: true });
    const fresh = `${file}.new.${process.pid}`;
    await rm(fresh, { force: true });
    await run`ssh-keygen -q -t ed25519 -N ${''} -C ${comment} -f ${fresh}`;
    await rename(`${fresh}.pub`, `${file}.pub`);
    await chmod(fresh, 0o600);
    await rename(fresh, file);
  });
}

/** The public half of a private key file. */
export async function publicKey(file: string): Promise<string> {
  const text = await readFile(`${file}.pub`, 'utf8').catch(() => undefined);
  if (text) return text.trim();
  const result = await attempting(`reading the key ${file}`, () => run`ssh-keygen -y -f ${file}`);
  return result.stdout.trim();
}

/** Writes the hosts' keys under their addresses and names, as strict host key checking wants them. */
export async function writeKnownHosts(
  lab: string,
  keys: readonly { readonly host: LabHost; readonly publicKey: string }[],
): Promise<void> {
  const lines = keys.map(({ host, publicKey: key }) => {
    const [type, material] = key.split(' ');
    return `${host.address},${host.name} ${type} ${material}\n`;
  });
  const file = knownHostsFile(lab);
  await writeFile(`${file}.new`, lines.join(''));
  await rename(`${file}.new`, file);
}

/** Whether a login with a command works right now; one attempt. */
export async function canLogIn(lab: string, host: LabHost): Promise<boolean> {
  return (await logIn(lab, host)).exitCode === 0;
}

/** Waits until a login with a command works; throws with ssh's own words when it does not in time. */
export async function waitForLogin(lab: string, host: LabHost, seconds = 30): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const result = await logIn(lab, host);
    if (result.exitCode === 0) return;
    if (Date.now() > deadline) {
      throw new RolecallError({
        code: 'lab-failed',
        message: `${host.name} (${host.address}) booted but ${host.user} cannot log in: ${result.stderr.trim()}`,
      });
    }
    await sleep(700); // logins that fail too often are punished by sshd
  }
}

/** Options that make the system's ssh log in to a lab host as the lab expects it. */
export function sshOptions(lab: string, host: LabHost): string[] {
  const option = (text: string): string[] => ['-o', text];
  return [
    ...['-F', '/dev/null', '-i', host.keyFile],
    ...option('IdentitiesOnly=yes'),
    ...option('StrictHostKeyChecking=yes'),
    ...option(`UserKnownHostsFile=${knownHostsFile(lab)}`),
    ...option('GlobalKnownHostsFile=/dev/null'),
  ];
}

function logIn(lab: string, host: LabHost) {
  const options = [
    ...sshOptions(lab, host),
    ...['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=5', '-o', 'LogLevel=ERROR'],
    ...['-o', 'KexAlgorithms=curve25519-sha256'], // the post-quantum default costs four times as much
  ];
  return run`ssh ${options} ${`${host.user}@${host.address}`} true`.nothrow();
}
