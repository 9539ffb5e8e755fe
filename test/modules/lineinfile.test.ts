import { describe, expect, test } from 'vitest';
import { absentLine, presentLine } from '../../src/modules/line-edit.ts';
import { lineinfile } from '../../src/modules/lineinfile.ts';
import { withDefaults } from './support/converge.ts';
import { aFolder } from './support/fake-files.ts';
import { testDecisions } from './support/file-decisions.ts';

type Options = Partial<Parameters<typeof presentLine>[1]> & { readonly line: string };

describe('presentLine', () => {
  test.each<[string, string, Options, string, string]>([
    ['appends', 'a\n', { line: 'b' }, 'a\nb\n', 'line added'],
    ['is there', 'a\nb\n', { line: 'a' }, 'a\nb\n', 'line replaced'],
    ['into nothing', '', { line: 'b' }, 'b\n', 'line added'],
    ['ends the last line first', 'a', { line: 'b' }, 'a\nb\n', 'line added'],
    [
      'replaces the last match',
      'x=1\nx=2\n',
      { line: 'x=3', regexp: '^x=' },
      'x=1\nx=3\n',
      'line replaced',
    ],
    [
      'replaces the first match',
      'x=1\nx=2\n',
      { line: 'x=3', regexp: '^x=', firstmatch: true },
      'x=3\nx=2\n',
      'line replaced',
    ],
    ['appends without a match', 'a\n', { line: 'x=3', regexp: '^x=' }, 'a\nx=3\n', 'line added'],
    [
      'exact line without a match',
      'a\nx 3\nb\n',
      { line: 'x 3', regexp: '^x=' },
      'a\nx 3\nb\n',
      'line replaced',
    ],
    ['literal text', 'a.c\nabc\n', { line: 'n', search_string: 'a.' }, 'n\nabc\n', 'line replaced'],
    ['before all', 'a\n', { line: 'b', insertbefore: 'BOF' }, 'b\na\n', 'line added'],
    [
      'after a match',
      'a\nb\na\nc\n',
      { line: 'n', insertafter: '^a' },
      'a\nb\na\nn\nc\n',
      'line added',
    ],
    [
      'after the first match',
      'a\nb\na\nc\n',
      { line: 'n', insertafter: '^a', firstmatch: true },
      'a\nn\nb\na\nc\n',
      'line added',
    ],
    [
      'after a match at the end',
      'b\na',
      { line: 'n', insertafter: '^a' },
      'b\na\nn\n',
      'line added',
    ],
    ['before a match', 'a\nb\n', { line: 'n', insertbefore: '^b' }, 'a\nn\nb\n', 'line added'],
    ['no match for the place', 'a\n', { line: 'n', insertafter: '^z' }, 'a\nn\n', 'line added'],
    [
      'groups',
      'port 22\n',
      { line: 'port \\g<1>2', regexp: 'port (\\d+)', backrefs: true },
      'port 222\n',
      'line replaced',
    ],
    ['groups without a match', 'a\n', { line: '\\1', regexp: '(z)', backrefs: true }, 'a\n', ''],
    ['no groups asked', 'a\n', { line: '\\1', regexp: '(a)' }, '\\1\n', 'line replaced'],
    ['bytes that are no text', 'ÿ\n', { line: 'ü' }, 'ÿ\nü\n', 'line added'],
    ['carriage returns stay', 'a\r\nb\r\n', { line: 'a' }, 'a\nb\r\n', 'line replaced'],
  ])('%s', (_name, before, options, after, message) => {
    const edit = presentLine(Buffer.from(before), {
      backrefs: false,
      firstmatch: false,
      ...options,
    });
    expect(edit.content.toString()).toBe(after);
    expect(edit.message).toBe(message);
  });
});

test('absentLine removes every match', () => {
  const old = Buffer.from('a1\nb\na2\n');
  expect(absentLine(old, { regexp: '^a' })).toMatchObject({
    content: Buffer.from('b\n'),
    message: '2 line(s) removed',
    result: { found: 2 },
  });
  expect(absentLine(old, { line: 'b' }).content.toString()).toBe('a1\na2\n');
  expect(absentLine(old, { search_string: '2' }).content.toString()).toBe('a1\nb\n');
});

const hosts = { '/etc': aFolder, '/etc/hosts': { content: 'a\n', mode: 0o600 } };

testDecisions(lineinfile, [
  {
    name: 'a line that is missing',
    args: { path: '/etc/hosts', line: 'b' },
    files: hosts,
    kind: 'change',
    says: '/etc/hosts: line added',
    result: { msg: 'line added', backup: '' },
  },
  {
    name: 'a line that is there',
    args: { dest: '/etc/hosts', line: 'a' },
    files: hosts,
    kind: 'unchanged',
    says: 'already is as asked',
    result: { msg: '' },
  },
  {
    name: 'only the mode',
    args: { path: '/etc/hosts', line: 'a', mode: '0644' },
    files: hosts,
    kind: 'change',
    says: 'mode 0600 → 0644',
    result: { msg: 'ownership, perms or SE linux context changed' },
  },
  {
    name: 'line and mode',
    args: { path: '/etc/hosts', line: 'b', mode: '0644' },
    files: hosts,
    kind: 'change',
    says: 'line added, mode 0600 → 0644',
    result: { msg: 'line added and ownership, perms or SE linux context changed' },
  },
  {
    name: 'behind a link',
    args: { path: '/etc/l', line: 'b' },
    files: { ...hosts, '/etc/l': { type: 'link', target: 'hosts', realpath: '/etc/hosts' } },
    kind: 'change',
    says: 'line added',
  },
  {
    name: 'no file',
    args: { path: '/etc/none', line: 'b' },
    files: hosts,
    kind: 'failed',
    says: 'Path /etc/none does not exist !',
    result: { rc: 257 },
  },
  {
    name: 'no file, made',
    args: { path: '/etc/new/none', line: 'b', create: true },
    files: hosts,
    kind: 'change',
    says: 'line added',
  },
  {
    name: 'a folder',
    args: { path: '/etc', line: 'b' },
    files: hosts,
    kind: 'failed',
    says: 'Path /etc is a directory !',
    result: { rc: 256 },
  },
  {
    name: 'nothing to remove',
    args: { path: '/etc/none', regexp: 'b', state: 'absent' },
    files: hosts,
    kind: 'unchanged',
    result: { msg: 'file not present' },
  },
  {
    name: 'a line to remove',
    args: { path: '/etc/hosts', regexp: '^a', state: 'absent' },
    files: hosts,
    kind: 'change',
    says: '1 line(s) removed',
    result: { found: 1 },
  },
]);

test.each([
  [{ path: '/x' }, 'line is required'],
  [{ path: '/x', line: 'a', backrefs: true }, 'regexp is required'],
  [{ path: '/x', state: 'absent' }, 'one of line, search_string, or regexp'],
  [{ path: '/x', line: 'a', insertafter: 'a', insertbefore: 'b' }, 'mutually exclusive'],
  [{ path: '/x', line: 'a', regexp: 'a', search_string: 'b' }, 'mutually exclusive'],
  [{ path: '/x', line: 'a', regexp: '(' }, "the regular expression '(' is not valid"],
])('lineinfile refuses %j', (args, message) => {
  expect(() => withDefaults(lineinfile, args)).toThrow(message);
});
