import { expect, test } from 'vitest';
import { pythonJson } from '../../src/modules/python-json.ts';

test.each<[unknown, string]>([
  [{ b: [1, 'ü', null], a: {} }, '{"b": [1, "\\u00fc", null], "a": {}}'],
  [
    ['🙂', '\u007f', 'a\n"b"', true, 1.5],
    '["\\ud83d\\ude42", "\\u007f", "a\\n\\"b\\"", true, 1.5]',
  ],
  [[], '[]'],
])('%j', (value, expected) => {
  expect(pythonJson(value)).toBe(expected);
});
