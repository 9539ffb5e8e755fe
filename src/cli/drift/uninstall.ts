import type { Command } from 'commander';
import { newCommand } from '../new-command.ts';
import type { DriftServices } from './services.ts';
import { addSettingsOption, type SettingsOptions, settingsFrom } from './settings-options.ts';

interface Options extends SettingsOptions {
  readonly userUnits?: boolean;
}

export function uninstallCommand(services: DriftServices): Command {
  const command = newCommand('uninstall')
    .description('Stops and removes the units that `drift install` wrote; the state stays.')
    .option('--user-units', "the user's systemd instead of the system's");
  return addSettingsOption(command)
    .addHelpText('after', '\nExample:\n  rolecall drift uninstall --settings drift.yml')
    .action(async (options: Options) => {
      const { uninstallUnits } = await import('../../drift/install/systemd.ts');
      const { name } = await settingsFrom([], options);
      const systemd = services.systemd(options.userUnits ? 'user' : 'system');
      const removed = await uninstallUnits(systemd, name);
      services.print(
        removed.length === 0
          ? `nothing of '${name}' is installed\n`
          : removed.map((unit) => `removed ${unit}\n`).join(''),
      );
    });
}
