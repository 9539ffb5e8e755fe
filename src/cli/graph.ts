import { writeFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { type Command, Option } from 'commander';
import { RolecallError } from '../errors.ts';
import { type InventoryOptions, inventorySources } from './inventory-options.ts';
import { newCommand } from './new-command.ts';
import { addPlaybooks, addSiteOptions } from './site-options.ts';

interface Options extends InventoryOptions {
  readonly output?: string;
  readonly format?: Format;
  readonly title?: string;
}

type Format = 'svg' | 'mermaid';

export function graphCommand(): Command {
  const command = newCommand('graph')
    .summary('draw the infrastructure as SVG or Mermaid')
    .description(
      'Draws, from inventory and parameters of typed roles alone, which host has which role, who talks to whom on which port, and which are single points of failure. Connects to nothing.',
    );
  addPlaybooks(command)
    .optionsGroup('Options:')
    .option('-o, --output <file>', 'file to write: NAME.svg or NAME.mmd (default: stdout)')
    .addOption(
      new Option(
        '--format <format>',
        'what to write (default: as the file is called, or svg)',
      ).choices(['svg', 'mermaid']),
    )
    .option('--title <text>', 'heading (default: the name of the inventory)');
  addSiteOptions(command);
  return command
    .addHelpText(
      'after',
      `
Example:
  rolecall graph -i inventory/foobar -o foobar.svg`,
    )
    .action(draw);
}

async function draw(playbooks: string[], options: Options): Promise<void> {
  const format = options.format ?? formatOf(options.output);
  const { readSiteModel } = await import('./site-options.ts');
  const { model } = await readSiteModel(playbooks, options);
  const text =
    format === 'mermaid'
      ? (await import('../site/graph/mermaid.ts')).siteMermaid(model)
      : (await import('../site/graph/svg.ts')).siteSvg(model, options.title ?? titleOf(options));
  if (options.output === undefined) process.stdout.write(text);
  else write(options.output, text);
}

function formatOf(file: string | undefined): Format {
  return file !== undefined && ['.mmd', '.mermaid'].includes(extname(file)) ? 'mermaid' : 'svg';
}

/** `foobar` for inventory/foobar and for foobar.yml. */
function titleOf(options: Options): string {
  const [source = 'localhost'] = inventorySources(options.inventory);
  const file = basename(source.replace(/\/+$/, ''));
  return file.slice(0, file.length - extname(file).length) || file;
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new RolecallError({
      code: 'option-invalid',
      message: `${file} cannot be written: ${(error as Error).message}`,
    });
  }
}
