import { contest, type Row } from './contest.ts';
import { manyTasks, playbook, tenTasks } from './playbooks.ts';
import { type Goal, ratio } from './result.ts';
import { type Bench, nothingChanged } from './setting.ts';

export const dryRun: Bench = {
  id: 'S9',
  title: 'A dry run against a run that changes nothing',
  async run(setting) {
    const hosts = await setting.hosts();
    const rows: Row[] = [];
    const goals: Goal[] = [];
    const books = { 'ten tasks': tenTasks(), '100 tasks': manyTasks(setting.quick ? 20 : 100) };
    for (const [what, tasks] of Object.entries(books)) {
      const file = await setting.file(`dry-${tasks.length}.yml`, playbook(tasks));
      const run = setting.rolecall.command('run', '-i', hosts.inventoryFile, file);
      await setting.once(run);
      const [name, dry] = [`run, ${what}`, `dry run, ${what}`];
      const command = setting.rolecall.command('run', '-i', hosts.inventoryFile, file, '--check');
      const measured = await contest(
        [
          { name, command: run, expected: nothingChanged },
          { name: dry, command, expected: /nothing would change\.$/m },
        ],
        setting,
        hosts.cpu,
      );
      rows.push(...measured);
      goals.push({ what, ...ratio(measured, dry, name), limit: 1.1, bound: 'most' });
    }
    return { rows, goals };
  },
};
