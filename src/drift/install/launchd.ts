import { dirname } from 'node:path';
import { RolecallError } from '../../errors.ts';
import type { DriftSettings, ScheduleSettings } from '../settings.ts';
import { cronFields } from './cron-fields.ts';
import { markerOf, type WatchCall, wordsOf } from './watch-call.ts';

/** The property list of a launchd agent; `log` takes what the watch says. */
export function launchdPlist({ schedule }: DriftSettings, call: WatchCall, log: string): string {
  const words = wordsOf(call, { once: true, splayed: schedule.splayMs > 0 });
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- ${markerOf(call.watch)} -->
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${labelOf(call.watch)}</string>
  <key>ProgramArguments</key>
  <array>
${words.map((word) => `    <string>${xml(word)}</string>`).join('\n')}
  </array>
  <key>WorkingDirectory</key>
  <string>${xml(dirname(call.settings))}</string>
${timesOf(schedule).join('\n')}
  <key>ProcessType</key>
  <string>Background</string>
  <key>ExitTimeOut</key>
  <integer>600</integer>
  <key>Umask</key>
  <integer>${0o077}</integer>
  <key>StandardOutPath</key>
  <string>${xml(log)}</string>
  <key>StandardErrorPath</key>
  <string>${xml(log)}</string>
</dict>
</plist>
`;
}

/** The name under which launchd knows the watch. */
export function labelOf(watch: string): string {
  return `rolecall.drift.${watch}`;
}

function timesOf({ when }: ScheduleSettings): string[] {
  if ('everyMs' in when) {
    return [
      '  <key>StartInterval</key>',
      `  <integer>${Math.round(when.everyMs / 1000)}</integer>`,
    ];
  }
  const entries = calendarEntries(when.cron);
  return [
    '  <key>StartCalendarInterval</key>',
    '  <array>',
    ...entries.map(
      (entry) =>
        `    <dict>${Object.entries(entry)
          .map(([name, value]) => `<key>${name}</key><integer>${value}</integer>`)
          .join('')}</dict>`,
    ),
    '  </array>',
  ];
}

type Entry = Readonly<Record<string, number>>;

/** launchd has a list of single times, in which a name that is left out means all. */
function calendarEntries(pattern: string): Entry[] {
  const fields = cronFields(pattern);
  if (!fields) throw refused(pattern);
  const { minutes, hours, months, daysOfMonth, weekdays } = fields;
  const times = crossed(
    crossed(crossed([{}], 'Month', months, 12), 'Hour', hours, 24),
    'Minute',
    minutes,
    60,
  );
  const byDay = crossed(times, 'Day', daysOfMonth, 31);
  const byWeekday = crossed(times, 'Weekday', weekdays, 7);
  const entries = !fields.saysWeekday
    ? byDay
    : fields.saysDay
      ? [...byDay, ...byWeekday]
      : byWeekday;
  if (entries.length > mostEntries) throw refused(pattern);
  return entries;
}

const mostEntries = 500;

function crossed(entries: Entry[], name: string, values: readonly number[], all: number): Entry[] {
  if (values.length === all) return entries;
  return entries.flatMap((entry) => values.map((value) => ({ ...entry, [name]: value })));
}

function refused(pattern: string): RolecallError {
  return new RolecallError({
    code: 'drift-install-refused',
    message: `launchd cannot say "${pattern}"`,
    hint: 'Take `every`, or leave `drift watch` running.',
  });
}

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
