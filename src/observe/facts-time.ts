import type { Plain } from '../values.ts';

/** ansible_date_time from `date '+%s %Y %m %d %H %M %S %z %Z %A %w %W'`; nothing when it cannot be read. */
export function dateTimeFacts(text: string): { [name: string]: Plain } {
  const parts = text.trim().split(' ');
  if (parts.length !== 12 || !/^\d{1,12}$/.test(parts[0]!)) return {};
  const [epoch, year, month, day, hour, minute, second, offset, zone, weekday, number, week] =
    parts as [string, ...string[]];
  const utc = new Date(Number(epoch) * 1000).toISOString();
  return {
    ansible_date_time: {
      date: `${year}-${month}-${day}`,
      time: `${hour}:${minute}:${second}`,
      year: year!,
      month: month!,
      day: day!,
      hour: hour!,
      minute: minute!,
      second: second!,
      weekday: weekday!,
      weekday_number: number!,
      weeknumber: week!,
      epoch,
      epoch_int: epoch,
      iso8601: utc.replace(/\.\d+Z$/, 'Z'),
      iso8601_micro: utc.replace(/\.\d+Z$/, '.000000Z'),
      iso8601_basic: `${year}${month}${day}T${hour}${minute}${second}000000`,
      iso8601_basic_short: `${year}${month}${day}T${hour}${minute}${second}`,
      tz: zone!,
      tz_dst: zone!,
      tz_offset: offset!,
    },
  };
}
