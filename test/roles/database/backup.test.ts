import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { keyValues } from '../../../roles/database/backup.ts';
import { derivedKeyPair } from '../../../roles/database/backup-key.ts';
import { backupRules } from '../../../roles/database/backup-rules.ts';
import { backupProgram } from '../../../roles/database/backup-script.ts';
import { storeAuthorizedKeys, storeProgram } from '../../../roles/database/backup-store.ts';
import { backupTasks } from '../../../roles/database/backup-tasks.ts';
import { backupTimerText } from '../../../roles/database/backup-units.ts';
import role from '../../../roles/database/role.ts';
import { contextOf, flat, schemaProblems, withDefaults } from '../support/context.ts';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'rolecall-store-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** What the store does with a command that came over SSH. */
function store(place: string, command: string, input = '', keep = 2) {
  const ended = spawnSync('sh', ['-c', storeProgram(), 'store', place, String(keep)], {
    input,
    env: { PATH: process.env.PATH, SSH_ORIGINAL_COMMAND: command },
  });
  return {
    status: ended.status,
    stdout: ended.stdout.toString(),
    stderr: ended.stderr.toString().trim(),
    files: readdirSync(place).filter((name) => name !== '.lock'),
  };
}

const sum = (text: string) => createHash('sha256').update(text).digest('hex');

test('what arrives whole is kept, the newest ones only', () => {
  const place = folder();
  for (const day of ['1', '2', '3']) {
    expect(store(place, `put ${day}.sql.gz ${sum(day)}`, day).status).toBe(0);
  }
  const listed = store(place, 'list');
  expect(listed.stdout).toBe('2.sql.gz\n3.sql.gz\n');
  expect(listed.files).toEqual(['2.sql.gz', '2.sql.gz.sha256', '3.sql.gz', '3.sql.gz.sha256']);
  expect(store(place, 'get latest').stdout).toBe(`${sum('3')}  3.sql.gz\n3`);
  expect(store(place, 'get 2.sql.gz').stdout).toBe(`${sum('2')}  2.sql.gz\n2`);
});

test('how large a backup is, packed and unpacked, also of one that is damaged', () => {
  const place = folder();
  const text = 'x'.repeat(10_000);
  const packed = gzipSync(text);
  for (const [name, bytes] of [
    ['1.sql.gz', packed],
    ['2.sql.gz', packed.subarray(0, 20)],
  ] as const) {
    writeFileSync(join(place, name), bytes);
    writeFileSync(join(place, `${name}.sha256`), 'as it was');
  }
  expect(store(place, 'size 1.sql.gz').stdout).toBe(`1.sql.gz ${packed.length} 10000\n`);
  expect(store(place, 'size latest').stdout).toMatch(/^2\.sql\.gz 20 \d+\n$/);
  expect(store(place, 'size 3.sql.gz').stderr).toContain("there is no backup '3.sql.gz'");
});

test('what arrives damaged is not kept, and nothing older goes', () => {
  const place = folder();
  store(place, `put 1.sql.gz ${sum('1')}`, '1', 1);
  const damaged = store(place, `put 2.sql.gz ${sum('2')}`, 'half', 1);
  expect(damaged.status).toBe(2);
  expect(damaged.stderr).toContain('2.sql.gz arrived damaged');
  expect(damaged.files).toEqual(['1.sql.gz', '1.sql.gz.sha256']);
});

test('what a broken connection left has no final name and is swept', () => {
  const place = folder();
  writeFileSync(join(place, '1.sql.gz.partial'), 'half');
  writeFileSync(join(place, '2.sql.gz'), 'without its sum');
  expect(store(place, 'list').stdout).toBe('');
  expect(store(place, 'get latest').stderr).toContain("there is no backup ''");
  expect(store(place, `put 3.sql.gz ${sum('3')}`, '3').files).not.toContain('1.sql.gz.partial');
});

test.each([
  'put ../../etc/passwd 00',
  'put /etc/x.sql.gz 00',
  'put .x.sql.gz 00',
  'put x 00',
  'put x.sql.gz',
  'put x.sql.gz $(id)',
  'get ../secret',
  'get x;id',
  'size ../secret',
  'rm x.sql.gz',
  'sh -i',
  '',
  'list; id',
  'put * 00',
])('the key cannot do %j', (command) => {
  const place = folder();
  mkdirSync(join(place, 'secret'));
  const refused = store(place, command, 'x');
  expect(refused.status).toBe(2);
  expect(refused.stdout).toBe('');
  expect(refused.files).toEqual(['secret']);
});

test('the key may run nothing but the store', () => {
  expect(storeAuthorizedKeys('ssh-ed25519 AAAA x', '/srv/b', 3)).toContain(
    'restrict,command="/usr/local/sbin/rolecall-backup-store /srv/b 3" ssh-ed25519 AAAA x\n',
  );
});

/** Who is elected to take a backup, from what the boot guard sees. */
function choose(facts: readonly string[]): string {
  const program = backupProgram().replace(/^\. .*$/m, 'engine=mysql name=db1');
  const ended = spawnSync('sh', ['-c', program, 'rolecall-backup', 'choose'], {
    input: facts.map((line) => `${line}\n`).join(''),
  });
  return `${ended.stdout}${ended.stderr}`.trim();
}

const none = 'no replica can be asked, and backups are not taken on a primary that has replicas';

