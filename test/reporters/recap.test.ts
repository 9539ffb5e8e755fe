import { describe, expect, test } from 'vitest';
import type { Counts, RunEventOf } from '../../src/events.ts';
import { noColours } from '../../src/reporters/paint.ts';
import { type RecapOptions, recapLines } from '../../src/reporters/recap.ts';
import { finished } from './support/events.ts';

interface Case {
  readonly name: string;
  readonly hosts: Readonly<Record<string, Partial<Counts>>>;
  readonly end?: Partial<RunEventOf<'run-finished'>>;
  readonly options?: Partial<RecapOptions>;
  readonly text: string;
}

const cases: readonly Case[] = [
  {
    name: 'four columns when nothing special happened',
    hosts: { web1: { ok: 12, changed: 3 }, database: { ok: 7, skipped: 2 } },
    text: `
host         ok  changed  skipped  failed
web1         12        3        0       0
database      7        0        2       0

Done in 12 s: 2 hosts, 3 changes on 1 host.`,
  },
  {
    name: 'a dry run says what would be',
    hosts: { web1: { ok: 2, changed: 2, unknown: 1 } },
    options: { checkMode: true },
    text: `
host     ok  would change  unknown  skipped  failed
web1      2             2        1        0       0

Done in 12 s: 1 host, 2 changes would be made on 1 host, 1 unknown until
applied.`,
  },
  {
    name: 'long names are cut in the middle so that all columns fit',
    hosts: {
      'a-very-long-host-name-in-the-north.example.com': {
        ok: 1,
        unreachable: 1,
        unknown: 1,
        rescued: 1,
        ignored: 1,
      },
    },
    text: `
host        ok  changed  unknown  skipped  failed  unreachable  rescued  ignored
a-v…com      1        0        1        0       0            1        1        1

Done in 12 s: 1 host, nothing changed, 1 unknown, 1 unreachable.`,
  },
  {
    name: 'owed handlers and an interruption',
    hosts: { web1: { ok: 1 } },
    end: { owed: new Map([['web1', ['restart nginx', 'reload']]]), interrupted: true },
    text: `
host     ok  changed  skipped  failed
web1      1        0        0       0
still owed on web1: restart nginx, reload (the next run does it)

Interrupted after 12 s: 1 host, nothing changed.`,
  },
  {
    name: 'many hosts share lines, those with failures come last',
    hosts: { a: { ok: 1 }, b: { failed: 1 }, c: { ok: 1 }, d: { ok: 1 } },
    options: { groupAbove: 3 },
    text: `
host              ok  changed  skipped  failed
3 hosts (a …)      1        0        0       0
b                  0        0        0       1

Done in 12 s: 4 hosts, nothing changed, 1 failed.`,
  },
];

describe('recap', () => {
  test.each(cases)('$name', ({ hosts, end, options, text }) => {
    const lines = recapLines(finished(hosts, end), {
      paint: noColours,
      checkMode: false,
      failures: [],
      groupAbove: 100,
      ...options,
    });
    expect(`\n${lines.join('\n')}`).toBe(text);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
