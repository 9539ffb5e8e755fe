import { dirname } from 'node:path';
import { shownDuration } from '../duration.ts';
import type { DriftSettings } from '../settings.ts';
import { calendarOf } from './calendar.ts';
import { markerOf, type WatchCall, wordsOf } from './watch-call.ts';

export interface UnitOptions {
  readonly scope: 'system' | 'user';
  /** Who the system's service runs as; root without. */
  readonly user?: string;
  /** Off when tasks change the machine of the watch itself. */
  readonly isProtected: boolean;
}

export interface Units {
  /** Texts by the names of the units. */
  readonly files: Readonly<Record<string, string>>;
  /** The one that is enabled. */
  readonly entry: string;
}

/** The names that a watch may have had units of, whatever its settings were. */
export function unitNames(watch: string): string[] {
  return [`rolecall-drift-${watch}.timer`, `rolecall-drift-${watch}.service`];
}

/**
 * A timer and what it starts; a service that stays where figures are served for Prometheus, or where
 * no timer has these times.
 */
export function systemdUnits(
  settings: DriftSettings,
  call: WatchCall,
  options: UnitOptions,
): Units {
  const [timer = '', service = ''] = unitNames(call.watch);
  const times = settings.metrics.listen === undefined ? timesOf(settings) : undefined;
  if (!times) {
    return { files: { [service]: serviceUnit(settings, call, options, 'stays') }, entry: service };
  }
  return {
    files: {
      [timer]: timerUnit(settings, call, times),
      [service]: serviceUnit(settings, call, options, 'once'),
    },
    entry: timer,
  };
}

function timesOf({ schedule }: DriftSettings): string[] | undefined {
  const calendar = calendarOf(schedule);
  if (calendar) return calendar.map((times) => `OnCalendar=${times}`);
  if ('cron' in schedule.when) return undefined;
  return ['OnActiveSec=1min', `OnUnitActiveSec=${schedule.when.everyMs / 1000}s`];
}

function timerUnit({ schedule }: DriftSettings, { watch }: WatchCall, times: string[]): string {
  const { splayMs, splayBy, missed } = schedule;
  return unit(watch, {
    Unit: [`Description=Time to look for drift (${watch})`],
    Timer: [
      ...times,
      'AccuracySec=5s',
      ...(splayMs > 0 ? [`RandomizedDelaySec=${shownDuration(splayMs)}`] : []),
      ...(splayMs > 0 && splayBy === 'machine' ? ['FixedRandomDelay=true'] : []),
      `Persistent=${missed === 'run-once'}`,
    ],
    Install: ['WantedBy=timers.target'],
  });
}

function serviceUnit(
  settings: DriftSettings,
  call: WatchCall,
  options: UnitOptions,
  kind: 'once' | 'stays',
): string {
  const isSystem = options.scope === 'system';
  return unit(call.watch, {
    Unit: [
      `Description=Keep hosts as declared (${call.watch})`,
      ...(isSystem ? ['Wants=network-online.target', 'After=network-online.target'] : []),
    ],
    Service: [
      kind === 'once' ? 'Type=oneshot' : 'Type=exec',
      `ExecStart=${wordsOf(call, { once: kind === 'once' })
        .map(execWord)
        .join(' ')}`,
      `WorkingDirectory=${dirname(call.settings).replaceAll('%', '%%')}`,
      ...(isSystem && options.user !== undefined
        ? [
            `User=${options.user}`,
            `Environment=XDG_STATE_HOME=/var/lib/${stateFolder(call.watch, options.user)}`,
          ]
        : []),
      ...(call.history === undefined
        ? []
        : [`Environment=${quoted(`ROLECALL_HISTORY=${call.history}`)}`]),
      ...(kind === 'stays' ? ['Restart=on-failure', 'RestartSec=30s'] : []),
      // The watch ends between tasks, and its own children with it.
      'KillMode=mixed',
      'TimeoutStopSec=10min',
      ...(isSystem
        ? [`StateDirectory=${stateFolder(call.watch, options.user)}`, 'StateDirectoryMode=0700']
        : []),
      'UMask=0077',
      ...(options.isProtected ? protections(settings, call, isSystem) : []),
    ],
    ...(kind === 'stays' && {
      Install: [`WantedBy=${isSystem ? 'multi-user.target' : 'default.target'}`],
    }),
  });
}

/** Where the system's service of a watch keeps its state. */
export function serviceStateFile(watch: string, user: string | undefined): string {
  const home = user === undefined ? '/var/lib' : `/var/lib/${stateFolder(watch, user)}`;
  return `${home}/rolecall/drift/${watch}.json`;
}

/** Root keeps more in its folder, which no other user may get. */
function stateFolder(watch: string, user: string | undefined): string {
  return user === undefined ? 'rolecall' : `rolecall-drift-${watch}`;
}

/** Programs of the settings (sendmail above all) may need more rights than the watch itself. */
function protections(settings: DriftSettings, call: WatchCall, isSystem: boolean): string[] {
  const startsPrograms =
    [settings.gate.before, settings.gate.after].some((gate) => gate && 'command' in gate.check) ||
    settings.notify.some(({ to }) => 'command' in to || 'mail' in to);
  const plain = startsPrograms ? [] : ['NoNewPrivileges=true'];
  if (!isSystem) return plain;
  const { textfile } = settings.metrics;
  const written = [call.state, call.history, textfile].filter((file) => file !== undefined);
  const writable = new Set(written.map((file) => dirname(file)));
  return [
    ...plain,
    'ProtectSystem=strict',
    'ProtectHome=read-only',
    ...[...writable].map((folder) => `ReadWritePaths=${quoted(`-${folder}`)}`),
    'PrivateTmp=true',
    ...(startsPrograms ? [] : exclusions),
  ];
}

const exclusions = [
  'PrivateDevices=true',
  'ProtectClock=true',
  'ProtectControlGroups=true',
  'ProtectHostname=true',
  'ProtectKernelLogs=true',
  'ProtectKernelModules=true',
  'ProtectKernelTunables=true',
  'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK',
  'RestrictNamespaces=true',
  'RestrictRealtime=true',
  'RestrictSUIDSGID=true',
  'LockPersonality=true',
  'SystemCallArchitectures=native',
];

function unit(watch: string, sections: Readonly<Record<string, readonly string[]>>): string {
  const parts = Object.entries(sections).map(([name, lines]) => [`[${name}]`, ...lines].join('\n'));
  return `# ${markerOf(watch)}\n${parts.join('\n\n')}\n`;
}

/** A word of ExecStart: quoted, `%` and `$` as themselves. */
function execWord(word: string): string {
  return quoted(word.replaceAll('$', '$$$$'));
}

/** A word where variables are not put in. */
function quoted(word: string): string {
  const text = word.replaceAll('%', '%%');
  if (/^[\w@%+:,./=$-]+$/.test(text)) return text;
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
