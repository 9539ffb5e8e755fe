import { describe, expect, test } from 'vitest';
import type { Reporter, RunEvent } from '../../src/events.ts';
import { asciiFigures } from '../../src/reporters/figures.ts';
import { jsonLinesReporter } from '../../src/reporters/json-lines.ts';
import { junitReporter } from '../../src/reporters/junit.ts';
import type { Output } from '../../src/reporters/output.ts';
import { noColours } from '../../src/reporters/paint.ts';
import { plainReporter } from '../../src/reporters/plain.ts';
import { terminalReporter } from '../../src/reporters/terminal.ts';
import { begin, end, finished, item, play, started, task } from './support/events.ts';
import { told } from './support/memory.ts';

const allBytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('latin1');
const hostile = `${allBytes}\u001b]52;c;aGFja2Vk\u0007\u001b[2J\u009b31m\u202etxt.exe\u2066\u2028\n\u001bP\u001b\\end`;

/** Every text of every event is hostile. */
const events: readonly RunEvent[] = [
  started(),
  play(hostile, [hostile, 'b']),
  { type: 'play-skipped', play: 1, name: hostile, reason: hostile },
  { type: 'host-connecting', host: hostile },
  { type: 'host-connected', host: hostile, durationMs: 1 },
  task(hostile, hostile, [hostile, 'b'], hostile),
  begin(hostile, hostile),
  item(hostile, hostile, hostile, { status: 'changed', item: hostile, message: hostile }),
  {
    type: 'host-task-retry',
    play: 1,
    host: hostile,
    id: hostile,
    task: hostile,
    attempt: 1,
    left: 1,
    message: hostile,
  },
  ...(['ok', 'changed', 'skipped', 'failed', 'unreachable', 'unknown'] as const).map((status) =>
    end(
      hostile,
      hostile,
      hostile,
      {
        status,
        message: hostile,
        result: { stdout: hostile, stderr: hostile, [hostile]: hostile },
        diff: [{ header: hostile, before: hostile, after: `${hostile}x` }],
        delegatedTo: hostile,
        problem: {
          code: 'internal',
          message: hostile,
          at: { file: hostile, line: 1, column: 1 },
          expected: hostile,
          nearest: hostile,
          hint: hostile,
        },
      },
      hostile,
    ),
  ),
  { type: 'included', play: 1, what: hostile, hosts: [hostile] },
  { type: 'warning', message: hostile, host: hostile },
  { type: 'message', text: hostile, host: hostile, verbosity: 0 },
  { type: 'task-finished', play: 1, id: hostile, task: hostile },
  { type: 'play-finished', name: hostile, play: 1 },
  finished({ [hostile]: { ok: 1 } }, { owed: new Map([[hostile, [hostile]]]) }),
];

const options = { verbosity: 4, diff: true, columns: 80, paint: noColours, figures: asciiFigures };

const reporters: readonly {
  readonly name: string;
  readonly make: (output: Output) => Reporter;
  /** Takes our own sequences away. */
  readonly own?: RegExp;
}[] = [
  { name: 'plain', make: (output) => plainReporter(output, options) },
  {
    name: 'terminal',
    make: (output) =>
      terminalReporter(Object.assign(output, { on: () => {}, off: () => {} }), options),
    own: /\u001b\[(?:\?2026[hl]|\?25[hl]|K|2K|\d+[AB])|\r/g,
  },
  { name: 'JSON lines', make: (output) => jsonLinesReporter(output) },
  {
    name: 'JUnit',
    make: (output) => junitReporter(async (xml) => void output.write(xml)),
  },
];

describe('nothing that a host says reaches the terminal as a control character', () => {
  test.each(reporters)('$name', async ({ make, own }) => {
    const text = await told(make, events);
    expect(text.length).toBeGreaterThan(2000);
    const rest = own ? text.replace(own, '') : text;
    const found = rest.match(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    );
    expect(found).toBeNull();
  });
});
