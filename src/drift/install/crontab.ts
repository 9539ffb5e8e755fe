import { sh } from '../../shell/sh.ts';
import type { DriftSettings } from '../settings.ts';
import { cronTimes } from './cron-times.ts';
import { markerOf, type WatchCall, wordsOf } from './watch-call.ts';

/** Lines for a crontab. Its times are those of the machine: `timeZone` is not known there. */
export function crontabLines({ schedule }: DriftSettings, call: WatchCall): string[] {
  const times = cronTimes(schedule, 'Take a systemd timer, or leave `drift watch` running.');
  const words = wordsOf(call, { once: true, splayed: schedule.splayMs > 0 });
  const zone = 'cron' in schedule.when ? schedule.timeZone : undefined;
  return [
    `# ${markerOf(call.watch)}`,
    ...(zone === undefined
      ? []
      : [`# The times are meant for ${zone}; this machine has to be in it.`]),
    // A percent sign would end the line for cron.
    `${times} ${sh`${words}`.text.replaceAll('%', '\\%')}`,
  ];
}