test.each<[string, string[], string]>([
  ['alone', ['self db1 1 db1 none'], 'db1'],
  [
    'on the primary',
    ['self db1 1 db1 none', 'peer db3 1 0 me none', 'peer db2 1 0 me none'],
    'db2',
  ],
  [
    'on a replica',
    ['self db2 1 db1 10.0.0.1', 'peer db1 1 1 none none', 'peer db3 1 0 10.0.0.1 none'],
    'db2',
  ],
  [
    'on the last replica',
    ['self db3 1 db1 10.0.0.1', 'peer db1 1 1 none none', 'peer db2 1 0 10.0.0.1 none'],
    'db2',
  ],
  [
    'the first replica is away',
    ['self db3 1 db1 10.0.0.1', 'peer db1 1 1 none none', 'peer db2 unreachable'],
    'db3',
  ],
  ['all replicas are away', ['self db1 1 db1 none', 'peer db2 unreachable'], none],
  ['a member without replication is none', ['self db1 1 db1 none', 'peer db2 1 0 none none'], none],
  ['no answer', [], 'this server does not answer'],
])('%s: %3$s', (_name, facts, elected) => {
  expect(choose(facts)).toBe(elected);
});

test('the programs are POSIX sh', () => {
  for (const program of [backupProgram(), storeProgram()]) {
    expect(spawnSync('sh', ['-n'], { input: program }).stderr.toString()).toBe('');
    expect(program).not.toContain('\\$');
  }
});

test('the key follows from the secret, in the format of ssh-keygen', () => {
  const made = derivedKeyPair('secret', 'database backup');
  expect(derivedKeyPair('secret', 'database backup')).toEqual(made);
  expect(derivedKeyPair('another', 'database backup').publicKey).not.toBe(made.publicKey);
  const blob = Buffer.from(made.privateKey.split('\n').slice(1, -2).join(''), 'base64');
  const point = Buffer.from(made.publicKey.split(' ')[1]!, 'base64').subarray(-32);
  expect(blob.subarray(0, 15).toString()).toBe('openssh-key-v1\0');
  expect(blob.indexOf(point)).toBeGreaterThan(0);
  expect(made.publicKey).toMatch(/^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5\S+ database-backup$/);
});

const site = {
  hosts: { db1: {}, db2: {}, store1: { address: '10.0.0.9' } },
  roles: { database: { db1: {}, db2: {} } },
};

function params(backup: object, others: object = {}) {
  const replication = { password: 'secret of replication' };
  const given = { primary: 'db1', replicas: ['db2'], replication, ...others };
  return withDefaults(role, { ...given, backup });
}

test.each<[string, object, object, string[]]>([
  ['another host', { destination: { host: 'store1' } }, {}, []],
  [
    'a data host',
    { destination: { host: 'db2' } },
    {},
    [
      "backup.destination.host: backups are to go to 'db2', which has the data itself: both would be lost together",
    ],
  ],
  [
    'a host that is not there',
    { destination: { host: 'stor1' } },
    {},
    ["backup.destination.host: backups are to go to 'stor1', which is no host of the inventory"],
  ],
  [
    'a path that leaves its folder',
    { destination: { host: 'store1', path: '/srv/../etc' } },
    {},
    ["backup.destination.path: '/srv/../etc' has '..' in it"],
  ],
  [
    'nothing to make the key of',
    { destination: { host: 'store1' } },
    { replicas: [], replication: undefined },
    ["backup: there is no 'replication' from whose password the key for sending backups is made"],
  ],
  [
    'a secret for the key',
    { destination: { host: 'store1' }, keySecret: 'x' },
    { replicas: [], replication: undefined },
    [],
  ],
])('backups to %s', (_name, backup, others, expected) => {
  const context = contextOf(site, 'db1', params(backup, others));
  expect(backupRules(context).map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual(
    expected,
  );
});

test.each<[object, string[]]>([
  [{ destination: { host: 'store1' }, keep: 3, schedule: 'daily' }, []],
  [{}, ['missing-parameter backup']],
  [{ destination: { host: 'store1' }, keep: 0 }, ['invalid-parameter backup.keep']],
  [
    { destination: { hots: 'store1' } },
    [
      'missing-parameter backup.destination',
      'unknown-parameter backup.destination.hots did you mean host',
    ],
  ],
  [{ destination: { host: 'store1', path: 'srv' } }, ['invalid-parameter backup.destination.path']],
  [
    { destination: { host: 'store1' }, shedule: 'daily' },
    ['unknown-parameter backup.shedule did you mean schedule'],
  ],
])('%j is accepted or refused', (backup, expected) => {
  const problems = schemaProblems(role, { primary: 'db1', backup });
  expect(problems.toSorted()).toEqual(expected);
});

test('tasks: the destination is made once, the timer where there is a schedule', () => {
  const names = (host: string, backup: object) =>
    flat(backupTasks(contextOf(site, host, params(backup)))).map(
      ({ name, options }) => `${name}${options.delegateTo ? ` on ${options.delegateTo}` : ''}`,
    );
  const plain = { destination: { host: 'store1' } };
  expect(names('db1', plain).filter((name) => name.endsWith(' on store1'))).toHaveLength(5);
  expect(names('db2', plain).filter((name) => name.endsWith(' on store1'))).toEqual([]);
  expect(names('db2', plain)).not.toContain('Take backups when it is time');
  expect(names('db2', { ...plain, schedule: 'daily' })).toContain('Take backups when it is time');
  expect(backupTimerText('daily')).toContain('OnCalendar=daily\nPersistent=true\n');
});

test('what the program prints', () => {
  expect(keyValues('file=a.sql.gz\ngtid=a:1-7,b:1\nnoise\n')).toEqual({
    file: 'a.sql.gz',
    gtid: 'a:1-7,b:1',
  });
});
