import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { unicodeFigures } from '../../src/reporters/figures.ts';
import {
  duration,
  hang,
  isNarrow,
  pad,
  shownLines,
  someOf,
  truncate,
  truncateMiddle,
  widthOf,
  wrap,
} from '../../src/reporters/text.ts';

test('the figures of the live view are measured without the library of wide characters', () => {
  const figures = Object.values(unicodeFigures).flat();
  expect(figures.filter((figure) => !isNarrow.test(figure))).toEqual([]);
  expect(figures.filter((figure) => stringWidth(figure) !== 1)).toEqual([]);
});

describe('text', () => {
  test.each([
    [840, '840 ms'],
    [3200, '3.2 s'],
    [42_100, '42 s'],
    [185_000, '3 min 05 s'],
    [7_800_000, '2 h 10 min'],
  ])('%d ms reads %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  test.each([
    [wrap('one two three', 7), ['one two', 'three']],
    [wrap('abcdefghij', 4), ['abcd', 'efgh', 'ij']],
    [wrap('日本語日本語', 5), ['日本', '語日', '本語']],
    [wrap('', 5), ['']],
    [hang('- ', 'one two three four five six', 20), ['- one two three four', '  five six']],
    [[truncate('abcdef', 4)], ['abc…']],
    [[truncate('日本語', 4)], ['日…']],
    [[truncateMiddle('web1.example.com', 9)], ['web1….com']],
    [[pad('ab', 4)], ['ab  ']],
    [[someOf(['web1', 'web2', 'web3'], 15)], ['web1 and 2 more']],
    [[someOf(['a', 'b', 'c'], 7)], ['a, b, c']],
    [shownLines('a\tb\r\nc\n\n'), ['a   b', 'c']],
    [shownLines('\u001b]52;c;aGk=\u0007'), ['\\x1b]52;c;aGk=\\x07']],
  ])('%#', (given, expected) => {
    expect(given).toEqual(expected);
  });

  test('the quick way to measure agrees with the thorough one', () => {
    for (let code = 0x20; code < 0x3000; code++) {
      const character = String.fromCodePoint(code);
      if (widthOf(`${character}`) === 1) expect([code, stringWidth(character)]).toEqual([code, 1]);
    }
  });

  test('wrapped lines never exceed the columns and lose nothing but spaces', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.integer({ min: 4, max: 30 }),
        (text, columns) => {
          const lines = wrap(text, columns);
          for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
          expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        },
      ),
      { numRuns: 200 },
    );
  });
});
