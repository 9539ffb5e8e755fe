import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonical } from '../../src/plan/canonical.ts';

describe('one text for each value', () => {
  const same: readonly [string, unknown, unknown][] = [
    ['order of keys', { a: 1, b: 2 }, { b: 2, a: 1 }],
    ['maps and objects', new Map([['a', 1]]), { a: 1 }],
    ['keys without a value', { a: 1, b: undefined }, { a: 1 }],
    ['functions', { a: 1, run: () => 1 }, { a: 1 }],
    ['bytes by what they are', { a: Buffer.from('x') }, { a: new Uint8Array([120]) }],
    ['sets in any order', new Set(['a', 'b']), new Set(['b', 'a'])],
  ];
  test.each(same)('%s', (_name, one, other) => {
    expect(canonical(one)).toBe(canonical(other));
  });

  const different: readonly [string, unknown, unknown][] = [
    ['order of a list', [1, 2], [2, 1]],
    ['text and number', { a: '1' }, { a: 1 }],
    ['bytes', Buffer.from('x'), Buffer.from('y')],
    ['bytes and text', Buffer.from('x'), 'x'],
    ['a key in a key', { a: { b: 1 } }, { 'a":{"b': 1 }],
    ['nothing and its name', null, 'null'],
  ];
  test.each(different)('%s', (_name, one, other) => {
    expect(canonical(one)).not.toBe(canonical(other));
  });

  test('for JSON it is JSON: what differs there differs here', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonical(JSON.parse(canonical(value)))).toBe(canonical(value));
      }),
    );
  });
});
