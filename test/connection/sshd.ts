import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { $ } from 'zx';
import type { Target } from '../../src/connection/connection.ts';

export const hasSshd = existsSync('/usr/sbin/sshd');

/** A private sshd on a loopback port, with its own keys, for the user who runs the tests. */
export interface TestSshd {
  readonly port: number;
  readonly folder: string;
  readonly knownHosts: string;
  readonly key: string;
  readonly process: ChildProcess;
  /** A target with the right key and known_hosts; parts can be replaced. */
  target(parts?: Partial<Target>): Target;
  /** The host key file of a type, such as `ed25519`. */
  hostKey(type: string): string;
  log(): string;
  stop(): Promise<void>;
}

/** Starts sshd with extra configuration lines. */
export async function startSshd(
  lines: readonly string[] = [],
  hostKeys: readonly string[] = ['ed25519'],
): Promise<TestSshd> {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-sshd-'));
  const port = await freePort();
  const quiet = $({ quiet: true });
  const hostKey = (type: string) => join(folder, `host_${type}`);
  const key = join(folder, 'id_ed25519');
  await quiet`ssh-keygen -q -t ed25519 -N '' -f ${key}`;
  for (const type of hostKeys) await quiet`ssh-keygen -q -t ${type} -N '' -f ${hostKey(type)}`;
  await writeFile(join(folder, 'authorized_keys'), await readFile(`${key}.pub`));
  const known = await Promise.all(
    hostKeys.map(
      async (type) => `[127.0.0.1]:${port} ${await readFile(`${hostKey(type)}.pub`, 'utf8')}`,
    ),
  );
  const knownHosts = join(folder, 'known_hosts');
  await writeFile(knownHosts, known.join(''));
  const config = join(folder, 'sshd_config');
  await writeFile(config, [...lines, ...base(folder, port, hostKeys.map(hostKey)), ''].join('\n'));
  if (userInfo().uid === 0) await quiet`mkdir -p /run/sshd`;
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  for (let tries = 0; !log.includes('Server listening'); tries++) {
    if (child.exitCode !== null || tries > 200) throw new Error(`sshd did not start: ${log}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return {
    port,
    folder,
    knownHosts,
    key,
    process: child,
    hostKey,
    log: () => log,
    target: (parts) => ({
      host: 'box',
      driver: 'ssh',
      address: '127.0.0.1',
      port,
      user: userInfo().username,
      privateKeyFile: key,
      sshArgs: ['-o', 'IdentityAgent=none'],
      hostKeyChecking: 'strict',
      knownHostsFiles: [knownHosts],
      connectTimeoutMs: 10_000,
      ...parts,
    }),
    stop: async () => {
      child.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function base(folder: string, port: number, hostKeys: readonly string[]): string[] {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...hostKeys.map((file) => `HostKey ${file}`),
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'UsePAM no',
    'StrictModes no',
    'PidFile none',
    'LogLevel VERBOSE',
    'AcceptEnv none',
  ];
}
