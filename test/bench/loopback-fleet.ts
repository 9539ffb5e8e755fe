import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cgroupFor, removeCgroups } from '../../src/lab/cgroups.ts';
import { run } from '../../src/lab/commands.ts';
import { ensureKeyPair, publicKey } from '../../src/lab/ssh.ts';
import { cpuOf } from './cpu.ts';
import { loginOnly, type SshAccess } from './floor.ts';
import { inventoryText, type NamedTarget } from './inventory.ts';
import type { Command } from './measure.ts';

/** Many hosts that are one: an sshd that answers on addresses of 127.1.0.0/16 in a network of its own. */
export interface Fleet {
  readonly targets: readonly NamedTarget[];
  readonly access: SshAccess;
  /** A file of the first so many hosts. */
  inventoryFile(count: number): Promise<string>;
  /** A folder that only logins to the fleet see. */
  readonly folder: string;
  /** Seconds of CPU that the server's side has used so far. */
  cpu(): Promise<number>;
  /** The command, in the fleet's network. */
  inside(command: Command): Command;
}

const folderInside = '/run/rolecall-bench';

/**
 * Starts the fleet. `onStop` gets what ends it, before it is begun. Who logs in sees other
 * folders than this machine's where locks and owed handlers are kept, and an empty home.
 */
export async function startFleet(
  name: string,
  count: number,
  scratch: string,
  onStop: (stop: () => Promise<void>) => void,
): Promise<Fleet> {
  const cgroupName = `rolecall-bench-${name}`;
  const cgroup = await cgroupFor(cgroupName);
  const stop = async (): Promise<void> => {
    await writeFile(join(cgroup, 'cgroup.kill'), '1').catch(() => {});
    await removeCgroups(cgroupName);
  };
  onStop(stop);
  await stop(); // of a run that was killed
  const key = join(scratch, 'fleet-key');
  await ensureKeyPair(key, name);
  await ensureKeyPair(join(scratch, 'fleet-host-key'), name);
  const targets = Array.from({ length: count }, (_, index) => ({
    name: `node${String(index + 1).padStart(4, '0')}`,
    address: `127.1.${Math.floor(index / 250)}.${(index % 250) + 1}`,
  }));
  const access = { user: 'root', keyFile: key, knownHosts: join(scratch, 'fleet-known-hosts') };
  const hostKey = await publicKey(join(scratch, 'fleet-host-key'));
  const lines = targets.map((target) => `${target.address},${target.name} ${hostKey}\n`);
  await writeFile(access.knownHosts, lines.join(''));
  await copyFile(`${key}.pub`, join(scratch, 'fleet-authorized'));
  await chmod(join(scratch, 'fleet-authorized'), 0o600);
  const config = join(scratch, 'fleet-sshd');
  await writeFile(config, await sshdConfig(scratch));
  const pid = await spawned(['sh', '-c', starter, 'sh', cgroup, folderInside, config]);
  const inside = (command: Command): Command => ({
    ...command,
    argv: ['nsenter', `--net=/proc/${pid}/ns/net`, ...command.argv],
  });
  await untilItAnswers(inside(loginOnly(access, targets.slice(0, 1))));
  return {
    targets,
    access,
    folder: folderInside,
    inside,
    cpu: () => cpuOf([cgroup]),
    inventoryFile: async (some) => {
      const file = join(scratch, `fleet-${some}.ini`);
      await writeFile(file, inventoryText(access, targets.slice(0, some)));
      return file;
    },
  };
}

const starter = `set -e
mkdir -p "$1" && echo $$ >"$1/cgroup.procs"
exec unshare --net --mount --propagation private sh -c '
set -e
ip link set lo up
mkdir -p /run/sshd "$1" /run/lock /var/lib/rolecall
for folder in "$1" /run/lock /var/lib/rolecall /root; do mount -t tmpfs -o mode=1777 tmpfs "$folder"; done
exec "$(command -v sshd)" -D -e -f "$2"' sh "$2" "$3"`;

async function spawned(argv: readonly string[]): Promise<number> {
  const child = spawn(argv[0]!, argv.slice(1), { stdio: 'ignore', detached: true });
  await once(child, 'spawn');
  child.unref();
  return child.pid!;
}

/** Without limits that are there against strangers; one login costs what it costs elsewhere. */
async function sshdConfig(scratch: string): Promise<string> {
  const lines = [
    'ListenAddress 0.0.0.0:22',
    `HostKey ${join(scratch, 'fleet-host-key')}`,
    `AuthorizedKeysFile ${join(scratch, 'fleet-authorized')}`,
    'PidFile none',
    'StrictModes no',
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'UsePAM no',
    'UseDNS no',
    'PrintMotd no',
    'MaxStartups 2000:100:4000',
    'LogLevel ERROR',
  ];
  const penalties = await run`sshd -t -f /dev/null -o PerSourcePenalties=no`.nothrow();
  const isKnown = !/PerSourcePenalties/.test(penalties.stderr);
  return [...lines, ...(isKnown ? ['PerSourcePenalties no'] : []), ''].join('\n');
}

async function untilItAnswers(command: Command): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const result = await run`${command.argv}`.nothrow();
    if (result.exitCode === 0) return;
    if (attempt === 50) throw new Error(`the fleet does not answer: ${result.stderr}`);
    await sleep(100);
  }
}
