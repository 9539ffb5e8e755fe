import type { Command } from 'commander';
import {
  addInventoryOption,
  addVariableOptions,
  type InventoryOptions,
} from './inventory-options.ts';
import { newCommand } from './new-command.ts';

export function lintCommand(end: (status: number) => void): Command {
  const command = newCommand('lint')
    .summary('find what is wrong in playbooks without connecting')
    .description(
      'Finds all that can be known to be wrong without a connection: syntax, unknown keys, modules, handlers and files, arguments against their schemas, undefined variables. Runs nothing.',
    )
    .argument('<playbook...>', 'playbook files')
    .optionsGroup('Options:');
  addInventoryOption(command);
  addVariableOptions(command);
  return command
    .addHelpText(
      'after',
      `
Example:
  rolecall lint -i inventory/demo playbooks/*.yml`,
    )
    .action(async (playbooks: string[], options: InventoryOptions) => {
      end(await lint(playbooks, options));
    });
}

async function lint(playbooks: readonly string[], options: InventoryOptions): Promise<number> {
  const { lintPlaybooks } = await import('./lint-playbooks.ts');
  const { problemText } = await import('./show-failure.ts');
  const { problems, warnings, tasks } = await lintPlaybooks(playbooks, options);
  const texts = [
    ...problems.map(problemText),
    ...warnings.map((warning) => `warning: ${problemText(warning)}`),
  ];
  for (const text of texts) process.stdout.write(`${text}\n\n`);
  const found = [count(problems.length, 'problem'), count(warnings.length, 'warning')].join(', ');
  process.stdout.write(`${found} in ${count(tasks, 'task')}\n`);
  return problems.length > 0 ? 1 : 0;
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
