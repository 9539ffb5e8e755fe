import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { DriftSettings, GivenSettings } from '../../drift/settings.ts';
import { RolecallError } from '../../errors.ts';
import type { Plain } from '../../values.ts';
import { addInventoryOption } from '../inventory-options.ts';
import { collect, collectList } from '../new-command.ts';

/** The file of the settings, and what stands for the settings of the same names. */
export interface SettingsOptions {
  readonly settings?: string;
  readonly state?: string;
  readonly name?: string;
  readonly inventory?: readonly string[];
  readonly limit?: string;
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  readonly forks?: number;
  readonly user?: string;
  readonly privateKey?: string;
  readonly become?: boolean;
  readonly becomePasswordFile?: string;
  readonly vaultPasswordFile?: readonly string[];
  readonly extraVars?: readonly string[];
}

export interface WatchOptions extends SettingsOptions {
  readonly every?: string;
  readonly cron?: string;
  readonly timeZone?: string;
  readonly splay?: string;
  readonly missed?: string;
  readonly default?: string;
  readonly hostsAtOnce?: number;
  readonly correctionsPerHour?: number;
  readonly driftedShare?: number;
  readonly sameDrift?: string;
  readonly gateBefore?: string;
  readonly gateAfter?: string;
  readonly webhook?: readonly string[];
  readonly command?: readonly string[];
  readonly mail?: readonly string[];
  readonly remind?: string;
  readonly metricsListen?: string;
  readonly metricsTextfile?: string;
}

/** Which watch it is about. */
export function addSettingsOption(command: Command): Command {
  return command
    .option('-s, --settings <file>', 'the settings (default: drift.yml, when it is there)')
    .option('--state <file>', 'where is kept what has been done');
}

/** How hosts are reached and what is looked at. */
export function addFleetOptions(command: Command): Command {
  addSettingsOption(command.optionsGroup('Settings, instead of those in the file:'));
  return addInventoryOption(command)
    .option('--name <name>', 'the name of the watch (default: that of the folder)')
    .option('-l, --limit <pattern>', 'only these hosts')
    .addOption(new Option('-t, --tags <tags>', 'only what has these tags').argParser(collectList))
    .addOption(
      new Option('--skip-tags <tags>', 'nothing that has these tags').argParser(collectList),
    )
    .addOption(new Option('-f, --forks <number>', 'hosts asked at once').argParser(Number))
    .option('-u, --user <name>', 'log in as this user')
    .option('--private-key <file>', 'log in with this key')
    .option('-b, --become', 'become another user for tasks that do not say')
    .option('--become-password-file <file>', 'the password that becoming needs')
    .addOption(
      new Option('--vault-password-file <file>', 'a password of vaults; repeatable').argParser(
        collect,
      ),
    )
    .addOption(
      new Option('-e, --extra-vars <vars>', 'variables that win over all; repeatable').argParser(
        collect,
      ),
    );
}

/** When is looked, what is corrected, who is told. */
export function addWatchOptions(command: Command): Command {
  return addFleetOptions(command)
    .optionsGroup('When:')
    .option('--every <time>', 'how often: 15m, 1h30m, 1d (default: 15m)')
    .option('--cron <pattern>', 'when, in the five fields of cron')
    .option('--time-zone <zone>', 'of --cron and the windows')
    .option('--splay <time>', 'up to so long later, by the machine')
    .addOption(
      new Option('--missed <how>', 'what becomes of missed checks').choices(['run-once', 'skip']),
    )
    .optionsGroup('What is corrected:')
    .addOption(
      new Option('--default <do>', 'about drift that no rule is about (default: report)').choices([
        'correct',
        'report',
      ]),
    )
    .addOption(new Option('--hosts-at-once <number>', 'corrected together').argParser(Number))
    .addOption(new Option('--corrections-per-hour <number>', 'at most').argParser(Number))
    .addOption(
      new Option('--drifted-share <percent>', 'nothing when more hosts drift at once').argParser(
        Number,
      ),
    )
    .option('--same-drift <times/time>', 'leave alone what comes back so often: 3/24h')
    .option('--gate-before <url>', 'has to answer 200 before anything is corrected')
    .option('--gate-after <url>', 'has to answer 200 behind each wave of hosts')
    .optionsGroup('Who is told:')
    .addOption(new Option('--webhook <url>', 'with a POST; repeatable').argParser(collect))
    .addOption(new Option('--command <text>', 'with JSON on stdin; repeatable').argParser(collect))
    .addOption(new Option('--mail <to>', 'through sendmail; repeatable').argParser(collectList))
    .option('--remind <time>', 'how often again (default: 24h)')
    .option('--metrics-listen <address>', 'figures for Prometheus: 9464, 127.0.0.1:9464')
    .option('--metrics-textfile <file>', 'figures for the textfile collector');
}

