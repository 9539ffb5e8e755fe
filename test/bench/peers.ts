import { join } from 'node:path';
import { commandEnvironment, run } from '../../src/lab/commands.ts';
import type { Command } from './measure.ts';

/** Another tool that reads the same playbook and inventory. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  /** What it says when nothing changed and nothing failed. */
  readonly expected: RegExp;
  command(playbook: string, inventory: string, ...words: string[]): Command;
}

export interface Peers {
  readonly found: readonly Peer[];
  readonly missing: readonly string[];
}

/** Debian's packages of other tools, as far as they are installed. */
export async function findPeers(): Promise<Peers> {
  const peers = await Promise.all([ansible(), mitogen(), pyinfra()]);
  return {
    found: peers.filter((peer) => typeof peer !== 'string'),
    missing: peers.filter((peer) => typeof peer === 'string'),
  };
}

/** Ansible as its manual tells to make it fast. */
const ansibleEnvironment = {
  LC_ALL: 'C.UTF-8', // it starts in no other than UTF-8
  ANSIBLE_CONFIG: join(import.meta.dirname, 'ansible.cfg'), // empty: not this machine's own
  ANSIBLE_PIPELINING: '1',
  ANSIBLE_FORKS: '20',
  ANSIBLE_NOCOLOR: '1',
  ANSIBLE_NOCOWS: '1',
};

async function ansible(): Promise<Peer | string> {
  const version = await firstLine`ansible-playbook --version`;
  if (!version) return 'Ansible is not installed (Debian package ansible)';
  return ansiblePeer('Ansible', /[\d.]{3,}/.exec(version)?.[0] ?? version, {});
}

async function mitogen(): Promise<Peer | string> {
  const script = `import mitogen, ansible_mitogen.plugins.strategy as s
print(".".join(map(str, mitogen.__version__)), list(s.__path__)[0])`;
  const found = await firstLine`/usr/bin/python3 -c ${script}`;
  if (!found) return 'Mitogen is not installed (Debian package ansible-mitogen)';
  const [version = '', folder = ''] = found.split(' ');
  return ansiblePeer('Mitogen', version, {
    ANSIBLE_STRATEGY: 'mitogen_linear',
    ANSIBLE_STRATEGY_PLUGINS: folder,
  });
}

async function pyinfra(): Promise<Peer | string> {
  const version = await firstLine`pyinfra --version`;
  if (!version) return 'pyinfra is not installed (Debian has no package of it)';
  return `${version} is installed, but reads no playbooks: not compared`;
}

function ansiblePeer(name: string, version: string, env: Readonly<Record<string, string>>): Peer {
  return {
    name,
    version,
    expected: /^(?![\s\S]*(changed|failed|unreachable)=[1-9])[\s\S]*PLAY RECAP/,
    command: (playbook, inventory, ...words) => ({
      argv: ['ansible-playbook', '-i', inventory, playbook, ...words],
      env: { ...ansibleEnvironment, ...env },
    }),
  };
}

async function firstLine(pieces: TemplateStringsArray, ...values: string[]): Promise<string> {
  const withLocale = run({ env: { ...commandEnvironment(), ...ansibleEnvironment } });
  const { exitCode, stdout } = await withLocale(pieces, ...values).nothrow();
  return exitCode === 0 ? (stdout.split('\n')[0] ?? '').trim() : '';
}
