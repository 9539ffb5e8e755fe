import { readFile } from 'node:fs/promises';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/lab/commands.ts';
import { root } from './installed.ts';
import type { Peers } from './peers.ts';

/** Where and with what was measured. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  readonly kernel: string;
  readonly system: string;
  /** Processes that wanted a core in the minute before: above zero, others were at work. */
  readonly load: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly missing: readonly string[];
}

export async function describeMachine(peers: Peers): Promise<Machine> {
  const [first] = cpus();
  const named = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return {
    processor: first?.model ?? 'unknown',
    cores: cpus().length,
    memory: totalmem(),
    kernel: release(),
    system: /^PRETTY_NAME="?([^"\n]*)/m.exec(named)?.[1] ?? process.platform,
    load: loadavg()[0]!,
    versions: {
      rolecall: await ownVersion(),
      Node: process.versions.node,
      ssh2: await versionOf('node_modules/ssh2'),
      OpenSSH: (await run`ssh -V`.nothrow()).stderr.trim().split(',')[0]!,
      ...Object.fromEntries(peers.found.map(({ name, version }) => [name, version])),
    },
    missing: peers.missing,
  };
}

async function ownVersion(): Promise<string> {
  const commit = await run({ cwd: root })`git describe --always --dirty`.nothrow();
  const version = await versionOf('.');
  return commit.exitCode === 0 ? `${version} (${commit.stdout.trim()})` : version;
}

async function versionOf(folder: string): Promise<string> {
  return JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')).version;
}
