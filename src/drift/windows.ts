import { localTime, type Weekday, weekdays } from './time-zone.ts';

/** A time of the week in which corrections are allowed. */
export interface Window {
  readonly days: readonly Weekday[];
  /** Minutes since midnight. */
  readonly from: number;
  /** Minutes since midnight; not above `from` means: of the next day. */
  readonly to: number;
  readonly timeZone: string | undefined;
}

/** Whether one of the windows is open; none at all means always. */
export function isOpen(windows: readonly Window[], at: number): boolean {
  return windows.length === 0 || windows.some((window) => isWithin(window, at));
}

/**
 * Minutes since midnight of `22:30`; numbers are minutes already, as YAML reads `22:30` without
 * quotes. NaN for what is no time of a day.
 */
export function parseTimeOfDay(written: string | number): number {
  const text = String(written);
  if (/^\d+$/.test(text)) return Number(text) <= minutesOfDay ? Number(text) : Number.NaN;
  const [, hours, minutes] = /^(\d{1,2}):(\d\d)$/.exec(text) ?? [];
  const sum = Number(hours) * 60 + Number(minutes);
  return Number(minutes) < 60 && sum <= minutesOfDay ? sum : Number.NaN;
}

const minutesOfDay = 24 * 60;

function isWithin({ days, from, to, timeZone }: Window, at: number): boolean {
  const { day, minutes } = localTime(at, timeZone);
  if (from < to) return days.includes(day) && minutes >= from && minutes < to;
  const yesterday = weekdays[(weekdays.indexOf(day) + 6) % 7]!;
  return (days.includes(day) && minutes >= from) || (days.includes(yesterday) && minutes < to);
}
