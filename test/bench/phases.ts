import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manyTasks, playbook, tenTasks } from './playbooks.ts';
import type { Shares } from './result.ts';
import type { Bench, Setting } from './setting.ts';

const dest = '/opt/bench/phases';

export const phases: Bench = {
  id: 'phases',
  title: 'Where the time of a run goes',
  async run(setting) {
    const hosts = await setting.hosts();
    const { quick } = setting;
    const src = join(setting.folder, 'phases');
    await mkdir(src);
    const names = Array.from({ length: quick ? 10 : 100 }, (_, index) => `file${index}.conf`);
    for (const name of names) await writeFile(join(src, name), randomBytes(1024).toString('hex'));
    const copies = [
      { name: 'Folder', file: { path: dest, state: 'directory' } },
      {
        name: 'Files',
        copy: { src: `${src}/{{ item }}`, dest: `${dest}/{{ item }}` },
        loop: names,
      },
    ];
    const many = quick ? 20 : 1000;
    const works: Work[] = [
      { name: '10 tasks, no change', tasks: tenTasks() },
      { name: `${many} tasks, no change`, tasks: manyTasks(many) },
      {
        name: `first apply of ${names.length} files`,
        tasks: copies,
        prepare: () => hosts.sh(`rm -rf ${dest}`),
      },
    ];
    const shares: Shares[] = [];
    for (const work of works) shares.push(await sharesOf(work, hosts.inventoryFile, setting));
    return { rows: [], goals: [], shares, notes: [`on ${hosts.targets.length} hosts`] };
  },
};

interface Work {
  readonly name: string;
  readonly tasks: Parameters<typeof playbook>[0];
  readonly prepare?: () => Promise<void>;
}

async function sharesOf(
  { name, tasks, prepare }: Work,
  inventory: string,
  setting: Setting,
): Promise<Shares> {
  const file = await setting.file('phases.yml', playbook(tasks));
  const record = join(setting.folder, 'phases.jsonl');
  const command = setting.rolecall.command(
    ...['run', '-i', inventory, '--timings', '-o', `json=${record}`, '-o', 'plain', file],
  );
  const all: Shares[] = [];
  for (let round = 0; round <= setting.runs; round++) {
    await prepare?.();
    await setting.once(command);
    if (round > 0) all.push(readShares(name, await readFile(record, 'utf8')));
  }
  setting.progress(`  ${name}: ${all.map(({ wall }) => wall.toFixed(3)).join(' ')} s`);
  return all.toSorted((one, other) => one.wall - other.wall)[Math.floor(all.length / 2)]!;
}

/** The last line of the events of a run with --timings. */
function readShares(work: string, record: string): Shares {
  const line = record.trim().split('\n').at(-1)!;
  const { timings } = JSON.parse(line) as { readonly timings: Told };
  return {
    work,
    wall: timings.wall_ms / 1000,
    cpu: timings.cpu_ms / 1000,
    phases: timings.phases.map(({ phase, wall_ms, cpu_ms }) => ({
      ...{ phase, wall: wall_ms / 1000, cpu: cpu_ms / 1000 },
    })),
  };
}

interface Told {
  readonly wall_ms: number;
  readonly cpu_ms: number;
  readonly phases: readonly {
    readonly phase: string;
    readonly wall_ms: number;
    readonly cpu_ms: number;
  }[];
}