/** The settings of the file under those of the command line, whose paths count from here. */
export async function settingsFrom(
  playbooks: readonly string[],
  options: WatchOptions,
): Promise<DriftSettings> {
  const { readDriftSettings } = await import('../../drift/settings.ts');
  return readDriftSettings(settingsFile(options), await flagsOf(playbooks, options), process.cwd());
}

/** The file with the settings, absolute; undefined when there is none and none was named. */
export function settingsFile({ settings }: SettingsOptions): string | undefined {
  if (settings !== undefined) return resolve(settings);
  return existsSync('drift.yml') ? resolve('drift.yml') : undefined;
}

async function flagsOf(
  playbooks: readonly string[],
  options: WatchOptions,
): Promise<GivenSettings> {
  const { runRelativeTo } = await import('../../drift/run-settings.ts');
  const { limit, tags, skipTags, forks, user, privateKey, become, becomePasswordFile } = options;
  const { vaultPasswordFile: vaultPasswordFiles, extraVars } = options;
  const run = { limit, tags, skipTags, forks, user, privateKey, become, becomePasswordFile };
  const files = { vaultPasswordFiles, extraVars };
  const given = said({ ...run, ...files }) as Parameters<typeof runRelativeTo>[0];
  const notify = [
    ...(options.webhook ?? []).map((webhook) => ({ webhook })),
    ...(options.command ?? []).map((command) => ({ command })),
    ...(options.mail ? [{ mail: { to: options.mail } }] : []),
  ];
  return said({
    name: options.name,
    playbooks: playbooks.length > 0 ? playbooks.map((file) => resolve(file)) : undefined,
    inventory: options.inventory?.map((source) =>
      source.includes(',') ? source : resolve(source),
    ),
    run: some(runRelativeTo(given, process.cwd())),
    every: options.every,
    cron: options.cron,
    timeZone: options.timeZone,
    splay: options.splay,
    missed: options.missed,
    default: options.default,
    limits: some({
      hostsAtOnce: options.hostsAtOnce,
      correctionsPerHour: options.correctionsPerHour,
      driftedShare: options.driftedShare,
      sameDrift: options.sameDrift === undefined ? undefined : repeatsOf(options.sameDrift),
    }),
    gate: some({
      before: options.gateBefore === undefined ? undefined : { url: options.gateBefore },
      after: options.gateAfter === undefined ? undefined : { url: options.gateAfter },
    }),
    notify: notify.length > 0 ? notify : undefined,
    remind: options.remind,
    metrics: some({
      listen: options.metricsListen,
      textfile:
        options.metricsTextfile === undefined ? undefined : resolve(options.metricsTextfile),
    }),
    state: options.state,
  });
}

function repeatsOf(text: string): { times: number; within: string } {
  const [, times, within] = /^(\d+)\/(\w+)$/.exec(text) ?? [];
  if (times !== undefined && within !== undefined) return { times: Number(times), within };
  throw new RolecallError({
    code: 'option-invalid',
    message: `--same-drift is '${text}'`,
    expected: 'a number and a time, such as 3/24h',
  });
}

/** Without what was not given. */
function said(values: Readonly<Record<string, unknown>>): { [name: string]: Plain } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [name: string]: Plain;
  };
}

function some(values: Readonly<Record<string, unknown>>): { [name: string]: Plain } | undefined {
  const given = said(values);
  return Object.keys(given).length > 0 ? given : undefined;
}
