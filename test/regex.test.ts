import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePython, expandTemplate, RegexError, searchFrom, substitute } from '../src/regex.ts';

describe('compilePython matches as Python does', () => {
  test.each<[string, string, (string | null | undefined)[] | null, object?]>([
    ['(?P<a>x)(?P=a)', 'axx', ['xx', 'x']],
    ['[]x]+', 'a]x', [']x']],
    ['[^]x]', ']xa', ['a']],
    ['a{,2}b', 'aaab', ['aab']],
    ['{{ x }}', 'a {{ x }}', ['{{ x }}']],
    ['a{x', 'a{x', ['a{x']],
    ['(?i)ABC', 'xabc', ['abc']],
    ['(?x) a b # c\n c', 'abc', ['abc']],
    ['x(?i:Y)', 'xy', ['xy']],
    ['^b', 'a\nb', null],
    ['^b', 'a\nb', ['b'], { multiline: true }],
    ['a$', 'a\n', ['a']],
    ['a$', 'a\nb', null],
    ['a$', 'a\nb', ['a'], { multiline: true }],
    ['a\\Z', 'a\n', null],
    ['\\Ab', 'a\nb', null, { multiline: true }],
    ['a.b', 'a\nb', null],
    ['a.b', 'a\rb', ['a\rb']],
    ['a.b', 'a\nb', ['a\nb'], { dotAll: true }],
    ['\\bü\\b', 'a ü b', ['ü']],
    ['\\w+', 'grün', ['grün']],
    ['\\d', '٣', ['٣']],
    ['\\d', '\xb2', null, { bytes: true }],
    ['\\s', '\xa0', null, { bytes: true }],
    ['\\s', '\u00a0', ['\u00a0']],
    ['[\\W_]+', 'a_-é', ['_-']],
    ['a/b\\-c\\_d\\"e\\#\\ ', 'a/b-c_d"e# ', ['a/b-c_d"e# ']],
    ["[\\'\\-\\]]+", "-']", ["-']"]],
    ['(a)|b', 'b', ['b', undefined]],
    ['\\x41\\u00e9\\101', 'AéA', ['AéA']],
    ['(.)\\1', 'abb', ['bb', 'b']],
    ['(?<=a)b(?!c)', 'ab', ['b']],
    ['(?#note)a', 'a', ['a']],
    ['[a&&b]', '&', ['&']],
    ['[/]', '/', ['/']],
  ])('%j in %j', (pattern, text, groups, options = {}) => {
    const match = searchFrom(compilePython(pattern, options), text);
    expect(match ? [...match] : null).toEqual(groups);
  });

  test.each(['(', '[a', 'a\\', '*a', '\\q', '(?P<a', '(?(1)a|b)'])('%j is refused', (pattern) => {
    expect(() => compilePython(pattern)).toThrow(RegexError);
  });

  test('an escaped text matches itself', () => {
    const escaped = (text: string) =>
      text.replace(/[^A-Za-z0-9_]/gu, (char) => (char < '\x80' ? `\\${char}` : char));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(searchFrom(compilePython(escaped(text)), text)?.[0]).toBe(text);
      }),
      { numRuns: 200 },
    );
  });
});

test('replacements', () => {
  const regex = compilePython('(?P<key>\\w+)=(\\w+)');
  expect(substitute(regex, '\\2=\\g<key>\\n', 'a=b c=d')).toEqual({
    text: 'b=a\n d=c\n',
    count: 2,
  });
  expect(substitute(regex, 'x', 'a=b c=d', 1)).toEqual({ text: 'x c=d', count: 1 });
  expect(substitute(compilePython('x*'), '-', 'abc').text).toBe('-a-b-c-');
  expect(substitute(compilePython('a'), '$& $1 \\\\', 'a').text).toBe('$& $1 \\');
});

test.each(['\\3', '\\g<none>', 'x\\'])('the replacement %j is refused', (template) => {
  const match = searchFrom(compilePython('(a)'), 'a')!;
  expect(() => expandTemplate(template, match)).toThrow(RegexError);
});
