import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { backupProvisions, backupRules } from '../../../roles/database/backup-rules.ts';
import { backupTasks } from '../../../roles/database/backup-tasks.ts';
import { backupTestedModule, restoreTest } from '../../../roles/database/restore-test.ts';
import { restoreTestProgram } from '../../../roles/database/restore-test-script.ts';
import role from '../../../roles/database/role.ts';
import { contextOf, flat, schemaProblems, withDefaults } from '../support/context.ts';

const site = {
  hosts: { db1: {}, db2: {}, store1: { address: '10.0.0.9' } },
  roles: { database: { db1: {}, db2: {} } },
};
const destination = { host: 'store1' };

function context(restoreTest?: object) {
  const backup = { destination, ...(restoreTest && { restoreTest }) };
  const replication = { password: 'secret of replication' };
  return contextOf(
    site,
    'db2',
    withDefaults(role, { primary: 'db1', replicas: ['db2'], replication, backup }),
  );
}

test.each<[object, string[]]>([
  [{}, []],
  [{ schedule: 'Mon,Thu *-*-1..7 04:30:00 Europe/Berlin' }, []],
  [{ schedule: 'weekly\nUnit=other' }, ['invalid-parameter backup.restoreTest.schedule']],
  [{ schedule: '' }, ['invalid-parameter backup.restoreTest.schedule']],
  [{ folder: '/srv/scratch' }, []],
  [{ folder: 'scratch' }, ['invalid-parameter backup.restoreTest.folder']],
  [{ folder: `/${'x'.repeat(70)}` }, ['invalid-parameter backup.restoreTest.folder']],
  [{ shedule: 'daily' }, ['unknown-parameter backup.restoreTest.shedule did you mean schedule']],
])('%j is accepted or refused', (restoreTest, expected) => {
  const backup = { destination, restoreTest };
  expect(schemaProblems(role, { primary: 'db1', backup })).toEqual(expected);
});

const amongData = 'is where the server has its data: it would take the scratch data for a database';

test.each<[string, string[]]>([
  ['/srv/scratch', []],
  ['/var/lib/mysql-files', []],
  ['/var/lib/mysql', [`backup.restoreTest.folder: '/var/lib/mysql' ${amongData}`]],
  ['/var/lib/mysql/x', [`backup.restoreTest.folder: '/var/lib/mysql/x' ${amongData}`]],
  ['/srv/../etc', ["backup.restoreTest.folder: '/srv/../etc' has '..' in it"]],
])('scratch data in %s', (folder, expected) => {
  const problems = backupRules(context({ folder }));
  expect(problems.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual(expected);
});

test('tests leave nothing on a host where none are declared', () => {
  const names = (declared?: object) =>
    flat(backupTasks(context(declared)))
      .map(({ name }) => name)
      .filter((name) => /test/i.test(name));
  expect(names()).toEqual([]);
  expect(names({})).toEqual([
    'Write the program that tests backups',
    'Write the service for tests of backups',
    'Write the timer for tests of backups',
    'Test backups when it is time',
  ]);
});

test('the entry point brings the program where no tests are declared, and only once', () => {
  const programs = (declared?: object) =>
    flat(restoreTest.tasks(context(declared))).filter(({ name }) =>
      name.includes('program that tests'),
    );
  expect(programs()).toHaveLength(1);
  expect(programs({ folder: '/srv/scratch' })).toHaveLength(1);
  expect(restoreTest.check(contextOf(site, 'db1', { primary: 'db1' }))).toMatchObject([
    { message: expect.stringContaining("'backup' is missing") },
  ]);
});

test('an audit hears of tests', () => {
  const kinds = (declared?: object) => backupProvisions(context(declared)).map(({ kind }) => kind);
  expect(kinds()).toEqual(['backup']);
  expect(kinds({})).toEqual(['backup', 'restore-test']);
});

test('the program is POSIX sh, and works in the folder that is declared', () => {
  const program = restoreTestProgram('/srv/scratch');
  expect(spawnSync('sh', ['-n'], { input: program }).stderr.toString()).toBe('');
  expect(program).not.toContain('\\$');
  expect(program).toContain('work=/srv/scratch/rolecall-restore-test');
});

test.each<[number, string, string, object]>([
  [
    0,
    'file=b.sql.gz\nsha256=00\ntables=3\ncompared=3\nseconds=2\n',
    '',
    { result: { compared: '3', msg: 'b.sql.gz: 3 of 3 tables are as backed up, 2 s' } },
  ],
  [
    0,
    'file=b.sql.gz\nsha256=00\ntables=3\ncompared=0\nseconds=2\n',
    '',
    {
      result: {
        msg: 'b.sql.gz: 3 tables can be restored; it has no checksums to compare, 2 s',
      },
    },
  ],
  [
    1,
    '',
    'rolecall-backup-test: b.sql.gz arrived damaged\n',
    { failed: 'rolecall-backup-test: b.sql.gz arrived damaged' },
  ],
])('what a test that ended with %i printed: %j', (status, stdout, stderr, expected) => {
  const decision = backupTestedModule.decide({}, {}) as {
    complete(outputs: unknown): object;
  };
  const output = { status, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) };
  expect(decision.complete([output])).toMatchObject(expected);
});
