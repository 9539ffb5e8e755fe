import { describe, expect, test } from 'vitest';
import { asciiFigures, figuresFor, unicodeFigures } from '../../src/reporters/figures.ts';
import { colours, noColours, wantsColour } from '../../src/reporters/paint.ts';
import { tee } from '../../src/reporters/tee.ts';
import { started } from './support/events.ts';

describe('what the surroundings ask for', () => {
  test.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('terminal %s with %j: colour %s', (isTTY, environment, expected) => {
    expect(wantsColour({ isTTY }, environment)).toBe(expected);
  });

  test.each([
    [{}, unicodeFigures],
    [{ LANG: 'C.UTF-8' }, unicodeFigures],
    [{ LANG: 'de_DE.utf8' }, unicodeFigures],
    [{ LANG: 'C' }, asciiFigures],
    [{ LANG: 'C.UTF-8', LC_ALL: 'C' }, asciiFigures],
    [{ LANG: 'C.UTF-8', TERM: 'linux' }, asciiFigures],
  ])('%j has its signs', (environment, expected) => {
    expect(figuresFor(environment)).toBe(expected);
  });

  test('paint adds nothing but sequences, and those only when asked', () => {
    expect(noColours('bad', 'x')).toBe('x');
    expect(colours('bad', 'x')).toBe('\u001b[31mx\u001b[39m');
    expect(colours('bad', '')).toBe('');
  });
});

test('tee gives every event to all and waits for all', async () => {
  const told: string[] = [];
  const reporter = (name: string) => ({
    report: (event: { type: string }) => {
      told.push(`${name} ${event.type}`);
    },
    finish: async () => {
      told.push(`${name} end`);
    },
  });
  const both = tee([reporter('a'), reporter('b')]);
  both.report(started());
  await both.finish();
  expect(told).toEqual(['a run-started', 'b run-started', 'a end', 'b end']);
});
