import type { Command } from 'commander';
import { newCommand } from '../new-command.ts';
import type { DriftServices } from './services.ts';
import { addSettingsOption, type SettingsOptions, settingsFrom } from './settings-options.ts';

interface Options extends SettingsOptions {
  readonly json?: boolean;
}

export function statusCommand(services: DriftServices): Command {
  const command = newCommand('status')
    .description('When the watch ran, what it found, and when it runs next.')
    .option('--json', 'as JSON');
  return addSettingsOption(command)
    .addHelpText('after', '\nExample:\n  rolecall drift status --settings drift.yml')
    .action(async (options: Options) => {
      const { statusJson, statusText } = await import('./status-text.ts');
      const status = await statusOf(options, services);
      services.print(
        options.json
          ? `${JSON.stringify(statusJson(status), null, 2)}\n`
          : `${statusText(status, Date.now()).join('\n')}\n`,
      );
    });
}

async function statusOf(options: Options, { systemd, warn }: DriftServices) {
  const { lockFileOf } = await import('../../drift/keep-watch.ts');
  const { unitStatus } = await import('../../drift/install/unit-status.ts');
  const { machineId } = await import('../../drift/machine-id.ts');
  const { scheduleOf } = await import('../../drift/schedule.ts');
  const { lookAtState } = await import('../../drift/state-file.ts');
  const { watcherOf } = await import('../../drift/watch-lock.ts');
  const { stateFileFor } = await import('./state-place.ts');
  const settings = await settingsFrom([], options);
  const { name } = settings;
  const file = stateFileFor(settings, systemd('system'));
  const state = await lookAtState(file, warn);
  const unit =
    (await unitStatus(systemd('system'), name)) ?? (await unitStatus(systemd('user'), name));
  if (unit?.isTimer) return { watch: name, by: unit.shown, next: unit.next, state };
  const pid = watcherOf(lockFileOf(file));
  const schedule = scheduleOf(settings.schedule, `${machineId()} ${name}`);
  const next = pid === undefined ? undefined : schedule.next(state.handled ?? Date.now()).due;
  const by = pid === undefined ? 'nobody' : `process ${pid}`;
  return { watch: name, by: unit ? `${unit.shown}, ${by}` : by, next, state };
}
