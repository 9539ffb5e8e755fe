import { describe, expect, test } from 'vitest';
import role from '../../../roles/database/role.ts';
import type { RoleProblem } from '../../../src/roles/role.ts';
import { contextOf, withDefaults } from '../support/context.ts';

const replication = { password: 'secret' };
const app = { name: 'app', password: 'secret' };

const hosts = {
  db1: { address: '10.0.0.1' },
  db2: { address: '10.0.0.2' },
  db3: { address: '10.0.0.3' },
  web1: { address: '10.0.0.9' },
};

/** What is said to db1, with its own parameters and, host by host, those of others. */
function said(own: object, others: Readonly<Record<string, object>> = {}, host = 'db1'): string[] {
  const common = { primary: 'db1', ...own };
  const { replicas = [] } = common as { replicas?: readonly string[] };
  const members = ['db1', 'db2', 'db3'].filter(
    (name) => name === host || name in others || replicas.includes(name) || name === 'db1',
  );
  const params = Object.fromEntries(
    members.map((name) => [name, withDefaults(role, { ...common, ...others[name] })]),
  );
  const context = contextOf({ hosts, roles: { database: params } }, host, params[host]!);
  return role
    .check(context)
    .map(({ path, message, nearest, expected }: RoleProblem) =>
      [
        `${path.join('.')}: ${message}`,
        expected && `(${expected})`,
        nearest && `did you mean ${nearest}`,
      ]
        .filter(Boolean)
        .join(' '),
    );
}

describe('accepted', () => {
  test.each<[string, object, Record<string, object>?]>([
    ['one server', {}],
    ['a primary and replicas', { replicas: ['db2', 'db3'], replication }],
    [
      'server ids',
      { replicas: ['db2'], replication },
      { db1: { serverId: 1 }, db2: { serverId: 2 } },
    ],
    ['another fleet beside', {}, { db2: { primary: 'db2', engine: 'mariadb' } }],
    ['MariaDB by dump', { engine: 'mariadb', provision: 'dump' }],
    ['MariaDB by copying files', { engine: 'mariadb', provision: 'mariadb-backup' }],
    ['semi-sync', { replicas: ['db2'], replication, semiSync: { enabled: true } }],
    ['acks that do not count', { semiSync: { acks: 3 } }],
    ['a public key', { replication: { ...replication, tls: false, getSourcePublicKey: true } }],
    ['no TLS on MariaDB', { engine: 'mariadb', replication: { ...replication, tls: false } }],
    ['the same name from other hosts', { users: [app, { ...app, host: '10.%' }] }],
    [
      'grants',
      {
        databases: [{ name: 'shop' }],
        users: [
          {
            ...app,
            grants: [
              { scope: 'shop.*', privileges: ['ALL'] },
              { scope: '*.*', privileges: ['replication client', 'SELECT'] },
            ],
          },
          {
            ...app,
            host: '10.0.0.9',
            grants: [{ scope: '*.*', privileges: ['PROCESS', 'BACKUP_ADMIN'] }],
          },
        ],
      },
    ],
    ['variables', { settings: { variables: { 'back-log': 9, innodb_flush_method: 'O_DIRECT' } } }],
    [
      'what is retired in MySQL only',
      { engine: 'mariadb', settings: { variables: { query_cache_size: 0 } } },
    ],
  ])('%s', (_, own, others) => {
    expect(said(own, others)).toEqual([]);
  });
});

test('a member that restores a backup is judged by itself: the host says whether it may', () => {
  const params = { primary: 'db1', restore: 'latest' };
  const others = { db2: withDefaults(role, { primary: 'db1', replicas: ['db2'], replication }) };
  const own = { ...(withDefaults(role, { primary: 'db1' }) as object), ...params };
  const site = { hosts, roles: { database: { db1: own, ...others } } };
  expect(role.check(contextOf(site, 'db1', own))).toEqual([]);
  const { restore: _, ...usual } = own as { restore?: string };
  expect(role.check(contextOf(site, 'db1', usual))).not.toEqual([]);
});

