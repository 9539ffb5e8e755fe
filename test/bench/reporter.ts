import { sh } from '../../src/shell/sh.ts';
import { contest } from './contest.ts';
import { moreTasks } from './fleet-runs.ts';
import type { Command } from './measure.ts';
import { fleetTasks, playbook } from './playbooks.ts';
import { rowNamed } from './result.ts';
import type { Bench } from './setting.ts';

export const reporterBench: Bench = {
  id: 'reporter',
  title: 'What the live view costs',
  async run(setting) {
    const count = setting.quick ? 10 : 60;
    const fleet = await setting.fleet();
    const text = playbook(fleetTasks(moreTasks, fleet.folder));
    const file = await setting.file('reporter.yml', text);
    const inventory = await fleet.inventoryFile(count);
    await setting.once(
      fleet.inside(setting.rolecall.command('run', '-i', await fleet.inventoryFile(1), file)),
    );
    const shownAs = (output: string) =>
      atTerminal(
        fleet.inside(setting.rolecall.command('run', '-i', inventory, '--output', output, file)),
      );
    const expected = /nothing changed/;
    const rows = await contest(
      [
        { name: 'plain lines', command: shownAs('plain'), expected },
        { name: 'live view', command: shownAs('live'), expected },
      ],
      setting,
    );
    const [plain, live] = ['plain lines', 'live view'].map((name) => rowNamed(rows, name));
    const share = (live!.cpu.median - plain!.cpu.median) / live!.wall.median;
    return {
      rows,
      goals: [
        {
          what: 'CPU beyond plain lines, of the time that the run takes',
          value: share * 100,
          unit: '%',
          limit: 5,
          bound: 'most',
        },
      ],
      notes: [`${count} hosts, ${moreTasks} tasks, a terminal of 80 × 24, 10 frames a second`],
    };
  },
};

/** A terminal that nobody looks at: `script` is of bsdutils, which Debian always has. */
function atTerminal({ argv, ...command }: Command): Command {
  return {
    ...command,
    argv: ['script', '-qec', sh`stty rows 24 cols 80; exec ${argv}`.text, '/dev/null'],
    env: { ...command.env, TERM: 'xterm-256color' },
  };
}
