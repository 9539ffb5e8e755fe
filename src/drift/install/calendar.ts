import type { ScheduleSettings } from '../settings.ts';
import { cronFields } from './cron-fields.ts';
import { wholePart } from './periods.ts';

/** The same times as `OnCalendar=` of systemd; undefined where it cannot say them. */
export function calendarOf({ when, timeZone }: ScheduleSettings): string[] | undefined {
  if ('cron' in when)
    return calendarOfCron(when.cron, timeZone === undefined ? '' : ` ${timeZone}`);
  const part = wholePart(when.everyMs);
  if (!part) return undefined;
  const { unit, amount } = part;
  const times = {
    minutes: `*-*-* *:00/${amount}:00`,
    hours: `*-*-* 00/${amount}:00:00`,
    day: '*-*-* 00:00:00',
    week: 'Thu *-*-* 00:00:00',
  };
  return [`${times[unit]} UTC`];
}

const weekdayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

function calendarOfCron(pattern: string, zone: string): string[] | undefined {
  const fields = cronFields(pattern);
  if (!fields) return undefined;
  const { minutes, hours, daysOfMonth, months, weekdays } = fields;
  const names = `${weekdays.map((day) => weekdayNames[day]).join(',')} `;
  const month = listed(months, 1, 12);
  const time = `${listed(hours, 0, 23)}:${listed(minutes, 0, 59)}:00${zone}`;
  const byDay = `*-${month}-${listed(daysOfMonth, 1, 31)} ${time}`;
  const byWeekday = `${names}*-${month}-* ${time}`;
  if (!fields.saysWeekday) return [byDay];
  return fields.saysDay ? [byDay, byWeekday] : [byWeekday];
}

function listed(values: readonly number[], from: number, to: number): string {
  return values.length === to - from + 1
    ? '*'
    : values.map((value) => String(value).padStart(2, '0')).join(',');
}
