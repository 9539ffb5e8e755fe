import { execFileSync, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { calendarOf } from '../../../src/drift/install/calendar.ts';
import { scheduleOf } from '../../../src/drift/schedule.ts';
import { given } from './given.ts';

const cases: readonly [string, readonly string[] | undefined][] = [
  ['15m', ['*-*-* *:00/15:00 UTC']],
  ['1m', ['*-*-* *:00/1:00 UTC']],
  ['60m', ['*-*-* 00/1:00:00 UTC']],
  ['6h', ['*-*-* 00/6:00:00 UTC']],
  ['1d', ['*-*-* 00:00:00 UTC']],
  ['7d', ['Thu *-*-* 00:00:00 UTC']],
  ['50m', undefined],
  ['5h', undefined],
  ['90s', undefined],
  ['2d', undefined],
  ['*/20 * * * *', ['*-*-* *:00,20,40:00']],
  ['0 3 * * 1-5', ['Mon,Tue,Wed,Thu,Fri *-*-* 03:00:00']],
  ['5-59/20 22,23 1 jan,jul *', ['*-01,07-01 22,23:05,25,45:00']],
  ['0 0 13 * fri', ['*-*-13 00:00:00', 'Fri *-*-* 00:00:00']],
  ['0 0 * * 7', ['Sun *-*-* 00:00:00']],
  ['0 0 * * 0-7', ['Sun,Mon,Tue,Wed,Thu,Fri,Sat *-*-* 00:00:00']],
  ['0 0 L * *', undefined],
  ['0 0 * * 1#2', undefined],
  ['@daily', undefined],
];

const settingsOf = (when: string) =>
  given(/^\d+[smhd]$/.test(when) ? { every: when } : { cron: when, timeZone: 'Europe/Berlin' })
    .schedule;

test.each(cases)('%s', (when, expected) => {
  const zone = when.includes(' ') ? ' Europe/Berlin' : '';
  const calendar = given(/^\d+[smhd]$/.test(when) ? { every: when } : { cron: when }).schedule;
  expect(calendarOf(calendar)).toEqual(expected);
  expect(calendarOf(settingsOf(when))).toEqual(expected?.map((times) => times + zone));
});

const isThere = spawnSync('systemd-analyze', ['--version']).status === 0;
const start = Date.parse('2026-03-20T10:01:00Z');

test.skipIf(!isThere).each(cases.filter(([, expected]) => expected))(
  'systemd comes at the times of the watch: %s',
  (when) => {
    const settings = settingsOf(when);
    const schedule = scheduleOf(settings, '');
    let after = start;
    const ours = Array.from({ length: 6 }, () => {
      after = schedule.next(after).at;
      return after;
    });
    const last = ours.at(-1)!;
    const theirs = calendarOf(settings)!.flatMap(elapses);
    expect(new Set(theirs.filter((time) => time <= last))).toEqual(new Set(ours));
  },
);

/** The next times of a calendar expression, as systemd has them. */
function elapses(calendar: string): number[] {
  const words = ['calendar', '--iterations=6', '--base-time=2026-03-20 10:01:00 UTC', calendar];
  const text = execFileSync('systemd-analyze', words, {
    encoding: 'utf8',
    env: { TZ: 'UTC', PATH: process.env.PATH },
  });
  return [...text.matchAll(/(?:Next elapse|Iter\. #\d+): \w+ (\S+) (\S+) UTC/g)].map(
    ([, day, time]) => Date.parse(`${day}T${time}Z`),
  );
}
