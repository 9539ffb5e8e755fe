import { type Command, Option } from 'commander';

import {
  addInventoryOption,
  addVariableOptions,
  type InventoryOptions,
} from './inventory-options.ts';
import { newCommand, UsageError } from './new-command.ts';

interface Options extends InventoryOptions {
  readonly list?: boolean;
  readonly graph?: boolean | string;
  readonly host?: string;
  readonly vars?: boolean;
  readonly yaml?: boolean;
}

export function inventoryCommand(): Command {
  const command = newCommand('inventory')
    .summary('show the hosts, groups and variables of an inventory')
    .description('Shows what an inventory says, without connecting to anything.')
    .optionsGroup('What to show:')
    .addOption(new Option('--list', 'everything, as ansible-inventory prints it'))
    .addOption(new Option('--graph [group]', 'groups and hosts as a tree'))
    .addOption(new Option('--host <name>', 'the variables of one host'))
    .option('--vars', 'with --graph: the variables too')
    .optionsGroup('Options:')
    .option('--json', 'as JSON (default)')
    .option('-y, --yaml', 'as YAML');
  addInventoryOption(command);
  addVariableOptions(command);
  return command
    .addHelpText(
      'after',
      `
Example:
  rolecall inventory -i inventory/demo --graph`,
    )
    .action((options: Options) => showInventory(options, command));
}

async function showInventory(options: Options, command: Command): Promise<void> {
  const asked = [options.list, options.graph, options.host].filter(Boolean);
  if (asked.length !== 1) {
    process.stderr.write('option-invalid: give one of --list, --graph and --host\n');
    throw new UsageError(command.name());
  }
  const { readSources, hostVariables } = await import('./sources.ts');
  const { renderGraph, renderHost, renderList } = await import('../inventory/render.ts');
  const { showWarnings } = await import('./warnings.ts');
  const sources = await readSources(options, true);
  const { inventory } = sources;
  showWarnings(inventory.warnings);
  const vars = hostVariables(sources);
  if (options.graph) {
    const group = typeof options.graph === 'string' ? { group: options.graph } : {};
    print(renderGraph(inventory, { ...group, ...(options.vars && { hostVars: vars }) }));
  } else if (options.host !== undefined) {
    const text = renderHost(inventory, options.host, vars);
    print(options.yaml ? await yamlOf(JSON.parse(text)) : text);
  } else {
    const text = renderList(inventory, vars);
    print(options.yaml ? await yamlOf(JSON.parse(text)) : text);
  }
}

async function yamlOf(value: unknown): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(value, { lineWidth: 0 }).trimEnd();
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