describe('R3: the topology', () => {
  test.each<[string, object, Record<string, object>, string[]]>([
    [
      'a primary that is no host',
      { primary: 'bd1', replicas: ['db1'], replication },
      {},
      ["primary: 'bd1' is no host of the inventory did you mean db1"],
    ],
    [
      'a replica without its primary',
      { primary: 'web1', replicas: ['db1'], replication },
      {},
      [
        "primary: 'web1' does not have the role database in this run (a play that gives it the role)",
      ],
    ],
    [
      'a replica that follows itself',
      { replicas: ['db1'], replication },
      {},
      [
        "replicas.0: 'db1' is the primary and a replica: it would follow itself (hosts other than the primary)",
      ],
    ],
    [
      'a replica twice',
      { replicas: ['db2', 'db2'], replication },
      {},
      ["replicas.1: 'db2' is twice among the replicas"],
    ],
    [
      'two primaries',
      { replicas: ['db2'], replication },
      { db2: { primary: 'db2', replicas: ['db1'] } },
      ["primary: two primaries: 'db1' on db1, 'db2' on db2 (the same primary on all members)"],
    ],
    [
      'other replicas',
      { replicas: ['db2', 'db3'], replication },
      { db2: { replicas: ['db2'] } },
      [
        'replicas: db1 and db2 have different replicas: [db2, db3] and [db2] (the same replicas on all members)',
      ],
    ],
    [
      'a server id twice',
      { replicas: ['db2'], replication },
      { db1: { serverId: 7 }, db2: { serverId: 7 } },
      ['serverId: db1 and db2 have the same server id 7 (a number of its own for each member)'],
    ],
    [
      'a server id that another derives',
      { replicas: ['db2'], replication },
      { db1: { serverId: 0x0a000002 } },
      [
        'serverId: db1 and db2 have the same server id 167772162 (a number of its own for each member)',
      ],
    ],
    [
      'mixed engines',
      { replicas: ['db2'], replication },
      { db2: { engine: 'mariadb' } },
      [
        'engine: db1 runs mysql, db2 runs mariadb (one engine on all members: they cannot replicate from each other)',
      ],
    ],
  ])('%s', (_, own, others, problems) => {
    expect(said(own, others)).toEqual(problems);
  });

  test('a host that is neither', () => {
    expect(said({ primary: 'db1', replicas: ['db2'], replication }, {}, 'db3')).toEqual([
      "replicas: the role runs on 'db3', which is neither the primary nor a replica (one of db1, db2, or 'db3' among the replicas) did you mean db1",
    ]);
  });
});

describe('replication', () => {
  test.each<[string, object, string[]]>([
    [
      'R4: clone with MariaDB',
      { engine: 'mariadb', provision: 'clone' },
      ["provision: provision is 'clone', which MariaDB does not have ('mariadb-backup' or 'dump')"],
    ],
    [
      'R4: mariadb-backup with MySQL',
      { engine: 'mysql', provision: 'mariadb-backup' },
      ["provision: provision is 'mariadb-backup', which copies MariaDB only ('clone' or 'dump')"],
    ],
    [
      'replicas without an account',
      { replicas: ['db2'] },
      [
        "replicas: there are replicas (db2) and no 'replication' account (replication with a password)",
      ],
    ],
    [
      'neither TLS nor the key',
      { replication: { ...replication, tls: false } },
      [
        'replication.tls: replication has neither TLS nor getSourcePublicKey: replicas cannot log in (tls: true, or getSourcePublicKey: true)',
      ],
    ],
    [
      'both',
      { replication: { ...replication, getSourcePublicKey: true } },
      [
        'replication.getSourcePublicKey: getSourcePublicKey is for replication without TLS, and tls is true (one of them)',
      ],
    ],
    [
      'the key with MariaDB',
      { engine: 'mariadb', replication: { ...replication, tls: false, getSourcePublicKey: true } },
      ['replication.getSourcePublicKey: MariaDB has no getSourcePublicKey (tls: true, or neither)'],
    ],
    [
      'more acknowledgements than replicas',
      { replicas: ['db2'], replication, semiSync: { enabled: true, acks: 2 } },
      [
        'semiSync.acks: semiSync waits for 2 acknowledgements, and there are 1 replicas (at most 1)',
      ],
    ],
    [
      'semi-sync without replicas',
      { semiSync: { enabled: true } },
      [
        'semiSync.acks: semiSync waits for 1 acknowledgements, and there are 0 replicas (replicas, or enabled: false)',
      ],
    ],
    [
      'acknowledgements of MariaDB',
      {
        engine: 'mariadb',
        replicas: ['db2', 'db3'],
        replication,
        semiSync: { enabled: true, acks: 2 },
      },
      ['semiSync.acks: MariaDB waits for one acknowledgement, not for 2 (1)'],
    ],
  ])('%s', (_, own, problems) => {
    expect(said(own)).toEqual(problems);
  });
});

