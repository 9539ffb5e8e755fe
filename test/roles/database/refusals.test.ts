import { expect, test } from 'vitest';
import { refusals } from '../support/refusals.ts';

const hosts =
  'all: { hosts: { store1: {} }, children: { databases: { hosts: { db1: {}, db2: {}, db3: {} } } } }\n';
const site = '- hosts: databases\n  roles: [database]\n';
const secret = `"{{ lookup('env', 'HOME') }}"`;

/** What is refused when these are the parameters of the group, three spaces in. */
function refused(params: string, more: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const text = `database:\n${params.replaceAll(/^(?=.)/gm, '  ')}\n`;
  return refusals({
    'hosts.yml': hosts,
    'site.yml': site,
    'group_vars/databases.yml': text,
    ...more,
  });
}

const fleet = `primary: db1\nreplicas: [db2, db3]\nreplication: { password: ${secret} }`;

test('a fleet is accepted', async () => {
  expect(await refused(fleet)).toEqual([]);
});

test.each<[string, string, string[]]>([
  [
    'a misspelt parameter',
    `${fleet}\nsemisync: { enabled: true }`,
    [
      "unknown-parameter group_vars/databases.yml:5:3 database: there is no parameter 'semisync' (did you mean semiSync)",
    ],
  ],
  [
    'a misspelt engine',
    `${fleet}\nengine: mariabd`,
    [
      'invalid-parameter group_vars/databases.yml:5:11 database: \'engine\' is "mariabd" (did you mean mariadb)',
    ],
  ],
  [
    'R3: a replica that is no host',
    `primary: db1\nreplicas: [db2, db33, db3]\nreplication: { password: ${secret} }`,
    [
      "invalid-parameter group_vars/databases.yml:3:19 database: 'db33' is no host of the inventory (did you mean db3)",
    ],
  ],
  [
    'R3: a replica of itself',
    `primary: db1\nreplicas: [db1, db2, db3]\nreplication: { password: ${secret} }`,
    [
      "invalid-parameter group_vars/databases.yml:3:14 database: 'db1' is the primary and a replica: it would follow itself",
    ],
  ],
  [
    'R4: clone with MariaDB',
    `${fleet}\nengine: mariadb\nprovision: clone`,
    [
      "invalid-parameter group_vars/databases.yml:6:14 database: provision is 'clone', which MariaDB does not have",
    ],
  ],
  [
    'R4: mariadb-backup with MySQL',
    `${fleet}\nengine: mysql\nprovision: mariadb-backup`,
    [
      "invalid-parameter group_vars/databases.yml:6:14 database: provision is 'mariadb-backup', which copies MariaDB only",
    ],
  ],
  [
    'R8: a secret as plain text',
    'primary: db1\nreplicas: [db2, db3]\nreplication:\n  password: letmein',
    [
      "plain-secret group_vars/databases.yml:5:15 database: 'replication.password' is a secret and stands here as plain text",
    ],
  ],
  [
    'a misspelt word of the tests of backups',
    `${fleet}\nbackup:\n  destination: { host: store1 }\n  restoreTest:\n    shedule: weekly`,
    [
      "unknown-parameter group_vars/databases.yml:8:7 database: there is no parameter 'backup.restoreTest.shedule' (did you mean schedule)",
    ],
  ],
  [
    'a misspelt test of backups',
    `${fleet}\nbackup:\n  destination: { host: store1 }\n  restoretest: {}`,
    [
      "unknown-parameter group_vars/databases.yml:7:5 database: there is no parameter 'backup.restoretest' (did you mean restoreTest)",
    ],
  ],
  [
    'a test of backups among the data',
    `${fleet}\nbackup:\n  destination: { host: store1 }\n  restoreTest:\n    folder: /var/lib/mysql/test`,
    [
      "invalid-parameter group_vars/databases.yml:8:15 database: '/var/lib/mysql/test' is where the server has its data: it would take the scratch data for a database",
    ],
  ],
  [
    'a variable with which MySQL does not start',
    `${fleet}\nsettings:\n  variables:\n    expire_logs_days: 7`,
    [
      "invalid-parameter group_vars/databases.yml:7:25 database: 'expire_logs_days' is refused: MySQL 9 does not start with it",
    ],
  ],
])('%s', async (_, params, problems) => {
  expect(await refused(params)).toEqual(problems);
});

test('R3: two primaries', async () => {
  const problems = await refused(fleet, {
    'host_vars/db2.yml': `database: { primary: db2, replicas: [db1, db3], replication: { password: ${secret} } }\n`,
  });
  expect(problems.join('\n')).toContain("two primaries: 'db1' on db1, 'db2' on db2");
});

test('R3: a replica whose primary does not have the role', async () => {
  const problems = await refused(fleet, {
    'site.yml': '- hosts: db2,db3\n  roles: [database]\n',
  });
  expect(problems).toEqual([
    "invalid-parameter group_vars/databases.yml:2:12 database: 'db1' does not have the role database in this run",
  ]);
});
