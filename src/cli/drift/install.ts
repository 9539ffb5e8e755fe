import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { WatchCall } from '../../drift/install/watch-call.ts';
import type { DriftSettings } from '../../drift/settings.ts';
import { RolecallError } from '../../errors.ts';
import { newCommand } from '../new-command.ts';
import type { DriftServices } from './services.ts';
import {
  addSettingsOption,
  type SettingsOptions,
  settingsFile,
  settingsFrom,
} from './settings-options.ts';

interface Options extends SettingsOptions {
  readonly userUnits?: boolean;
  readonly runAs?: string;
  readonly protect: boolean;
  readonly print?: 'systemd' | 'crontab' | 'launchd' | 'kubernetes';
  readonly image?: string;
  readonly inImage: string;
  readonly sshSecret: string;
}

export function installCommand(services: DriftServices): Command {
  const command = newCommand('install')
    .description(
      'Writes and enables a systemd timer that looks by the schedule of the settings; a service where figures are served or no timer has these times. Or prints what other schedulers take.',
    )
    .option('--user-units', "the user's systemd instead of the system's")
    .option('--run-as <user>', "who the system's service runs as (default: root)")
    .option('--no-protect', 'for tasks that change this machine itself')
    .optionsGroup('Printed only:')
    .addOption(
      new Option('--print <for>', 'print it, install nothing').choices([
        'systemd',
        'crontab',
        'launchd',
        'kubernetes',
      ]),
    )
    .option('--image <name>', 'kubernetes: an image with rolecall and the site')
    .option('--in-image <file>', 'kubernetes: the settings there', '/site/drift.yml')
    .option(
      '--ssh-secret <name>',
      'kubernetes: the secret with id_ed25519 and known_hosts',
      'rolecall-ssh',
    )
    .optionsGroup('Options:');
  return addSettingsOption(command)
    .addHelpText(
      'after',
      `
Examples:
  rolecall drift install --settings drift.yml
  rolecall drift install --print kubernetes --image registry.example.org/site`,
    )
    .action((options: Options) => install(options, services));
}

async function install(options: Options, services: DriftServices): Promise<void> {
  const settings = await settingsFrom([], options);
  if (options.print !== undefined && options.print !== 'systemd') {
    services.print(await printed(settings, options, services));
    return;
  }
  const { systemdUnits } = await import('../../drift/install/systemd-units.ts');
  const scope = options.userUnits ? 'user' : 'system';
  const call = await callOf(settings, options, services, scope === 'system');
  const units = systemdUnits(settings, call, {
    scope,
    ...(options.runAs !== undefined && { user: options.runAs }),
    isProtected: options.protect,
  });
  if (options.print === 'systemd') {
    const texts = Object.entries(units.files).map(([name, text]) => `# ${name}\n${text}`);
    services.print(texts.join('\n'));
    return;
  }
  const { installUnits } = await import('../../drift/install/systemd.ts');
  const systemd = services.systemd(scope);
  // What a protected service may write to has to be there.
  if (call.history !== undefined)
    mkdirSync(dirname(call.history), { recursive: true, mode: 0o700 });
  await installUnits(systemd, settings.name, units);
  for (const name of Object.keys(units.files))
    services.print(`wrote ${join(systemd.folder, name)}\n`);
  services.print(`${units.entry} is enabled and active\n`);
  if (scope === 'user') {
    services.print('It runs while you are logged in; for always: loginctl enable-linger\n');
  }
}

/** What starts the watch here. */
async function callOf(
  settings: DriftSettings,
  options: Options,
  { program }: DriftServices,
  isOfSystem: boolean,
): Promise<WatchCall> {
  const { serviceStateFile } = await import('../../drift/install/systemd-units.ts');
  const { stateFileOf } = await import('../../drift/state-file.ts');
  const file = settingsFile(options);
  if (file === undefined) {
    throw new RolecallError({
      code: 'drift-install-refused',
      message: 'there is no drift.yml here',
      hint: 'Write one: a service has no other settings. --settings names it.',
    });
  }
  const usual = isOfSystem
    ? serviceStateFile(settings.name, options.runAs)
    : stateFileOf(settings.name);
  const state = settings.state ?? usual;
  const call = { watch: settings.name, program, settings: file, state: resolve(state) };
  if (options.runAs !== undefined) return call;
  const { historyFile } = await import('../../history/location.ts');
  return { ...call, history: historyFile(undefined) };
}

async function printed(
  settings: DriftSettings,
  options: Options,
  services: DriftServices,
): Promise<string> {
  if (options.print === 'kubernetes') return cluster(settings, options);
  const call = await callOf(settings, options, services, false);
  if (options.print === 'crontab') {
    const { crontabLines } = await import('../../drift/install/crontab.ts');
    return `${crontabLines(settings, call).join('\n')}\n`;
  }
  const { labelOf, launchdPlist } = await import('../../drift/install/launchd.ts');
  const log = join(homedir(), 'Library/Logs', `${labelOf(settings.name)}.log`);
  return launchdPlist(settings, call, log);
}

async function cluster(settings: DriftSettings, options: Options): Promise<string> {
  const { kubernetesYaml } = await import('../../drift/install/kubernetes.ts');
  const { image, inImage, sshSecret } = options;
  if (image === undefined) {
    throw new RolecallError({
      code: 'drift-install-refused',
      message: 'a CronJob needs an image',
      hint: 'Name one that has rolecall and the site in it: --image NAME.',
    });
  }
  const call: WatchCall = {
    watch: settings.name,
    program: ['rolecall'],
    settings: inImage,
    state: `/var/lib/rolecall/drift/${settings.name}.json`,
  };
  return kubernetesYaml(settings, call, { image, sshSecret });
}
