import type { Row } from './contest.ts';
import { fewTasks, fleetRuns, hostCounts, moreTasks, tasksName } from './fleet-runs.ts';
import { type Goal, rowNamed } from './result.ts';
import type { Bench } from './setting.ts';

export const costOfATask: Bench = {
  id: 'S8',
  title: 'Controller CPU of a task that changes nothing, for each host',
  async run(setting) {
    const rows: Row[] = [];
    const goals: Goal[] = [];
    const alone = cost(await fleetRuns(1, setting));
    const shares: string[] = [];
    for (const count of hostCounts(setting).slice(1)) {
      const own = await fleetRuns(count, setting);
      rows.push(
        ...own
          .filter(({ name }) => name !== 'floor')
          .map((row) => ({ ...row, name: `${row.name}, ${count} hosts` })),
      );
      const value = (cost(own) / count) * 1e6;
      goals.push({ what: `at ${count} hosts`, value, unit: 'µs', limit: 50, bound: 'most' });
      shares.push(`${(((cost(own) - alone) / (count - 1)) * 1e6).toFixed(0)} µs at ${count}`);
    }
    return {
      rows,
      goals,
      notes: [
        `from ${fewTasks} to ${moreTasks} tasks, divided by the tasks and the hosts; reading the tasks is in it`,
        `what each host beyond the first adds to a task: ${shares.join(', ')}`,
      ],
    };
  },
};

/** Seconds of the controller's CPU for a task on all hosts. */
function cost(rows: readonly Row[]): number {
  const cpu = (tasks: number) => rowNamed(rows, tasksName(tasks)).cpu.median;
  return (cpu(moreTasks) - cpu(fewTasks)) / (moreTasks - fewTasks);
}
