import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  encodeFrame,
  encodeTrailer,
  FrameDecoder,
  type StreamEvent,
} from '../../src/shell/frames.ts';
import { rawSh } from '../../src/shell/sh.ts';

const nonce = 'a0'.repeat(16);
const tokens = ['b1', 'c2', 'd3'].map((pair) => pair.repeat(16));

function decoder(): FrameDecoder {
  const made = new FrameDecoder(nonce);
  for (const [id, token] of tokens.entries()) made.expect({ id, token });
  return made;
}

/** Joins neighbouring events of one kind, which cuts between chunks leave apart. */
function merged(events: readonly StreamEvent[]): unknown[] {
  const result: { kind: string; id?: number; text?: string }[] = [];
  for (const event of events) {
    const last = result.at(-1);
    if (event.kind !== 'output' && event.kind !== 'stray') result.push(event);
    else if (last && last.kind === event.kind && last.text !== undefined) {
      last.text += event.bytes.toString('latin1');
    } else {
      const id = event.kind === 'output' ? event.id : undefined;
      result.push({ kind: event.kind, id, text: event.bytes.toString('latin1') });
    }
  }
  return result;
}

function stream(outputs: readonly string[]): string {
  const frames = outputs.map(
    (text, id) => `${nonce} start ${id}\n${text}${tokens[id]} ${id * 100}\n`,
  );
  return `noise\n${nonce} ready 12 34\n${frames.join('')}`;
}

test('noise, handshake, outputs and statuses', () => {
  const made = decoder();
  const events = [...made.push(Buffer.from(stream(['', 'no newline', 'x\n']))), ...made.end()];
  expect(merged(events)).toEqual([
    { kind: 'stray', id: undefined, text: 'noise\n' },
    { kind: 'ready', pid: 12, group: 34 },
    { kind: 'started', id: 0 },
    { kind: 'ended', id: 0, status: 0 },
    { kind: 'started', id: 1 },
    { kind: 'output', id: 1, text: 'no newline' },
    { kind: 'ended', id: 1, status: 100 },
    { kind: 'started', id: 2 },
    { kind: 'output', id: 2, text: 'x\n' },
    { kind: 'ended', id: 2, status: 200 },
  ]);
});

test('any chunking gives the same answers', () => {
  const output = fc
    .array(
      fc.constantFrom('x', '\n', '\xff', nonce, ` start 1\n`, tokens[0]!.slice(0, 31), 'b', ' 0\n'),
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(
      fc.tuple(output, output, output),
      fc.array(fc.nat({ max: 40 })),
      (outputs, cuts) => {
        const bytes = Buffer.from(stream(outputs), 'latin1');
        const whole = decoder();
        const expected = merged([...whole.push(bytes), ...whole.end()]);
        const made = decoder();
        const events: StreamEvent[] = [];
        let at = 0;
        for (const cut of cuts) {
          events.push(...made.push(bytes.subarray(at, at + cut)));
          at += cut;
        }
        events.push(...made.push(bytes.subarray(at)), ...made.end());
        expect(merged(events)).toEqual(expected);
        const texts = expected.filter((event) => (event as { kind: string }).kind === 'output');
        expect(texts.map((event) => (event as { text: string }).text)).toEqual(
          outputs.filter(Boolean),
        );
      },
    ),
    { numRuns: 300 },
  );
});

test.each([
  ['an earlier end marker', `${tokens[0]} 0\n`],
  ['the end marker of a later frame', `${tokens[2]} 0\n`],
  ['a start marker', `${nonce} start 2\n`],
  ['a handshake', `${nonce} ready 1 1\n`],
  ['the token without a status', `${tokens[1]} \n`],
  ['the token with a long status', `${tokens[1]} 0000\n`],
  ['the token with much behind it', `${tokens[1]} ${'9'.repeat(50)}`],
])('%s in the output of a frame is output', (_, forged) => {
  const made = decoder();
  const events = [...made.push(Buffer.from(stream(['', forged, ''])))];
  expect(merged(events)).toContainEqual({ kind: 'output', id: 1, text: forged });
  expect(events.filter(({ kind }) => kind === 'ended')).toHaveLength(3);
});

test('between frames only the start of the next one counts', () => {
  const made = decoder();
  made.push(Buffer.from(`${nonce} ready 1 1\n`));
  const events = made.push(Buffer.from(`${nonce} start 2\n${tokens[0]} 0\n${nonce} start 0\n`));
  expect(events.map(({ kind }) => kind)).toEqual(['stray', 'started']);
});

describe('encoding', () => {
  const token = tokens[0]!;
  test.each([
    [{ id: 1, token, script: rawSh('echo') }, `1 ${token} 1 5 - 0\necho\n`],
    [{ id: 1, token, script: rawSh('a\nb\n') }, `1 ${token} 2 4 - 0\na\nb\n`],
    [{ id: 1, token, script: rawSh('a'), stdinSize: 0 }, `1 ${token} 1 2 0 0\na\n`],
    [{ id: 1, token, script: rawSh('a'), stdinSize: 131073 }, `1 ${token} 1 2 2 1\na\n`],
  ])('%# gives header and script', (frame, text) => {
    expect(encodeFrame(frame).toString()).toBe(text);
  });
  test('a long script is not read line by line', () => {
    const script = rawSh('x'.repeat(3000));
    expect(encodeFrame({ id: 1, token, script }).toString()).toMatch(`1 ${token} 0 3001 - 0\n`);
  });
  test('a NUL byte is refused', () => {
    expect(() => encodeFrame({ id: 1, token, script: rawSh('a\0') })).toThrow('NUL');
  });
  test('the trailer is the token', () => {
    expect(encodeTrailer({ token }).toString()).toBe(`${token}\n`);
  });
});
