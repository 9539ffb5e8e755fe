import { describe, expect, test } from 'vitest';
import { find } from '../../src/modules/find.ts';
import { slurp } from '../../src/modules/slurp.ts';
import { stat } from '../../src/modules/stat.ts';
import { decideOn, withDefaults } from './support/converge.ts';
import { aFolder, fakeAnswers } from './support/fake-files.ts';
import { testDecisions } from './support/file-decisions.ts';

const files = {
  '/etc': aFolder,
  '/etc/a': { content: 'a\n', mode: 0o4755, uid: 1, owner: 'daemon' },
  '/etc/l': { type: 'link', mode: 0o777, target: 'a', realpath: '/etc/a' },
  '/etc/void': { type: 'link', target: 'none', realpath: undefined },
} as const;

testDecisions(stat, [
  {
    name: 'nothing',
    args: { path: '/none' },
    files,
    kind: 'unchanged',
    says: 'does not exist',
    result: { stat: { exists: false } },
  },
  {
    name: 'a file',
    args: { path: '/etc/a' },
    files,
    kind: 'unchanged',
    says: '/etc/a is a file, mode 4755, owner daemon',
    result: {
      stat: {
        exists: true,
        isreg: true,
        isdir: false,
        mode: '4755',
        isuid: true,
        xoth: true,
        wgrp: false,
        pw_name: 'daemon',
        uid: 1,
        size: 2,
        readable: true,
        checksum: '3f786850e387550fdab836ed7e6dc881de23001b',
      },
    },
  },
  {
    name: 'another checksum',
    args: { path: '/etc/a', checksum: 'md5' },
    files,
    kind: 'unchanged',
    result: { stat: { checksum: '60b725f10c9c85c70d97880dfe8191b3' } },
  },
  {
    name: 'a folder',
    args: { path: '/etc' },
    files,
    kind: 'unchanged',
    result: { stat: { isdir: true, isreg: false } },
  },
  {
    name: 'a link',
    args: { path: '/etc/l' },
    files,
    kind: 'unchanged',
    result: { stat: { islnk: true, lnk_source: '/etc/a', lnk_target: 'a' } },
  },
  {
    name: 'what a link leads to',
    args: { path: '/etc/l', follow: true },
    files,
    kind: 'unchanged',
    result: { stat: { islnk: false, isreg: true, size: 2 } },
  },
  {
    name: 'a link that leads nowhere',
    args: { path: '/etc/void', follow: true },
    files,
    kind: 'unchanged',
    result: { stat: { exists: false } },
  },
]);

testDecisions(slurp, [
  {
    name: 'a file',
    args: { src: '/etc/a' },
    files,
    kind: 'unchanged',
    result: { content: 'YQo=', encoding: 'base64', source: '/etc/a' },
  },
  {
    name: 'a file behind a link',
    args: { path: '/etc/l' },
    files,
    kind: 'unchanged',
    result: { content: 'YQo=' },
  },
  { name: 'nothing', args: { src: '/none' }, files, kind: 'failed', says: 'file not found: /none' },
  {
    name: 'a folder',
    args: { src: '/etc' },
    files,
    kind: 'failed',
    says: 'source is a directory and must be a file: /etc',
  },
]);

describe('find', () => {
  const tree = {
    '/var/log': aFolder,
    '/var/log/a.log': { content: 'error: x\n', mtime: 9000 },
    '/var/log/b.log': { content: 'x'.repeat(2000), mtime: 1000 },
    '/var/log/.hidden': { content: '' },
    '/var/log/sub': aFolder,
    '/var/log/sub/c.LOG': { content: 'ok\n error\n', mtime: 9990 },
    '/var/log/link': { type: 'link', target: 'a.log', realpath: '/var/log/a.log' },
  } as const;
  const answer = (kind: string, key: string) =>
    kind === 'probe' ? 10_000 : fakeAnswers(tree)(kind, key);

  test.each<[string, object, string[]]>([
    ['files', {}, ['a.log', 'b.log', 'sub/c.LOG']],
    ['hidden too', { hidden: true }, ['a.log', 'b.log', '.hidden', 'sub/c.LOG']],
    ['folders', { file_type: 'directory' }, ['sub']],
    ['links', { file_type: 'link' }, ['link']],
    ['anything', { file_type: 'any' }, ['a.log', 'b.log', 'sub', 'sub/c.LOG', 'link']],
    ['by glob', { patterns: ['*.log'] }, ['a.log', 'b.log']],
    ['by sets', { patterns: ['[!a-b].*'] }, ['sub/c.LOG']],
    [
      'by expression',
      { patterns: ['^[a-c]\\.(?i:log)$'], use_regex: true },
      ['a.log', 'b.log', 'sub/c.LOG'],
    ],
    ['without some', { excludes: ['a*', 'c*'] }, ['b.log']],
    ['old', { age: '1h' }, ['b.log']],
    ['young', { age: '-20' }, ['sub/c.LOG']],
    ['large', { size: '1k' }, ['b.log']],
    ['small', { size: '-9b' }, ['a.log']],
    ['by content at a line start', { contains: 'error' }, ['a.log']],
    ['by content anywhere', { contains: 'error', read_whole_file: true }, ['a.log', 'sub/c.LOG']],
  ])('%s', (_name, args, names) => {
    const full = withDefaults(find, { paths: ['/var/log'], recurse: true, ...args });
    const decision = decideOn(find, full, answer);
    const result = (
      decision as unknown as { result: { files: { path: string }[]; matched: number } }
    ).result;
    expect(result.files.map((found) => found.path)).toEqual(
      names.map((name) => `/var/log/${name}`),
    );
    expect(result.matched).toBe(names.length);
  });

  test('folders that are not there are named', () => {
    const full = withDefaults(find, { paths: ['/none', '/var/log'], get_checksum: true });
    expect(decideOn(find, full, answer)).toMatchObject({
      kind: 'unchanged',
      result: { skipped_paths: { '/none': "'/none' is not a directory" }, examined: 6, matched: 3 },
    });
  });

  test.each([
    [{ paths: ['/'], age: '1y' }, "failed to process age '1y'"],
    [{ paths: ['/'], size: 'x' }, "failed to process size 'x'"],
    [{ paths: ['/'], use_regex: true, patterns: ['('] }, 'not valid'],
  ])('refuses %j', (args, message) => {
    expect(() => withDefaults(find, args)).toThrow(message);
  });
});
