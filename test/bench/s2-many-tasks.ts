import { contest, type Row } from './contest.ts';
import { loginOnly } from './floor.ts';
import type { Hosts } from './hosts.ts';
import { manyTasks, playbook } from './playbooks.ts';
import { type Point, ratio } from './result.ts';
import { type Bench, nothingChanged, type Setting } from './setting.ts';

export const manyTasksBench: Bench = {
  id: 'S2',
  title: '1,000 tasks that change nothing, on eight hosts',
  async run(setting) {
    const hosts = await setting.hosts();
    const counts = setting.quick ? [10, 20] : [10, 100, 1000];
    const rows: Row[] = [];
    const points: Point[] = [];
    for (const count of counts) {
      for (const row of await withTasks(count, hosts, setting)) {
        rows.push({ ...row, name: `${row.name}, ${count} tasks` });
        points.push({ plot: 'tasks', series: row.name, x: count, y: row.wall.median });
      }
    }
    const most = counts.at(-1);
    const against = ratio(rows, `rolecall, ${most} tasks`, `floor, ${most} tasks`);
    return {
      rows,
      goals: [{ what: `${most} tasks against the floor`, ...against, limit: 4, bound: 'most' }],
      points,
    };
  },
};

async function withTasks(count: number, hosts: Hosts, setting: Setting): Promise<Row[]> {
  const file = await setting.file(`tasks-${count}.yml`, playbook(manyTasks(count)));
  const rolecall = setting.rolecall.command('run', '-i', hosts.inventoryFile, file);
  await setting.once(rolecall);
  return await contest(
    [
      { name: 'floor', command: loginOnly(hosts.access, hosts.targets) },
      { name: 'rolecall', command: rolecall, expected: nothingChanged },
    ],
    setting,
    hosts.cpu,
  );
}
