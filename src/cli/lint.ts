import type { Command } from 'commander';
import {
  addInventoryOption,
  addVariableOptions,
  type InventoryOptions,
} from './inventory-options.ts';
import { newCommand } from './new-command.ts';

export function lintCommand(_end: (status: number) => void): Command {
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
    .action(lint);
}

async function lint(playbooks: string[], options: InventoryOptions): Promise<void> {
  const { lintPlaybooks } = await import('./lint-playbooks.ts');
  const amount = await lintPlaybooks(playbooks, options);
  process.stdout.write(`no problems in ${amount.tasks} tasks\n`);
}