describe('users and databases', () => {
  const granted = (scope: string, privileges: string[], host = '%') => ({
    databases: [{ name: 'shop' }],
    users: [{ ...app, host, grants: [{ scope, privileges }] }],
  });
  test.each<[string, object, string[]]>([
    [
      "the server's own database",
      { databases: [{ name: 'MySQL' }] },
      ["databases.0.name: 'MySQL' is a database of the server itself"],
    ],
    [
      'a database twice',
      { databases: [{ name: 'a' }, { name: 'a' }] },
      ["databases.1.name: database 'a' is declared twice"],
    ],
    ['root', { users: [{ ...app, name: 'root' }] }, ["users.0.name: 'root' is the server's own"]],
    [
      'a user twice',
      { users: [app, app] },
      ["users.1.name: user 'app'@'%' is declared by another entry already"],
    ],
    [
      'the account of replication',
      { users: [{ ...app, name: 'replicator' }], replication },
      ["users.0.name: user 'replicator'@'%' is declared by the role itself already"],
    ],
    [
      'a misspelt database',
      granted('shopp.*', ['SELECT']),
      [
        "users.0.grants.0.scope: 'shopp.*': there is no database 'shopp' among the declared ones (one of shop) did you mean shop",
      ],
    ],
    [
      'a misspelt privilege',
      granted('shop.*', ['SELCT']),
      ["users.0.grants.0.privileges.0: 'SELCT' is no privilege of mysql did you mean SELECT"],
    ],
    [
      "a privilege of the server's on a database",
      granted('shop.*', ['PROCESS']),
      [
        "users.0.grants.0.privileges.0: PROCESS is a privilege on the whole server, not on 'shop.*' (scope: '*.*')",
      ],
    ],
    [
      'another root',
      granted('*.*', ['all privileges'], '10.0.0.9'),
      [
        "users.0.grants.0.privileges.0: 'app'@'10.0.0.9' would be another root: ALL on *.* (the privileges that it needs, on the databases that it needs)",
      ],
    ],
    [
      'administration from everywhere',
      granted('*.*', ['SELECT', 'CREATE USER']),
      [
        "users.0.grants.0.privileges.1: 'app'@'%' may come from many hosts and would have CREATE USER on *.* (one address as host, or a privilege on a database)",
      ],
    ],
    [
      'a scope twice',
      {
        databases: [{ name: 'shop' }],
        users: [
          {
            ...app,
            grants: [
              { scope: 'shop.*', privileges: ['SELECT'] },
              { scope: 'shop.*', privileges: ['INSERT'] },
            ],
          },
        ],
      },
      ["users.0.grants.1.scope: grants on 'shop.*' are given twice"],
    ],
  ])('%s', (_, own, problems) => {
    expect(said(own)).toEqual(problems);
  });
});

describe('settings', () => {
  test.each<[string, string, string]>([
    ['expire_logs_days', 'MySQL 9 does not start with it', 'settings.binlogExpire'],
    ['expire-logs-days', 'MySQL 9 does not start with it', 'settings.binlogExpire'],
    ['innodb_log_file_size', 'MySQL 9 does not start with it', 'innodb_redo_log_capacity'],
    ['secure-auth', 'MySQL 9 does not start with it', 'nothing: it is always on'],
    ['max_connections', 'the parameter settings.maxConnections sets it', 'settings.maxConnections'],
    ['gtid_mode', 'the role sets it: replication rests on it', 'Leave it out'],
    ['super_read_only', 'the role sets it: replication rests on it', 'Leave it out'],
  ])('%s', (name, why, hint) => {
    const params = withDefaults(role, {
      primary: 'db1',
      settings: { variables: { [name]: 1 } },
    });
    const context = contextOf({ hosts, roles: { database: { db1: params } } }, 'db1', params);
    const [problem, ...others] = role.check(context);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      path: ['settings', 'variables', name],
      message: `'${name}' is refused: ${why}`,
      hint: expect.stringContaining(hint),
    });
  });

  test.each<[string, object, string]>([
    ['no name', { 'a b': 1 }, "settings.variables.a b: 'a b' cannot be a system variable"],
    [
      'the same twice',
      { back_log: 1, 'back-log': 2 },
      "settings.variables.back-log: 'back-log' is the same variable as 'back_log'",
    ],
    [
      'a line break',
      { init_connect: 'a\nb' },
      "settings.variables.init_connect: the value of 'init_connect' has a quote or a line break in it",
    ],
  ])('%s', (_, variables, problem) => {
    expect(said({ settings: { variables } })).toEqual([problem]);
  });
});
