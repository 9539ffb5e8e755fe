import { RolecallError } from '../../errors.ts';
import { shownDuration } from '../duration.ts';
import type { ScheduleSettings } from '../settings.ts';
import { cronFields } from './cron-fields.ts';
import { wholePart } from './periods.ts';

/**
 * The five fields that every cron understands alike. Throws where there are none; `other` is what to
 * take instead.
 */
export function cronTimes({ when }: ScheduleSettings, other: string): string {
  if ('cron' in when) {
    const fields = cronFields(when.cron);
    if (fields && !fields.isDisputed)
      return when.cron.trim().split(/\s+/).join(' ').replaceAll('?', '*');
    throw refused(`not every cron understands "${when.cron}" in the same way`, other);
  }
  const part = wholePart(when.everyMs);
  if (!part) throw refused(`cron cannot say every ${shownDuration(when.everyMs)}`, other);
  const { unit, amount } = part;
  return {
    minutes: amount === 1 ? '* * * * *' : `*/${amount} * * * *`,
    hours: amount === 1 ? '0 * * * *' : `0 */${amount} * * *`,
    day: '0 0 * * *',
    week: '0 0 * * 4',
  }[unit];
}

function refused(message: string, hint: string): RolecallError {
  return new RolecallError({ code: 'drift-install-refused', message, hint });
}
