import { expect, test } from 'vitest';
import { parseState } from '../../../roles/database/promotion-state.ts';
import { decideRestore, type Present } from '../../../roles/database/restore.ts';
import { restoreProgram } from '../../../roles/database/restore-script.ts';

const args = { engine: 'mysql', file: 'b.sql.gz', folder: '/var/backups/x', force: false } as const;
const running = parseState({ stdout: Buffer.from('running 1\nwritable 1\n') });
const empty: Present = { mark: '', databases: [] };

test.each<[string, object, object, Partial<Present>, string]>([
  ['an empty server', {}, {}, {}, 'restore b.sql.gz'],
  [
    'the same one again',
    {},
    {},
    { mark: 'restored b.sql.gz', databases: ['shop'] },
    'b.sql.gz was restored here',
  ],
  [
    'another one before',
    {},
    {},
    { mark: 'restored a.sql.gz', databases: ['shop'] },
    'a backup is not restored here: it has databases: shop',
  ],
  [
    'one that did not end',
    {},
    {},
    { mark: 'restoring a.sql.gz', databases: ['shop'] },
    'restore b.sql.gz',
  ],
  [
    'somebody has data there',
    {},
    {},
    { databases: ['shop', 'blog'] },
    'a backup is not restored here: it has databases: shop, blog',
  ],
  [
    'a replica',
    {},
    { source: '10.0.0.1', term: 1 },
    { databases: ['shop'] },
    'a backup is not restored here: it is a member of a fleet, a replica of 10.0.0.1',
  ],
  [
    'a primary',
    {},
    { term: 3 },
    { mark: 'restoring b.sql.gz' },
    'a backup is not restored here: it is a member of a fleet',
  ],
  ['a primary, forced', { force: true }, { term: 3 }, { databases: ['shop'] }, 'restore b.sql.gz'],
  ['a server that is down', {}, { running: false }, {}, 'its server does not answer'],
])('%s', (_name, given, state, present, expected) => {
  const decision = decideRestore(
    { ...args, ...given },
    { ...running, ...state },
    { ...empty, ...present },
  );
  const said =
    decision.kind === 'change'
      ? decision.summary
      : decision.kind === 'unchanged'
        ? decision.reason
        : decision.kind === 'failed' && decision.message;
  expect(said).toBe(expected);
});

test('a table that differs fails the restore, by name', () => {
  const { kind, ...change } = decideRestore(args, running, empty) as {
    kind: string;
    complete(outputs: unknown): { failed?: string; result: object };
  };
  expect(kind).toBe('change');
  const output = (status: number, stdout: string, stderr: string) => [
    { status, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) },
  ];
  expect(
    change.complete(output(1, '', 'these tables are not as …\nshop.orders\n')).failed,
  ).toContain('shop.orders');
  expect(change.complete(output(0, 'compared=3\nseconds=2\n', ''))).toEqual({
    result: { compared: '3', seconds: '2', msg: 'b.sql.gz: 3 tables are as backed up' },
  });
});

test('names of databases reach the server in backticks, not the shell', () => {
  expect(restoreProgram('mysql', 'b.sql.gz', '/x').text).toContain('EXISTS \\`$name\\`"');
});
