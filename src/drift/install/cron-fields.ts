/** The values of a cron pattern, each list in order. */
export interface CronFields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfMonth: readonly number[];
  readonly months: readonly number[];
  /** From 0, Sunday, to 6. */
  readonly weekdays: readonly number[];
  /** Whether anything but `*` is said: where both are, a day that fits one of them is meant. */
  readonly saysDay: boolean;
  readonly saysWeekday: boolean;
  /** Schedulers do not agree on what a step over all days means beside the other days. */
  readonly isDisputed: boolean;
}

/** undefined for what only some schedulers know: `L`, `W`, `#`, `@daily`. */
export function cronFields(pattern: string): CronFields | undefined {
  const fields = pattern.trim().split(/\s+/);
  if (fields.length !== 5) return undefined;
  const lists = fields.map((text, index) => valuesOf(text, ranges[index]!));
  if (lists.includes(undefined)) return undefined;
  const [minutes, hours, daysOfMonth, months, days] = lists as number[][];
  const [, , day = '', , weekday = ''] = fields;
  const saysDay = !isAll(day);
  const saysWeekday = !isAll(weekday);
  return {
    minutes: minutes!,
    hours: hours!,
    daysOfMonth: daysOfMonth!,
    months: months!,
    weekdays: sorted(days!.map((value) => value % 7)),
    saysDay,
    saysWeekday,
    isDisputed: saysDay && saysWeekday && (day.startsWith('*') || weekday.startsWith('*')),
  };
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

const ranges: readonly Range[] = [
  { from: 0, to: 59 },
  { from: 0, to: 23 },
  { from: 1, to: 31 },
  { from: 1, to: 12, names: ' jan feb mar apr may jun jul aug sep oct nov dec'.split(' ') },
  { from: 0, to: 7, names: 'sun mon tue wed thu fri sat'.split(' ') },
];

function isAll(text: string): boolean {
  return text === '*' || text === '?';
}

function valuesOf(text: string, range: Range): number[] | undefined {
  const values: number[] = [];
  for (const part of text.split(',')) {
    const match = /^(?:([*?])|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
    if (!match) return undefined;
    const [, all, first, last, step] = match;
    const from = all ? range.from : numberOf(first!, range);
    // Sunday is 0 and 7, but once in all days.
    const top = all && range.to === 7 ? 6 : range.to;
    const to = all ? top : last === undefined ? from : numberOf(last, range);
    if (from === undefined || to === undefined || Number(step ?? 1) < 1) return undefined;
    for (let value = from; value <= to; value += Number(step ?? 1)) values.push(value);
  }
  return sorted(values);
}

function numberOf(text: string, { from, to, names = [] }: Range): number | undefined {
  const named = names.indexOf(text.toLowerCase());
  const value = named >= 0 ? named : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= from && value <= to ? value : undefined;
}

function sorted(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
