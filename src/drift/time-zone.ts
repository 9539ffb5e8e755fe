/** Whether this machine knows the zone. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof weekdays)[number];

export interface LocalTime {
  readonly day: Weekday;
  /** Since midnight, as clocks on the wall show it. */
  readonly minutes: number;
}

/** What calendars and clocks of the zone show; those of the machine without one. */
export function localTime(at: number, zone: string | undefined): LocalTime {
  const parts = formatter(zone).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)!.value;
  return {
    day: part('weekday').toLowerCase() as Weekday,
    minutes: Number(part('hour')) * 60 + Number(part('minute')),
  };
}

const formatters = new Map<string | undefined, Intl.DateTimeFormat>();

function formatter(zone: string | undefined): Intl.DateTimeFormat {
  let made = formatters.get(zone);
  if (!made) {
    made = new Intl.DateTimeFormat('en-US', {
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZone: zone,
    });
    formatters.set(zone, made);
  }
  return made;
}
