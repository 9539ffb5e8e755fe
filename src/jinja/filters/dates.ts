import { numeric, truth } from '../python/compare.ts';
import { DateTime } from '../python/dates.ts';
import { Fault } from '../python/faults.ts';
import { asValue } from '../python/objects.ts';
import { strftime } from '../python/strftime.ts';
import { text } from '../python/text.ts';
import { asText } from '../runtime/arguments.ts';
import type { Definition } from '../runtime/definition.ts';
import { toFloat } from './basics.ts';
import { filter } from './define.ts';

/** Filters that work on dates. */
export const dateFilters: Record<string, Definition> = {
  strftime: filter(
    'A time (seconds since 1970, or now) laid out by a format.',
    'second? utc?',
    (value, [second, utc], machine) => {
      const isNow = second === undefined || second === null;
      if (isNow && machine.environment.speculative) {
        throw new Fault(
          "'strftime' without a time gives another result each time, so it cannot be tried in advance",
        );
      }
      const seconds = isNow ? Date.now() / 1000 : numeric(toFloat(second) ?? Number.NaN)!;
      if (Number.isNaN(seconds))
        throw new Fault(`'${text(second!)}' is no time in seconds since 1970`);
      return formatEpoch(text(value), seconds, utc !== undefined && truth(utc));
    },
  ),
  to_datetime: filter(
    'The date that a text in the given format says.',
    'format?',
    (value, [format]) => asValue(parseDate(text(value), asText(format, '%Y-%m-%d %H:%M:%S'))),
  ),
};

function formatEpoch(pattern: string, seconds: number, utc: boolean): string {
  const instant = new Date(seconds * 1000);
  const minutes = utc ? 0 : -instant.getTimezoneOffset();
  const wall = new Date(instant.getTime() + minutes * 60_000);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const offset = `${minutes < 0 ? '-' : '+'}${two(Math.abs(minutes) / 60)}${two(Math.abs(minutes) % 60)}`;
  const zone = utc || minutes === 0 ? (utc ? 'GMT' : 'UTC') : zoneName(instant);
  return strftime(pattern, wall, seconds, zone, offset);
}

function zoneName(instant: Date): string {
  const parts = new Intl.DateTimeFormat('en', { timeZoneName: 'short' }).formatToParts(instant);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
}

const names = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

interface Fields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  micros: number;
  pm: boolean | undefined;
  offset: number;
  epoch: number | undefined;
  yearDay: number | undefined;
}

const directives: Record<string, [pattern: string, read: (fields: Fields, found: string) => void]> =
  {
    Y: ['\\d{4}', (fields, found) => (fields.year = Number(found))],
    y: [
      '\\d{2}',
      (fields, found) => (fields.year = Number(found) + (Number(found) < 69 ? 2000 : 1900)),
    ],
    m: ['\\d{1,2}', (fields, found) => (fields.month = Number(found))],
    d: ['\\d{1,2}', (fields, found) => (fields.day = Number(found))],
    H: ['\\d{1,2}', (fields, found) => (fields.hour = Number(found))],
    I: ['\\d{1,2}', (fields, found) => (fields.hour = Number(found))],
    M: ['\\d{1,2}', (fields, found) => (fields.minute = Number(found))],
    S: ['\\d{1,2}', (fields, found) => (fields.second = Number(found))],
    f: ['\\d{1,6}', (fields, found) => (fields.micros = Number(found.padEnd(6, '0')))],
    j: ['\\d{1,3}', (fields, found) => (fields.yearDay = Number(found))],
    s: ['\\d+', (fields, found) => (fields.epoch = Number(found))],
    p: ['[AaPp][Mm]', (fields, found) => (fields.pm = found.toLowerCase() === 'pm')],
    b: ['[A-Za-z]{3}', (fields, found) => (fields.month = names.indexOf(found.toLowerCase()) + 1)],
    B: [
      '[A-Za-z]+',
      (fields, found) => (fields.month = names.indexOf(found.slice(0, 3).toLowerCase()) + 1),
    ],
    a: ['[A-Za-z]{3}', () => undefined],
    A: ['[A-Za-z]+', () => undefined],
    Z: ['[A-Za-z]+', () => undefined],
    z: ['Z|[+-]\\d{2}:?\\d{2}', () => undefined],
  };

const shorthands: Record<string, string> = {
  T: '%H:%M:%S',
  F: '%Y-%m-%d',
  D: '%m/%d/%y',
  R: '%H:%M',
  c: '%a %b %d %H:%M:%S %Y',
};

function parseDate(source: string, format: string): DateTime {
  const readers: ((fields: Fields, found: string) => void)[] = [];
  const expanded = format.replace(/%([TFDRc])/g, (_whole, letter: string) => shorthands[letter]!);
  const pattern = expanded.replace(
    /%([A-Za-z%])|\s+|[\s\S]/g,
    (part, letter: string | undefined) => {
      if (letter === '%') return '%';
      if (letter === undefined)
        return /\s/.test(part) ? '\\s+' : part.replace(/[.*+?^${}()|[\]\\/]/, '\\$&');
      const directive = directives[letter];
      if (!directive) throw new Fault(`'%${letter}' in '${format}' is not a part of a date`);
      readers.push(directive[1]);
      return `(${directive[0]})`;
    },
  );
  const match = new RegExp(`^${pattern}$`).exec(source);
  if (!match) throw new Fault(`'${source}' does not look like '${format}'`);
  const fields: Fields = {
    year: 1900,
    month: 1,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    micros: 0,
    pm: undefined,
    offset: 0,
    epoch: undefined,
    yearDay: undefined,
  };
  for (const [index, read] of readers.entries()) read(fields, match[index + 1]!);
  return dateOf(fields, source);
}

function dateOf(fields: Fields, source: string): DateTime {
  if (fields.epoch !== undefined) return new DateTime(fields.epoch * 1000);
  const hour = fields.pm === undefined ? fields.hour : (fields.hour % 12) + (fields.pm ? 12 : 0);
  const { year, month, second, minute, micros } = fields;
  const day = fields.yearDay ?? fields.day;
  const time = Date.UTC(
    year,
    (fields.yearDay === undefined ? month : 1) - 1,
    day,
    hour,
    minute,
    second,
  );
  const isReal =
    fields.yearDay !== undefined ||
    (month >= 1 && month <= 12 && new Date(time).getUTCDate() === day);
  if (!isReal || hour > 23 || minute > 59 || second > 61)
    throw new Fault(`'${source}' is no date that exists`);
  return new DateTime(time + Math.floor(micros / 1000), micros % 1000);
}
