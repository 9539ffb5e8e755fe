import { readFile, writeFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureCommands } from '../../src/lab/packages.ts';
import { type TestLab, useLab } from './support/lab.ts';
import { processesStarted, tracedPort } from './support/processes-started.ts';
import { folderOf, startRun } from './support/rolecall.ts';

/**
 * What runs of fixed playbooks take, in figures that no load of the machine changes. `counts.json` holds
 * what they took last; `npm run counts -- --write` writes it anew.
 */
interface Counts {
  readonly connections: number;
  readonly shells: number;
  readonly roundTrips: number;
  readonly scripts: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly processes: number;
  readonly programs: number;
  readonly evaluations: number;
}

const folder = join(import.meta.dirname, 'counts');
const table = join(folder, 'counts.json');
const writing = process.env.ROLECALL_COUNTS === 'write';
const measured: Record<string, Counts> = {};

let lab: TestLab;
let expected: Readonly<Record<string, Counts>>;

beforeAll(async () => {
  await ensureCommands({ strace: 'strace' }, () => {});
  lab = await useLab();
  await lab.reset('web1');
  expected = writing ? {} : JSON.parse(await readFile(table, 'utf8'));
});

afterAll(async () => {
  if (writing) await writeFile(table, `${JSON.stringify(measured, null, 2)}\n`);
});

describe.each([
  ['no-change', ['uncounted', 'again', 'dry again']],
  ['files', ['dry', 'first', 'again']],
  ['into-folder', ['dry', 'first', 'again']],
  ['templates', ['dry', 'first', 'again']],
  ['typed-role', ['dry', 'first', 'again']],
])('%s', (playbook, runs) => {
  for (const run of runs) {
    test(run, async () => {
      const count = () => countRun(`${playbook}.yml`, run.startsWith('dry'));
      const name = `${playbook}, ${run}`;
      let counts = await count();
      if (run === 'uncounted') return;
      measured[name] = counts;
      if (writing) return;
      // What can be repeated gets another turn: a process that had to be started twice is not a change.
      for (let left = run === 'first' ? 0 : 2; left > 0; left--) {
        if (differences(name, counts).length === 0) break;
        counts = await count();
      }
      expect(differences(name, counts)).toEqual([]);
    });
  }
});

async function countRun(playbook: string, dry: boolean): Promise<Counts> {
  const words = [join(folder, playbook), '-i', 'hosts.ini', '--timings'];
  const cwd = folderOf(await tracedHost());
  let pid = 0;
  const { result, started } = await processesStarted(lab, 'web1', () => {
    const run = startRun(dry ? [...words, '--check'] : words, { cwd });
    pid = run.child.pid!;
    return run.ended;
  });
  expect(result.status, result.stdout + result.stderr).toBe(0);
  const { timings } = result.events.at(-1) as unknown as { timings: Reported };
  const [host] = timings.hosts;
  return {
    connections: host!.connections,
    shells: host!.shells,
    roundTrips: host!.round_trips,
    scripts: host!.scripts,
    bytesSent: host!.bytes_sent - (dry ? 0 : holderBytes(pid)),
    bytesReceived: host!.bytes_received,
    ...started,
    evaluations: timings.evaluations,
  };
}

/** The lock's script says who holds it: names and number differ from run to run. */
function holderBytes(pid: number): number {
  return Buffer.byteLength(`${userInfo().username}${hostname()}${pid}`);
}

/** An inventory of the host as it is reached through the sshd that is traced. */
async function tracedHost(): Promise<Record<string, string>> {
  const { address } = lab.host('web1');
  const keys = await readFile(lab.knownHosts, 'utf8');
  const login = `ansible_user=root ansible_ssh_private_key_file=${lab.keyFile}`;
  const args = '-o UserKnownHostsFile=known_hosts -o StrictHostKeyChecking=yes';
  return {
    'hosts.ini': `web1 ansible_host=${address} ansible_port=${tracedPort} ${login} ansible_ssh_common_args='${args}'\n`,
    known_hosts: keys.replace(/^\S+,web1 /m, `[${address}]:${tracedPort} `),
  };
}

interface Reported {
  readonly evaluations: number;
  readonly hosts: readonly {
    readonly connections: number;
    readonly shells: number;
    readonly round_trips: number;
    readonly scripts: number;
    readonly bytes_sent: number;
    readonly bytes_received: number;
  }[];
}

function differences(name: string, counts: Counts): string[] {
  return Object.entries(counts).flatMap(([what, count]) => {
    const meant = expected[name]?.[what as keyof Counts];
    const spread = what === 'bytesReceived' ? spreadOf(meant ?? 0) : 0;
    if (meant !== undefined && Math.abs(count - meant) <= spread) return [];
    return `${name}: ${what}: expected ${meant}, got ${count}; if meant: npm run counts -- --write`;
  });
}

/** What hosts say holds times, inodes and numbers of processes, whose digits are not always as many. */
function spreadOf(bytes: number): number {
  return Math.max(40, bytes / 25);
}
