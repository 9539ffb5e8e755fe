import type { Command } from 'commander';
import type { ConnectionOptions } from './connection-options.ts';
import type { HistoryOptions } from './history-options.ts';
import type { InventoryOptions } from './inventory-options.ts';
import { newCommand } from './new-command.ts';
import type { OutputOptions } from './output-options.ts';
import { addKeyOption, type KeyOptions } from './plan-key.ts';
import { addHostOptions, addPaceOptions } from './run-options.ts';

export interface ApplyOptions
  extends Omit<InventoryOptions, 'inventory'>,
    ConnectionOptions,
    OutputOptions,
    HistoryOptions,
    KeyOptions {
  readonly forks: number;
}

export function applyCommand(end: (status: number) => void): Command {
  const command = newCommand('apply')
    .summary('do what a plan says, and nothing else')
    .description(
      'Brings hosts to what a plan says. A plan of changed sources or of another inventory is refused; so is each host that is not as it was when the plan was made.',
    )
    .argument('<plan>', 'a file that `rolecall plan` wrote');
  addKeyOption(command).optionsGroup('How:');
  addPaceOptions(command);
  addHostOptions(command);
  return command
    .addHelpText(
      'after',
      `
What -e gave to the plan as name=value is to be given again: it is not in it.

Example:
  rolecall apply site.plan.json

Exit status: 0 ok, 1 the plan is refused, 2 hosts failed or were refused,
4 hosts unreachable, 130 interrupted.`,
    )
    .action(async (file: string, options: ApplyOptions) => {
      const { readPlan } = await import('./read-plan.ts');
      const { applyPlan } = await import('./apply-plan.ts');
      end(await applyPlan(file, readPlan(file), options));
    });
}
