import { describe, expect, test } from 'vitest';
import { blockinfile, editBlock } from '../../src/modules/blockinfile.ts';
import { withDefaults } from './support/converge.ts';
import { aFolder } from './support/fake-files.ts';
import { testDecisions } from './support/file-decisions.ts';

const begin = '# BEGIN ANSIBLE MANAGED BLOCK\n';
const end = '# END ANSIBLE MANAGED BLOCK\n';

describe('editBlock', () => {
  test.each<[string, string | undefined, object, string, string]>([
    ['at the end', 'a\n', { block: 'x' }, `a\n${begin}x\n${end}`, 'Block inserted'],
    ['after a line without end', 'a', { block: 'x\n' }, `a\n${begin}x\n${end}`, 'Block inserted'],
    ['in a new file', undefined, { block: 'x' }, `${begin}x\n${end}`, 'File created'],
    ['there', `a\n${begin}x\n${end}b\n`, { block: 'x' }, `a\n${begin}x\n${end}b\n`, ''],
    [
      'other text',
      `a\n${begin}x\n${end}b\n`,
      { block: 'y\nz' },
      `a\n${begin}y\nz\n${end}b\n`,
      'Block inserted',
    ],
    [
      'removed',
      `a\n${begin}x\n${end}b\n`,
      { state: 'absent', block: 'x' },
      'a\nb\n',
      'Block removed',
    ],
    ['empty is removed', `${begin}x\n${end}b\n`, {}, 'b\n', 'Block removed'],
    ['nothing to remove', 'a\n', { state: 'absent' }, 'a\n', ''],
    [
      'before all',
      'a\n',
      { block: 'x', insertbefore: 'BOF' },
      `${begin}x\n${end}a\n`,
      'Block inserted',
    ],
    [
      'after a match',
      'a\nb\n',
      { block: 'x', insertafter: '^a' },
      `a\n${begin}x\n${end}b\n`,
      'Block inserted',
    ],
    [
      'before a match',
      'a\nb\n',
      { block: 'x', insertbefore: '^b' },
      `a\n${begin}x\n${end}b\n`,
      'Block inserted',
    ],
    [
      'after a match over lines',
      'a\nb\nc\n',
      { block: 'x', insertafter: '(?m)^a\nb' },
      `a\nb\n${begin}x\n${end}c\n`,
      'Block inserted',
    ],
    [
      'own marker',
      'a\n',
      { block: 'x', marker: '<!-- {mark} -->', marker_begin: 'ON', marker_end: 'OFF' },
      'a\n<!-- ON -->\nx\n<!-- OFF -->\n',
      'Block inserted',
    ],
    [
      'blank lines around',
      'a\nb\n',
      { block: 'x', insertafter: '^a', prepend_newline: true, append_newline: true },
      `a\n\n${begin}x\n${end}\nb\n`,
      'Block inserted',
    ],
  ])('%s', (_name, before, options, after, message) => {
    const full = withDefaults(blockinfile, { path: '/x', ...options }) as never;
    const edit = editBlock(before === undefined ? undefined : Buffer.from(before), full);
    expect(edit.content.toString()).toBe(after);
    expect(edit.message).toBe(message);
    if (message !== '') expect(editBlock(edit.content, full).message).toBe('');
  });
});

const etc = { '/etc': aFolder, '/etc/hosts': { content: 'a\n' } };

testDecisions(blockinfile, [
  {
    name: 'a block',
    args: { path: '/etc/hosts', block: 'x' },
    files: etc,
    kind: 'change',
    says: 'Block inserted',
    result: { msg: 'Block inserted' },
  },
  {
    name: 'no file',
    args: { path: '/etc/none', block: 'x' },
    files: etc,
    kind: 'failed',
    says: 'does not exist',
  },
  {
    name: 'no file, made',
    args: { path: '/etc/none', block: 'x', create: true, mode: '0600' },
    files: etc,
    kind: 'change',
    says: 'File created',
    result: { msg: 'File created' },
  },
  {
    name: 'a folder',
    args: { path: '/etc', block: 'x' },
    files: etc,
    kind: 'failed',
    says: 'is a directory',
  },
  {
    name: 'nothing to remove',
    args: { path: '/etc/hosts', state: 'absent' },
    files: etc,
    kind: 'unchanged',
  },
  {
    name: 'no file to remove from',
    args: { path: '/etc/none', state: 'absent', create: true },
    files: etc,
    kind: 'unchanged',
    says: 'does not exist',
  },
]);
