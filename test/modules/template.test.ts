import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { RenderOptions } from '../../src/modules/contract.ts';
import { template } from '../../src/modules/template.ts';
import { splitHeader } from '../../src/modules/template-render.ts';
import { Unknown } from '../../src/values.ts';
import { prepared, withDefaults } from './support/converge.ts';
import { aFolder } from './support/fake-files.ts';
import { testDecisions } from './support/file-decisions.ts';

const base = mkdtempSync(join(tmpdir(), 'rolecall-template-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));
const src = join(base, 'motd.j2');
writeFileSync(src, 'hello\n', { mode: 0o750 });
const etc = { '/etc': aFolder, '/etc/motd': { content: 'hello\n' } };

testDecisions(template, [
  {
    name: 'the same text',
    args: { src, dest: '/etc/motd' },
    files: etc,
    kind: 'unchanged',
    says: 'already has this content',
    result: { checksum: 'f572d396fae9206628714fb2ce00f72e94f2258f' },
  },
  {
    name: 'other text',
    args: { src, dest: '/etc/motd' },
    files: { ...etc, '/etc/motd': { content: 'x' } },
    kind: 'change',
    says: '/etc/motd: content',
  },
  {
    name: 'nothing there',
    args: { src, dest: '/etc/new', mode: 'preserve' },
    files: etc,
    kind: 'change',
    says: 'absent → file',
    result: { mode: '0750' },
  },
  {
    name: 'into a folder',
    args: { src, dest: '/etc' },
    files: etc,
    kind: 'change',
    result: { dest: '/etc/motd.j2' },
  },
  {
    name: 'only the mode',
    args: { src, dest: '/etc/motd', mode: '0600' },
    files: etc,
    kind: 'change',
    says: 'mode 0644 → 0600',
  },
  {
    name: 'not forced',
    args: { src, dest: '/etc/motd', force: false },
    files: { ...etc, '/etc/motd': { content: 'x' } },
    kind: 'unchanged',
    says: 'force is false',
  },
  {
    name: 'no folder',
    args: { src, dest: '/none/motd' },
    files: etc,
    kind: 'failed',
    says: '/none does not exist',
  },
  {
    name: 'validated',
    args: { src, dest: '/etc/new', validate: 'true %s' },
    files: etc,
    kind: 'change',
  },
]);

test('the diff shows the text before and after', async () => {
  const full = await prepared(template, { src, dest: '/etc/x' });
  const decision = template.decide(full, {
    self: { exists: false },
    at: { exists: false },
    sum: { digest: undefined, why: 'absent' },
    parent: { exists: true, type: 'directory', mode: 0o755 },
  });
  expect(decision).toMatchObject({ diff: [{ header: '/etc/x', before: '', after: 'hello\n' }] });
});

test('renders with the options of the task, its header and its variables', async () => {
  writeFileSync(
    join(base, 'head.j2'),
    "#jinja2: trim_blocks: False, variable_start_string: '<<'\ntext\n",
  );
  let seen: { source: string; options?: RenderOptions } | undefined;
  const render = (source: string, _file: string, options?: RenderOptions) => {
    seen = { source, options };
    return 'ü';
  };
  const args = {
    src: join(base, 'head.j2'),
    dest: '/x',
    lstrip_blocks: true,
    newline_sequence: '\\r\\n',
    output_encoding: 'latin-1',
  };
  const full = await prepared(template, args, { controller: { render } });
  expect(seen!.source).toBe('text\n');
  expect(seen!.options).toMatchObject({
    trimBlocks: false,
    lstripBlocks: true,
    newlineSequence: '\r\n',
    variableStart: '<<',
  });
  expect(seen!.options!.extra!.get('template_destpath')).toBe('/x');
  expect(seen!.options!.extra!.get('ansible_managed')).toBe('Ansible managed');
  expect(seen!.options!.extra!.get('template_mtime')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  expect((full.rendered as { bytes: Buffer }).bytes).toEqual(Buffer.from([0xfc]));
});

test('what is not known yet makes the task unknown', async () => {
  const render = () => new Unknown('the version is not known');
  const full = await prepared(template, { src, dest: '/x' }, { controller: { render } });
  const answers = { at: { exists: false }, sum: { why: 'absent' }, self: {}, parent: {} };
  expect(template.decide(full, answers)).toEqual({
    kind: 'unknown',
    reason: 'the version is not known',
  });
});

test.each([
  ['no header\n', { text: 'no header\n', overrides: {} }],
  ['#jinja2:lstrip_blocks:True\nx', { text: 'x', overrides: { lstripBlocks: true } }],
  ['#jinja2: block_start_string:"(%"', { text: '', overrides: { blockStart: '(%' } }],
])('header %j', (source, expected) => {
  expect(splitHeader(source)).toEqual(expected);
});

test('template refuses an unknown encoding', () => {
  expect(() => withDefaults(template, { src: 'a', dest: '/b', output_encoding: 'ebcdic' })).toThrow(
    "'ebcdic'",
  );
});
