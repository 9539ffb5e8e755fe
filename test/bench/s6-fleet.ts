import type { Row } from './contest.ts';
import { fewTasks, fleetRuns, hostCounts, tasksName } from './fleet-runs.ts';
import { type Point, rowNamed } from './result.ts';
import type { Bench } from './setting.ts';

export const fleetBench: Bench = {
  id: 'S6',
  title: '20 tasks that change nothing, on 1,000 hosts',
  async run(setting) {
    const rows: Row[] = [];
    const points: Point[] = [];
    const counts = hostCounts(setting);
    for (const count of counts) {
      const own = await fleetRuns(count, setting);
      for (const row of own.filter(({ name }) => ['floor', tasksName(fewTasks)].includes(name))) {
        rows.push({ ...row, name: `${row.name}, ${count} hosts` });
        points.push({ plot: 'hosts', series: row.name, x: count, y: row.wall.median });
      }
    }
    const many = counts.at(-1)!;
    const of = (name: string, count: number) => rowNamed(rows, `${name}, ${count} hosts`);
    const [floor, one] = [of('floor', many), of(tasksName(fewTasks), counts[0]!)];
    const rolecall = of(tasksName(fewTasks), many);
    const faster = floor.wall.median / rolecall.wall.median;
    const milliseconds = (rolecall.cpu.median / many) * 1000;
    const kilobytes = (rolecall.memory.median - one.memory.median) / (many - 1) / 1000;
    return {
      rows,
      points,
      goals: [
        {
          what: 'hosts per second against ssh',
          value: faster,
          unit: '×',
          limit: 1.1,
          bound: 'least',
        },
        {
          what: 'controller CPU per host',
          value: milliseconds,
          unit: 'ms',
          limit: 7,
          bound: 'most',
        },
        { what: 'memory per host', value: kilobytes, unit: 'KB', limit: 300, bound: 'most' },
      ],
      notes: [
        'all hosts are one sshd of this machine; 50 at a time, both',
        `hosts per second: floor ${(many / floor.wall.median).toFixed(0)}, rolecall ${(many / rolecall.wall.median).toFixed(0)}`,
        'memory per host: what the peak grows from 1 host to all',
      ],
    };
  },
};
