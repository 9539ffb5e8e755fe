import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildRelease } from '../../examples/foobar/build/release.ts';
import { run } from '../../src/lab/commands.ts';
import type { Lab } from '../../src/lab/contract.ts';
import { labDown, labReset, labUp } from '../../src/lab/lab.ts';
import { copyInventory, labOfInventory } from '../e2e/support/copied-inventory.ts';
import { cpuOf } from './cpu.ts';
import { cgroupOfHost, shOn, tellEvent } from './hosts.ts';
import { root } from './installed.ts';
import { measure } from './measure.ts';
import type { Phase } from './result.ts';
import { type Bench, changed, nothingChanged, type Setting } from './setting.ts';
import { summary } from './statistics.ts';

export const standUp: Bench = {
  id: 'stand-up',
  title: 'The first run: foobar on virgin hosts, once',
  extra: true,
  async run(setting) {
    const { folder, rolecall, progress, signal } = setting;
    const labName = `${setting.labName}-up`;
    const inventory = copyInventory('foobar', labName);
    const release = await buildRelease({ out: join(folder, 'releases') });
    const { argv } = rolecall.command('inventory', '-i', inventory, '--list');
    const lab = labOfInventory(JSON.parse((await run`${argv}`).stdout), labName);
    setting.atEnd(() => labDown(labName));
    progress('  booting the hosts');
    await labUp(lab, (event) => tellEvent(event, progress));
    const before = await packagesOf(lab);
    const cgroups = await Promise.all(lab.hosts.map(({ name }) => cgroupOfHost(lab, name)));
    const events = join(folder, 'events.jsonl');
    const words = [
      ...['run', '-i', inventory, join(root, 'playbooks/site.yml')],
      ...['-e', JSON.stringify({ foobar_release: release })],
    ];
    progress('  rolecall, first run …');
    const usedBefore = await cpuOf(cgroups);
    // from the root of the checkout, where the roles are
    const command = (...more: string[]) => ({ ...rolecall.command(...words, ...more), cwd: root });
    const first = command('-o', 'plain', '-o', `json=${events}`);
    const usage = await measure(first, folder, signal, changed);
    const hostCpu = (await cpuOf(cgroups)) - usedBefore;
    progress(`  rolecall, first run: ${usage.wall.toFixed(1)} s`);
    const again = await measure(command(), folder, signal, nothingChanged);
    progress(`  rolecall, second run: ${again.wall.toFixed(1)} s`);
    const after = await packagesOf(lab);
    const plays = playsOf(await readFile(events, 'utf8'));
    progress('  fresh hosts for the package manager alone');
    await labReset(
      lab,
      lab.hosts.map(({ name }) => name),
    );
    const phases: Phase[] = [];
    const done = new Set<string>();
    for (const { name, hosts, wall } of plays) {
      const fresh = hosts.filter((host) => !done.has(host));
      const packages = await installed(lab, fresh, (host) => newOnes(before, after, host), setting);
      for (const host of fresh) done.add(host);
      progress(`  ${name}: ${wall.toFixed(1)} s, apt-get alone ${packages.toFixed(1)} s`);
      phases.push({ name, hosts, wall, packages });
    }
    const rowOf = (name: string, { wall, cpu, memory }: typeof usage) => ({
      name,
      wall: summary([wall]),
      cpu: summary([cpu]),
      memory: summary([memory]),
    });
    return {
      rows: [
        { ...rowOf('first run', usage), hostCpu: summary([hostCpu]) },
        rowOf('second run, nothing changed', again),
      ],
      phases,
      goals: [],
      notes: [
        'apt-get alone: `apt-get update` and `apt-get install` of the same packages on fresh hosts, the hosts of a phase at once as in the run',
      ],
    };
  },
};

export interface Play {
  readonly name: string;
  readonly hosts: readonly string[];
  /** Seconds to the next play, or to the end. */
  readonly wall: number;
}

/** The plays of a run, from its record as JSON lines. */
export function playsOf(record: string): Play[] {
  const all = record
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const started = all.filter(({ event }) => event === 'play-started');
  return started.map(({ name, hosts, time }, index) => {
    const end = started[index + 1]?.time ?? all.at(-1).time;
    return { name, hosts, wall: (Date.parse(end) - Date.parse(time)) / 1000 };
  });
}

type Packages = ReadonlyMap<string, ReadonlySet<string>>;

async function packagesOf(lab: Lab): Promise<Packages> {
  const lists = lab.hosts.map(async ({ name }) => {
    const text = await shOn(lab, name, "dpkg-query -W -f '${Package}\\n'");
    return [name, new Set(text.split('\n').filter(Boolean))] as const;
  });
  return new Map(await Promise.all(lists));
}

function newOnes(before: Packages, after: Packages, host: string): string[] {
  return [...after.get(host)!.difference(before.get(host)!)];
}

/** Seconds until apt-get has installed what these hosts want, on all at once. */
async function installed(
  lab: Lab,
  hosts: readonly string[],
  wanted: (host: string) => readonly string[],
  { signal }: Setting,
): Promise<number> {
  signal.throwIfAborted();
  const start = performance.now();
  await Promise.all(
    hosts.map(async (host) => {
      const names = wanted(host).join(' ');
      if (names === '') return;
      await shOn(
        lab,
        host,
        `export DEBIAN_FRONTEND=noninteractive
apt-get -q update && apt-get -q -y --no-install-recommends install ${names}`,
      );
    }),
  );
  return (performance.now() - start) / 1000;
}
