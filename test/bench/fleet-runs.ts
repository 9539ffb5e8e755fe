import { contest, type Row } from './contest.ts';
import { loginOnly } from './floor.ts';
import { fleetTasks, playbook } from './playbooks.ts';
import { nothingChanged, type Setting } from './setting.ts';

/** How many tasks are run, and how many more to see what a task costs. */
export const [fewTasks, moreTasks] = [20, 120];

/** ssh and rolecall with as many hosts at a time: that is rolecall's default. */
const atOnce = 50;

const measured = new WeakMap<Setting, Map<number, Promise<Row[]>>>();

/** Rows `floor`, `20 tasks` and `120 tasks` for so many hosts; measured once, whoever asks. */
export function fleetRuns(hosts: number, setting: Setting): Promise<Row[]> {
  const own = measured.get(setting) ?? new Map<number, Promise<Row[]>>();
  measured.set(setting, own);
  const rows = own.get(hosts) ?? measureFleet(hosts, setting);
  own.set(hosts, rows);
  return rows;
}

export function hostCounts({ quick }: Setting): number[] {
  return quick ? [1, 10, 20] : [1, 10, 100, 1000];
}

export function tasksName(count: number): string {
  return `rolecall, ${count} tasks`;
}

async function measureFleet(count: number, setting: Setting): Promise<Row[]> {
  const fleet = await setting.fleet();
  setting.progress(`  ${count} hosts`);
  const inventory = await fleet.inventoryFile(count);
  const run = async (tasks: number) => {
    const text = playbook(fleetTasks(tasks, fleet.folder));
    const file = await setting.file(`fleet-${tasks}.yml`, text);
    const command = (source: string) =>
      fleet.inside(setting.rolecall.command('run', '-i', source, file));
    await setting.once(command(await fleet.inventoryFile(1)));
    return { name: tasksName(tasks), command: command(inventory), expected: nothingChanged };
  };
  const floor = fleet.inside(loginOnly(fleet.access, fleet.targets.slice(0, count), atOnce));
  return await contest(
    [{ name: 'floor', command: floor }, await run(fewTasks), await run(moreTasks)],
    setting,
    fleet.cpu,
  );
}
