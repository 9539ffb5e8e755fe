import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/events.ts';
import { emptyBoard, follow } from '../../src/reporters/board.ts';
import { frameLines } from '../../src/reporters/board-frame.ts';
import { asciiFigures, unicodeFigures } from '../../src/reporters/figures.ts';
import type { FrameOptions } from '../../src/reporters/frame-options.ts';
import { noColours } from '../../src/reporters/paint.ts';
import { widthOf } from '../../src/reporters/text.ts';
import { begin, end, play, started, task } from './support/events.ts';
import { fleet } from './support/fleet.ts';

const options: FrameOptions = {
  columns: 80,
  rows: 24,
  now: 0,
  paint: noColours,
  figures: unicodeFigures,
};

/** A second passes with each event. */
function frameAfter(events: readonly RunEvent[], given: Partial<FrameOptions> = {}): string {
  const board = emptyBoard(0);
  for (const [second, event] of events.entries()) follow(board, event, second * 1000);
  return frameLines(board, { ...options, now: events.length * 1000, ...given }).join('\n');
}

const hosts = ['web1', 'web2', 'web3', 'database'];
const id = 'site.yml:7';
const start: readonly RunEvent[] = [
  started(),
  play('Web servers', hosts),
  { type: 'host-connecting', host: 'web1' },
  { type: 'host-connecting', host: 'web2' },
  { type: 'host-connected', host: 'web1', durationMs: 10 },
];
const running: readonly RunEvent[] = [
  ...start,
  task('Install nginx', id, hosts),
  ...hosts.slice(0, 3).map((host) => begin(host, id)),
  end('web1', 'Install nginx', id, { status: 'changed', message: 'absent → 1.26' }),
  end('web2', 'Install nginx', id, {
    status: 'failed',
    message: 'apt-get ended with status 100: E: Unable to locate package ngnix, and more words',
  }),
];

interface Case {
  readonly name: string;
  readonly events: readonly RunEvent[];
  readonly given?: Partial<FrameOptions>;
  readonly text: string;
}

const cases: readonly Case[] = [
  {
    name: 'while connecting',
    events: start,
    text: `
── Web servers · 4 hosts ─────────────────────────────────────────────── 5 s ──
  host        ok  changed  skipped  failed  task
· web1         0        0        0       0
↔ web2         0        0        0       0  connecting  2 s
· web3         0        0        0       0
· database     0        0        0       0
⠋ getting ready`,
  },
  {
    name: 'with a host done, one failed, one running, one waiting',
    events: running,
    text: `
── Web servers · 4 hosts ────────────────────────────────────────────── 11 s ──
✖ web2  Install nginx: apt-get ended with status 100: E: Unable to locate
        package ngnix, and more words
  host        ok  changed  skipped  failed  task
± web1         1        1        0       0  Install nginx
✖ web2         0        0        0       1  Install nginx
▸ web3         0        0        0       0  Install nginx  3 s
· database     0        0        0       0
⠋ Install nginx  ████████░░░░░░░░  2/4 hosts  6 s`,
  },
  {
    name: 'in plain ASCII',
    events: running,
    given: { figures: asciiFigures },
    text: `
-- Web servers · 4 hosts ---------------------------------------------- 11 s --
X web2  Install nginx: apt-get ended with status 100: E: Unable to locate
        package ngnix, and more words
  host        ok  changed  skipped  failed  task
* web1         1        1        0       0  Install nginx
X web2         0        0        0       1  Install nginx
> web3         0        0        0       0  Install nginx  3 s
. database     0        0        0       0
- Install nginx  ########........  2/4 hosts  6 s`,
  },
  {
    name: 'narrow: fewer columns',
    events: running,
    given: { columns: 44 },
    text: `
── Web servers · 4 hosts ────────── 11 s ──
✖ web2  Install nginx: apt-get ended with
        status 100: E: Unable to locate
        package ngnix, and more words
  host      changed  failed  task
± web1            1       0  Install nginx
✖ web2            0       1  Install nginx
▸ web3            0       0  Install …  3 s
· database        0       0
⠋ Install nginx  2/4 hosts  6 s`,
  },
  {
    name: 'too low for the hosts: a line per state, problems first',
    events: running,
    given: { rows: 8 },
    text: `
── Web servers · 4 hosts ────────────────────────────────────────────── 11 s ──
✖ web2  Install nginx: apt-get ended with status 100: E: Unable to locate pack…
· waiting      1
▸ running      1  web3 3 s
✔ done         1
✖ failed       1  web2
⠋ Install nginx  ████████░░░░░░░░  2/4 hosts  6 s`,
  },
  {
    name: 'tiny: the task only',
    events: running,
    given: { rows: 3, columns: 30 },
    text: `
⠋ Install ng…  2/4 hosts  6 s`,
  },
];

describe('the live view', () => {
  test.each(cases)('$name', ({ events, given, text }) => {
    expect(`\n${frameAfter(events, given)}`).toBe(text);
  });

  test('60 hosts are grouped by state, problems in sight', () => {
    const steps = fleet({ hosts: 60, failing: [6, 18], unreachable: [16, 33] });
    const board = emptyBoard(0);
    let now = 0;
    for (const { wait, event } of steps.slice(0, 400)) {
      now += wait;
      follow(board, event, now);
    }
    expect(`\n${frameLines(board, { ...options, now }).join('\n')}`).toBe(`
── Web servers · 60 hosts ────────────────────────────────────────────── 4 s ──
⊘ web17, web34  Install nginx: no answer from 10.0.0.17 port 22 within 10 s
✖ web07, web19  Write the site: nginx -t refused the new configuration, the old
                file is still in place
↔ connecting    0
· waiting      19
▸ running      37
✔ done          0
✖ failed        2  web07, web19
⊘ unreachable   2  web17, web34
  ok 114  changed 114  skipped 0  failed 4
⠦ Enable the site  ░░░░░░░░░░░░░░░░  0/56 hosts`);
  });

  test('every frame of a run fits its terminal', () => {
    const steps = fleet({ hosts: 60, failing: [1, 2, 3, 4, 30], unreachable: [6, 7] });
    for (const [columns, rows] of [
      [80, 24],
      [40, 12],
      [200, 70],
      [21, 5],
      [1, 1],
    ] as const) {
      const board = emptyBoard(0);
      for (const [index, { event }] of steps.entries()) {
        follow(board, event, index * 20);
        if (index % 7 !== 0) continue;
        const lines = frameLines(board, { ...options, columns, rows, now: index * 20 });
        expect(lines.length).toBeLessThanOrEqual(Math.max(1, rows - 1));
        for (const line of lines)
          expect(widthOf(line)).toBeLessThanOrEqual(Math.max(1, columns - 1));
      }
    }
  });
});
