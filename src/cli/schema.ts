import { Argument, type Command, Option } from 'commander';
import { newCommand } from './new-command.ts';

type Kind = 'playbook' | 'tasks' | 'inventory' | 'plan';

export function schemaCommand(): Command {
  return newCommand('schema')
    .summary('print JSON Schemas of playbooks and inventories for editors')
    .description(
      'Prints the JSON Schema of playbooks, of tasks files, of YAML inventories or of plans, made from the schemas of all modules. Editors complete and check with it.',
    )
    .addArgument(
      new Argument('[kind]', 'what of')
        .choices(['playbook', 'tasks', 'inventory', 'plan'])
        .default('playbook'),
    )
    .addOption(new Option('--compact', 'without spaces and line ends'))
    .addHelpText(
      'after',
      `
Example:
  rolecall schema > playbook.schema.json
  # first line of a playbook, for the YAML language server:
  # yaml-language-server: $schema=playbook.schema.json`,
    )
    .action(async (kind: Kind, options: { compact?: boolean }) => {
      const schema = await schemaOf(kind);
      const text = JSON.stringify(schema, undefined, options.compact ? undefined : 2);
      process.stdout.write(`${text}\n`);
    });
}

async function schemaOf(kind: Kind): Promise<object> {
  if (kind === 'plan') return (await import('../plan/plan.ts')).planSchema;
  const { editorSchema } = await import('./editor-schema.ts');
  return editorSchema(kind);
}
