import { describe, expect, test } from 'vitest';
import { editMatches, replace } from '../../src/modules/replace.ts';
import { withDefaults } from './support/converge.ts';
import { aFolder } from './support/fake-files.ts';
import { testDecisions } from './support/file-decisions.ts';

describe('editMatches', () => {
  test.each<[string, string, object, string, string]>([
    ['every match', 'a b\na\n', { regexp: 'a', replace: 'x' }, 'x b\nx\n', '2 replacements made'],
    ['line starts', 'ab\nab\n', { regexp: '^a', replace: '' }, 'b\nb\n', '2 replacements made'],
    [
      'groups',
      'x=1\n',
      { regexp: '(\\w)=(\\d)', replace: '\\2=\\g<1>' },
      '1=x\n',
      '1 replacements made',
    ],
    ['nothing', 'a\n', { regexp: 'z' }, 'a\n', ''],
    [
      'after',
      'a\n[s]\na\n',
      { regexp: '^a', replace: 'x', after: '\\[s\\]' },
      'a\n[s]\nx\n',
      '1 replacements made',
    ],
    [
      'before',
      'a\n[s]\na\n',
      { regexp: '^a', replace: 'x', before: '\\[s\\]' },
      'x\n[s]\na\n',
      '1 replacements made',
    ],
    [
      'between',
      'a\n<\na\n>\na\n',
      { regexp: '^a', replace: 'x', after: '<', before: '>' },
      'a\n<\nx\n>\na\n',
      '1 replacements made',
    ],
    [
      'text of other scripts',
      'grün\n',
      { regexp: 'ü', replace: 'ö' },
      'grön\n',
      '1 replacements made',
    ],
  ])('%s', (_name, before, options, after, message) => {
    const full = withDefaults(replace, { path: '/x', ...options }) as never;
    const edit = editMatches(Buffer.from(before), full);
    expect(edit.content.toString()).toBe(after);
    expect(edit.message).toBe(message);
  });
});

const etc = { '/etc': aFolder, '/etc/a': { content: 'port 80\n' } };

testDecisions(replace, [
  {
    name: 'a match',
    args: { path: '/etc/a', regexp: '80', replace: '8080x' },
    files: etc,
    kind: 'change',
    says: 'would change again in the next run',
  },
  {
    name: 'a match that comes to rest',
    args: { path: '/etc/a', regexp: ' 80$', replace: ' 8080' },
    files: etc,
    kind: 'change',
    says: '1 replacements made',
    result: { msg: '1 replacements made', rc: 0 },
  },
  {
    name: 'no match',
    args: { path: '/etc/a', regexp: '81' },
    files: etc,
    kind: 'unchanged',
    result: { msg: '' },
  },
  {
    name: 'no section',
    args: { path: '/etc/a', regexp: '80', after: 'zz' },
    files: etc,
    kind: 'unchanged',
    result: {
      msg: 'Pattern for before/after params did not match the given file: zz(?P<subsection>.*)',
    },
  },
  {
    name: 'no file',
    args: { path: '/etc/none', regexp: '80' },
    files: etc,
    kind: 'failed',
    says: 'does not exist',
  },
  {
    name: 'a folder',
    args: { path: '/etc', regexp: '80' },
    files: etc,
    kind: 'failed',
    says: 'is a directory',
  },
]);

test('replace refuses what is no regular expression', () => {
  expect(() => withDefaults(replace, { path: '/x', regexp: '[' })).toThrow('not valid');
});

test('replace refuses bytes that are not in the encoding', () => {
  const full = withDefaults(replace, { path: '/x', regexp: 'a' }) as never;
  expect(() => editMatches(Buffer.from([0xff, 0x61]), full)).toThrow('not valid utf-8');
});
