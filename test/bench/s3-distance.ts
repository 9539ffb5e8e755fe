import { join } from 'node:path';
import { contest, type Row } from './contest.ts';
import { type DelayProxy, startDelayProxy } from './delay-proxy.ts';
import { loginOnly } from './floor.ts';
import type { Hosts } from './hosts.ts';
import { inventoryText } from './inventory.ts';
import { manyTasks, playbook } from './playbooks.ts';
import { type Point, rowNamed } from './result.ts';
import { type Bench, nothingChanged, type Setting } from './setting.ts';

const connectAlone = join(import.meta.dirname, 'connect-alone.ts');
const far = 20;

export const distance: Bench = {
  id: 'S3',
  title: '100 tasks that change nothing, on a host at 20 ms round trip',
  async run(setting) {
    const hosts = await setting.hosts();
    const count = setting.quick ? 10 : 100;
    const file = await setting.file('distance.yml', playbook(manyTasks(count)));
    const [first] = hosts.targets;
    await setting.once(
      setting.rolecall.command('run', '-i', hosts.inventoryFile, '-l', first!.name, file),
    );
    const rows: Row[] = [];
    const points: Point[] = [];
    for (const rtt of setting.quick ? [0, far] : [0, 10, far, 40]) {
      const proxy = await startDelayProxy([first!.address], rtt);
      try {
        for (const row of await at(rtt, proxy, file, hosts, setting)) {
          rows.push({ ...row, name: named(row.name, rtt) });
          points.push({ plot: 'rtt', series: row.name, x: rtt, y: row.wall.median });
        }
      } finally {
        await proxy.close();
      }
    }
    const wall = (name: string, rtt: number) => rowNamed(rows, named(name, rtt)).wall.median;
    const trips = (name: string) => (wall(name, far) - wall(name, 0)) / (far / 1000);
    const more = (wall('rolecall', far) - wall('connect alone', far)) / (far / 1000);
    const what = 'longer than connect alone, in round trips of 20 ms';
    return {
      rows,
      goals: [{ what, value: more, unit: 'RTT', limit: 3, bound: 'most' }],
      points,
      notes: [
        'connect alone: a Node process that logs in with ssh2, runs `true` and ends',
        `what 20 ms cost against 0 ms, in round trips: connect alone ${trips('connect alone').toFixed(1)}, floor ${trips('floor').toFixed(1)}, rolecall ${trips('rolecall').toFixed(1)}`,
      ],
    };
  },
};

async function at(
  rtt: number,
  proxy: DelayProxy,
  playbookFile: string,
  hosts: Hosts,
  setting: Setting,
): Promise<Row[]> {
  setting.progress(`  round trip ${rtt} ms`);
  const [first] = hosts.targets;
  const [port] = proxy.ports;
  const target = { name: first!.name, address: '127.0.0.1', port: port! };
  const knownHosts = await setting.file(
    'far-known-hosts',
    `[127.0.0.1]:${port} ${first!.hostKey}\n`,
  );
  const access = { ...hosts.access, knownHosts };
  const inventory = await setting.file('far.ini', inventoryText(access, [target]));
  const alone = [process.execPath, connectAlone, '127.0.0.1', String(port), access.keyFile];
  return await contest(
    [
      { name: 'floor', command: loginOnly(access, [target]) },
      { name: 'connect alone', command: { argv: alone } },
      {
        name: 'rolecall',
        command: setting.rolecall.command('run', '-i', inventory, playbookFile),
        expected: nothingChanged,
      },
    ],
    setting,
  );
}

function named(name: string, rtt: number): string {
  return `${name}, ${rtt} ms`;
}
