import { type Command, Option } from 'commander';
import type { Checked } from '../../drift/fleet.ts';
import { newCommand } from '../new-command.ts';
import type { DriftServices } from './services.ts';
import { addFleetOptions, type SettingsOptions, settingsFrom } from './settings-options.ts';

interface Options extends SettingsOptions {
  readonly output: 'text' | 'json' | 'junit';
  readonly diff?: boolean;
}

export function checkCommand(end: (status: number) => void, services: DriftServices): Command {
  const command = newCommand('check')
    .summary('what differs, and why')
    .description(
      'Looks at all hosts and changes nothing: what moved on the host since the last recorded run (drifted), what the playbooks say since (pending), and what cannot be known before it is applied (unknown).',
    )
    .argument('[playbook...]', 'what is declared (default: playbooks of the settings)')
    .optionsGroup('Output:')
    .option('-D, --diff', 'show differences as diffs')
    .addOption(
      new Option('-o, --output <kind>', 'how it is told')
        .choices(['text', 'json', 'junit'])
        .default('text'),
    );
  return addFleetOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  rolecall drift check site.yml -i hosts.yml --diff
  rolecall drift check -o junit > drift.xml

Exit status: 0 nothing differs, 3 something does, 2 tasks failed,
4 hosts unreachable, 1 error, 130 interrupted.`,
    )
    .action(async (playbooks: string[], options: Options) => {
      end(await check(playbooks, options, services));
    });
}

async function check(
  playbooks: readonly string[],
  options: Options,
  { openFleet, print, warn }: DriftServices,
): Promise<number> {
  const { listenForInterrupt } = await import('../interrupt.ts');
  const { exitStatusOf } = await import('../../drift/tally.ts');
  const settings = await settingsFrom(playbooks, options);
  const fleet = await openFleet(settings);
  const ended = Promise.withResolvers<void>();
  const interruption = listenForInterrupt({ notice: warn, stop: () => ended.promise });
  try {
    const checked = await fleet.check(interruption.signal);
    print(await textOf(settings.name, checked, options));
    return interruption.signal.aborted ? 130 : exitStatusOf(checked);
  } finally {
    interruption.release();
    ended.resolve();
  }
}

async function textOf(
  watch: string,
  checked: Checked,
  { output, diff = false }: Options,
): Promise<string> {
  if (output === 'junit') {
    const { findingsJunit } = await import('./findings-junit.ts');
    return findingsJunit(watch, checked);
  }
  if (output === 'json') {
    const { findingsJson } = await import('./findings-json.ts');
    return `${JSON.stringify(findingsJson(watch, checked, Date.now()), null, 2)}\n`;
  }
  const { findingsText } = await import('./findings-text.ts');
  const { paintFor } = await import('../paint-for.ts');
  const paint = paintFor(process.stdout);
  return `${findingsText(checked, { diff, paint }).join('\n')}\n`;
}
