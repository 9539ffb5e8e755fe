import { type Command, Option } from 'commander';
import {
  addInventoryOption,
  addVariableOptions,
  type InventoryOptions,
} from './inventory-options.ts';
import { newCommand } from './new-command.ts';

interface Options extends InventoryOptions {
  readonly output: 'text' | 'json';
}

export function explainCommand(): Command {
  const command = newCommand('explain')
    .summary('show where a variable of a host comes from, and what it hides')
    .description(
      'Shows the value of a variable on a host, the place that gives it, and every other place whose value it hides. Connects to nothing: facts and what tasks set are not in it.',
    )
    .argument('<host>', 'its name in the inventory')
    .argument('<variable>', 'its name')
    .argument('[playbook...]', 'playbooks whose plays give variables, too')
    .optionsGroup('Options:')
    .addOption(new Option('-o, --output <form>', 'how').choices(['text', 'json']).default('text'));
  addInventoryOption(command);
  addVariableOptions(command);
  return command
    .addHelpText(
      'after',
      `
Example:
  rolecall explain web1 http_port -i inventory/demo playbooks/demo.yml`,
    )
    .action(async (host: string, name: string, playbooks: string[], options: Options) => {
      const { loadRun } = await import('./load-run.ts');
      const { explainVariable } = await import('./explain-variable.ts');
      const { explanationJson, explanationLines } = await import('./explanation-text.ts');
      const { paintFor } = await import('./paint-for.ts');
      const explained = explainVariable(await loadRun(playbooks, options), host, name);
      const text =
        options.output === 'json'
          ? JSON.stringify(explanationJson(host, name, explained), null, 2)
          : explanationLines(name, explained, paintFor(process.stdout)).join('\n');
      process.stdout.write(`${text}\n`);
    });
}
