import type { Command } from 'commander';
import { programFor } from '../program.ts';
import { spellings } from '../spellings.ts';
import { block, code, table } from './markdown.ts';

/** The help of every command. */
export async function commandLinePage(): Promise<string[]> {
  const program = await programFor(['*'], () => {});
  const commands = [program, ...program.commands.flatMap((one) => [one, ...one.commands])];
  return [
    '# Command line',
    ...commands.flatMap((command) => [
      '',
      `## ${nameOf(command)}`,
      '',
      ...block('text', helpOf(command)),
    ]),
    '',
    '## Other spellings',
    '',
    ...table(
      ['accepted', 'is'],
      Object.entries(spellings).map((pair) => pair.map(code)),
    ),
  ];
}

function helpOf(command: Command): string {
  let text = '';
  command.configureHelp({ ...command.configureHelp(), helpWidth: 80 });
  command.configureOutput({
    getOutHasColors: () => false,
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text;
}

function nameOf(command: Command): string {
  return command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
}
