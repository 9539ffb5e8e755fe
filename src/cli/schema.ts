import { Argument, type Command, Option } from 'commander';
import { newCommand } from './new-command.ts';

export function schemaCommand(): Command {
  return newCommand('schema')
    .summary('print JSON Schemas of playbooks and inventories for editors')
    .description(
      'Prints the JSON Schema of playbooks, of tasks files or of YAML inventories, made from the schemas of all modules. Editors complete and check with it.',
    )
    .addArgument(
      new Argument('[kind]', 'what of')
        .choices(['playbook', 'tasks', 'inventory'])
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
    .action(async (kind: 'playbook' | 'tasks' | 'inventory', options: { compact?: boolean }) => {
      const { editorSchema } = await import('./editor-schema.ts');
      const schema = await editorSchema(kind);
      const text = JSON.stringify(schema, undefined, options.compact ? undefined : 2);
      process.stdout.write(`${text}\n`);
    });
}
