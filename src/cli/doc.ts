import type { Command } from 'commander';
import { nearestName, RolecallError } from '../errors.ts';
import { newCommand } from './new-command.ts';

export function docCommand(): Command {
  return newCommand('doc')
    .summary('show the reference of modules and roles')
    .description(
      'Shows arguments, results and examples of modules, or the parameters of a role of ./roles. Without a name: the list of modules.',
    )
    .argument('[name...]', 'modules or roles')
    .addHelpText(
      'after',
      `
Examples:
  rolecall doc
  rolecall doc lineinfile`,
    )
    .action(doc);
}

async function doc(names: string[]): Promise<void> {
  const { allModules } = await import('./all-modules.ts');
  const modules = await allModules();
  const { moduleText, listText } = await import('./doc-text.ts');
  if (names.length === 0) {
    process.stdout.write(`${listText(modules).join('\n')}\n`);
    return;
  }
  const texts = [];
  for (const name of names) {
    const module = modules.get(name.replace(/^ansible\.(builtin|posix|legacy)\./, ''));
    texts.push((module ? moduleText(module) : await roleOr(name, [...modules.keys()])).join('\n'));
  }
  process.stdout.write(`${texts.join('\n\n')}\n`);
}

async function roleOr(name: string, modules: readonly string[]): Promise<string[]> {
  const { roleNames, roleText } = await import('./role-text.ts');
  const lines = await roleText(name);
  if (lines) return lines;
  throw new RolecallError({
    code: 'unknown-module',
    message: `there is no module and no role '${name}'`,
    nearest: nearestName(name, [...modules, ...roleNames()]),
    hint: 'rolecall doc lists the modules.',
  });
}
