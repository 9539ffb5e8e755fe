import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeForTerminal } from '../../src/shell/display.ts';

test.each([
  ['plain äöü 漢字 😀\n\tx', 'plain äöü 漢字 😀\n\tx'],
  ['\x1b]52;c;aGk=\x07', '\\x1b]52;c;aGk=\\x07'],
  ['a\rb', 'a\\rb'],
  ['\x9b2J', '\\x9b2J'],
  ['\u202eevil', '\\u202eevil'],
  ['\u{e0041}', '\\u{e0041}'],
  ['\x7f\0', '\\x7f\\x00'],
])('%j', (text, shown) => {
  expect(escapeForTerminal(text)).toBe(shown);
});

test('nothing that a terminal obeys is left', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(escapeForTerminal(text)).not.toMatch(
        /[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/u,
      );
    }),
  );
});

test('all 256 bytes read as latin1', () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('latin1');
  expect(escapeForTerminal(bytes)).not.toContain('\x1b');
});
