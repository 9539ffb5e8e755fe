import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/events.ts';
import { emptyBoard, follow } from '../../src/reporters/board.ts';
import { frameLines } from '../../src/reporters/board-frame.ts';
import { unicodeFigures } from '../../src/reporters/figures.ts';
import { junitReporter } from '../../src/reporters/junit.ts';
import { LiveTranscript } from '../../src/reporters/live-transcript.ts';
import { noColours } from '../../src/reporters/paint.ts';
import { plainReporter } from '../../src/reporters/plain.ts';
import { begin, end, play, task } from './support/events.ts';
import { told } from './support/memory.ts';

/** The same task of a role in two plays at once. */
const id = 'web.yml:7';
const inPlay = (number: number, event: RunEvent) => ({ ...event, play: number }) as RunEvent;
const changed = (host: string, name = 'Install') =>
  end(host, name, id, { status: 'changed', message: 'absent → 1.26' });

const events: readonly RunEvent[] = [
  inPlay(1, play('Web', ['web1'])),
  inPlay(1, task('Install', id, ['web1'])),
  inPlay(2, play('Code', ['code1'])),
  inPlay(2, task('Install', id, ['code1'])),
  inPlay(1, begin('web1', id)),
  inPlay(2, begin('code1', id)),
  inPlay(1, changed('web1')),
  inPlay(1, { type: 'task-finished', play: 1, id, task: 'Install' }),
  inPlay(2, changed('code1')),
  inPlay(2, { type: 'task-finished', play: 2, id, task: 'Install' }),
  inPlay(2, { type: 'play-finished', name: 'Code', play: 2 }),
  inPlay(1, task('Start', 'web.yml:9', ['web1'])),
  inPlay(1, end('web1', 'Start', 'web.yml:9', { status: 'changed', message: 'stopped → running' })),
  inPlay(1, { type: 'play-finished', name: 'Web', play: 1 }),
  inPlay(3, { type: 'play-skipped', name: 'None', play: 3, reason: 'no hosts matched' }),
  inPlay(4, play('Last', ['web1'])),
  inPlay(4, task('Check', 'site.yml:20', ['web1'])),
  inPlay(4, end('web1', 'Check', 'site.yml:20', { status: 'changed', message: 'checked' })),
];

test('plain: where plays overlap each task says its play', async () => {
  const options = { verbosity: 0, diff: false, columns: 80, paint: noColours };
  expect(await told((output) => plainReporter(output, options), events)).toBe(`
play Web · 1 host

play Code · 1 host
task Install · play Web
  changed       web1  absent → 1.26
task Install · play Code
  changed       code1  absent → 1.26
task Start · play Web
  changed       web1  stopped → running

play None · skipped: no hosts matched

play Last · 1 host
task Check
  changed       web1  checked
`);
});

test('live: all plays that run in one frame, and each ends by itself', () => {
  const board = emptyBoard(0);
  const frameAfter = (count: number) => {
    for (const event of events.slice(shown, count)) follow(board, event, 0);
    shown = count;
    const options = { columns: 80, rows: 24, now: 0, paint: noColours, figures: unicodeFigures };
    return frameLines(board, options).join('\n');
  };
  let shown = 0;
  expect(frameAfter(7)).toBe(
    `
── Web + Code · 2 hosts ──────────────────────────────────────────────── 0 s ──
  host     ok  changed  skipped  failed  task
± web1      1        1        0       0  Install
▸ code1     0        0        0       0  Install
⠋ Install  ░░░░░░░░░░░░░░░░  0/1 host +1 task`.trimStart(),
  );
  expect(frameAfter(12)).toBe(
    `
── Web · 1 host ──────────────────────────────────────────────────────── 0 s ──
  host    ok  changed  skipped  failed  task
· web1     1        1        0       0
⠋ Start  ░░░░░░░░░░░░░░░░  0/1 host`.trimStart(),
  );
});

test('live: what changed is told once for each play', () => {
  const options = { verbosity: 0, diff: false, columns: 80, paint: noColours };
  const transcript = new LiveTranscript(options);
  expect(events.flatMap((event) => transcript.lines(event, 80))).toEqual([
    '  changed       Install · web1 · absent → 1.26',
    '  changed       Install · code1 · absent → 1.26',
    '  changed       Start · web1 · stopped → running',
    'play None skipped: no hosts matched',
  ]);
});

test('JUnit: each case stands in the suite of its play', async () => {
  let xml = '';
  const reporter = junitReporter(async (text) => {
    xml = text;
  });
  for (const event of events) reporter.report(event);
  await reporter.finish();
  const suites = [...xml.matchAll(/<testsuite name="(\w+)"|classname="(\w+)" name="(\w+)"/g)];
  expect(suites.map(([, suite, host, name]) => suite ?? `  ${host} ${name}`)).toEqual([
    'Web',
    '  web1 Install',
    '  web1 Start',
    'Code',
    '  code1 Install',
    'Last',
    '  web1 Check',
  ]);
});
