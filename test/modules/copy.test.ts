import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Change } from '../../src/modules/contract.ts';
import { copy } from '../../src/modules/copy.ts';
import { Unknown } from '../../src/values.ts';
import { payloadBytes, prepared, withDefaults } from './support/converge.ts';
import { aFolder } from './support/fake-files.ts';
import { testDecisions } from './support/file-decisions.ts';

const local = mkdtempSync(join(tmpdir(), 'rolecall-copy-'));
afterAll(() => rmSync(local, { recursive: true, force: true }));
writeFileSync(join(local, 'motd'), 'hello\n', { mode: 0o640 });
mkdirSync(join(local, 'site/css'), { recursive: true });
writeFileSync(join(local, 'site/index.html'), '<p>');
writeFileSync(join(local, 'site/css/a.css'), 'p{}');

const etc = { '/etc': aFolder };
const motd = { ...etc, '/etc/motd': { content: 'hello\n', mode: 0o600 } };

testDecisions(copy, [
  {
    name: 'content that is not there',
    args: { content: 'hello\n', dest: '/etc/motd', mode: '0600', owner: 'app' },
    files: etc,
    kind: 'change',
    says: '/etc/motd: absent → file',
    result: {
      dest: '/etc/motd',
      checksum: 'f572d396fae9206628714fb2ce00f72e94f2258f',
      mode: '0600',
      owner: 'app',
      size: 6,
      state: 'file',
    },
  },
  {
    name: 'content that is there',
    args: { content: 'hello\n', dest: '/etc/motd' },
    files: motd,
    kind: 'unchanged',
    says: '/etc/motd already has this content, mode 0600, owner root, group root',
    result: { mode: '0600', state: 'file' },
  },
  {
    name: 'other content',
    args: { content: 'bye\n', dest: '/etc/motd' },
    files: motd,
    kind: 'change',
    says: '/etc/motd: content',
    result: { mode: '0600' },
  },
  {
    name: 'the same content with another mode',
    args: { content: 'hello\n', dest: '/etc/motd', mode: '0644' },
    files: motd,
    kind: 'change',
    says: '/etc/motd: mode 0600 → 0644',
  },
  {
    name: 'other content that is not forced',
    args: { content: 'bye\n', dest: '/etc/motd', force: false },
    files: motd,
    kind: 'unchanged',
    says: 'exists and force is false',
  },
  {
    name: 'data as content',
    args: { content: { a: [1] }, dest: '/etc/x.json' },
    files: etc,
    kind: 'change',
    result: { size: 10 },
  },
  {
    name: 'a file into a folder',
    args: { src: join(local, 'motd'), dest: '/etc' },
    files: motd,
    kind: 'unchanged',
    says: '/etc/motd already has this content',
    result: { dest: '/etc/motd' },
  },
  {
    name: 'the mode of the source',
    args: { src: join(local, 'motd'), dest: '/etc/', mode: 'preserve' },
    files: motd,
    kind: 'change',
    says: 'mode 0600 → 0640',
  },
  {
    name: 'a folder that is not there',
    args: { content: 'x', dest: '/none/x' },
    kind: 'failed',
    says: 'the directory /none does not exist',
  },
  {
    name: 'content where a folder is',
    args: { content: 'x', dest: '/etc' },
    files: etc,
    kind: 'failed',
    says: '/etc is a directory',
  },
  {
    name: 'a link is replaced',
    args: { content: 'hello\n', dest: '/etc/l' },
    files: { ...motd, '/etc/l': { type: 'link', target: 'motd', realpath: '/etc/motd' } },
    kind: 'change',
    says: '/etc/l: link → file',
    result: { dest: '/etc/l' },
  },
  {
    name: 'a link is followed',
    args: { content: 'bye\n', dest: '/etc/l', follow: true },
    files: { ...motd, '/etc/l': { type: 'link', target: 'motd', realpath: '/etc/motd' } },
    kind: 'change',
    says: '/etc/motd: content',
    result: { dest: '/etc/motd' },
  },
  {
    name: 'a folder of the controller',
    args: { src: join(local, 'site'), dest: '/srv', owner: 'www', directory_mode: '0711' },
    files: { '/srv': aFolder },
    kind: 'change',
    says: '/srv/site: 4 of 4 entries differ',
    result: { state: 'directory', mode: '0711' },
  },
  {
    name: 'what is in a folder of the controller',
    args: { src: `${local}/site/`, dest: '/srv' },
    files: {
      '/srv': aFolder,
      '/srv/css': aFolder,
      '/srv/index.html': { content: '<p>' },
      '/srv/css/a.css': { content: 'old' },
    },
    kind: 'change',
    says: '/srv: 1 of 4 entries differ',
  },
  {
    name: 'a file of the host',
    args: { src: '/etc/motd', dest: '/etc/copy', remote_src: true },
    files: motd,
    kind: 'change',
    says: '/etc/copy: absent → file',
    result: { mode: '0644' },
  },
  {
    name: 'a folder of the host',
    args: { src: '/etc', dest: '/srv', remote_src: true },
    files: { ...motd, '/srv': aFolder, '/etc/l': { type: 'link', target: 'motd' } },
    kind: 'change',
    says: '/srv/etc: 3 of 3 entries differ',
  },
  {
    name: 'what is in a folder of the host, copied before',
    args: { src: '/etc/', dest: '/srv', remote_src: true },
    files: { ...motd, '/srv': aFolder, '/srv/motd': { content: 'hello\n', mode: 0o600 } },
    kind: 'unchanged',
    says: '/srv already has all 1 entries',
  },
  {
    name: 'a file of the host that is not there',
    args: { src: '/etc/none', dest: '/etc/copy', remote_src: true },
    files: etc,
    kind: 'failed',
    says: '/etc/none does not exist',
  },
  {
    name: 'another checksum than asked for',
    args: { content: 'x', dest: '/etc/x', checksum: 'aa' },
    files: etc,
    kind: 'failed',
    says: 'instead of aa',
  },
]);

test.each([
  [{ dest: '/x' }, 'src or content is required'],
  [{ dest: '/x', src: 'a', content: 'b' }, 'mutually exclusive'],
  [{ dest: '/x', content: 'b', mode: 'u=z' }, "mode is 'u=z'"],
  [{ dest: '/x', content: 'b', validate: 'true' }, 'validate must contain %s'],
])('copy refuses %j', (args, message) => {
  expect(() => withDefaults(copy, args)).toThrow(message);
});

test('content travels on stdin, never in the script', async () => {
  const full = await prepared(copy, { content: 'top-secret', dest: '/etc/x' });
  const decision = copy.decide(full, {
    self: { exists: false },
    at: { exists: false },
    sum: { digest: undefined, why: 'absent' },
    parent: { exists: true, type: 'directory', mode: 0o755 },
  }) as Change;
  expect(decision.apply.map((step) => step.script.text).join()).not.toContain('top-secret');
  expect((await payloadBytes(decision.apply[0]!)).toString()).toBe('top-secret');
});

test('what a package may bring is planned as a change', async () => {
  const full = await prepared(copy, { content: 'x', dest: '/etc/nginx/nginx.conf' });
  const brought = new Unknown('nginx would bring it');
  const decision = copy.decideUnknown!(full, {
    self: { exists: false },
    at: brought,
    sum: brought,
    parent: brought,
  });
  expect(decision).toMatchObject({
    kind: 'change',
    summary: expect.stringContaining('absent → file'),
  });
});
