import { describe, expect, test } from 'vitest';
import role from '../../../roles/database/role.ts';
import { contextOf, flat, tasksOf, withDefaults } from '../support/context.ts';

const hosts = { db1: { address: '10.0.0.1' }, db2: { address: '10.0.0.2' } };
const secret = { password: 'secret' };

function made(host: string, params: object) {
  const full: { readonly [name: string]: unknown } = withDefaults(role, {
    primary: 'db1',
    ...params,
  });
  const context = contextOf({ hosts, roles: { database: { db1: full, db2: full } } }, host, full);
  return { context, tasks: flat(tasksOf(role, context)) };
}

const server = [
  'Ask who takes writes, before anything changes',
  'Compare the real topology with the declared one, before anything changes',
  'Leave a fenced server alone',
  'Install the database server',
  'Configure the database server',
  'Start the database server at boot',
  'Run with the declared settings',
  'Ask who takes writes, before writes are opened',
  'Compare the real topology with the declared one, before writes are opened',
];
const fleet = {
  replicas: ['db2'],
  replication: secret,
  databases: [{ name: 'shop' }],
  users: [{ name: 'app', ...secret }],
};

describe('the order of tasks', () => {
  test.each<[string, string, object, string[]]>([
    [
      'one server',
      'db1',
      {},
      [
        ...server,
        'Open the primary for writes',
        'Remove what old installations left behind',
        'Record the primary',
      ],
    ],
    [
      'a primary',
      'db1',
      { ...fleet, guard: secret, semiSync: { enabled: true } },
      [
        ...server,
        'Open the primary for writes',
        'Make the account replicator of replication',
        'Make the account guard of replication',
        'Remove what old installations left behind',
        'Make the database shop',
        'Make the user app@%',
        'Record the primary',
        'Wait for replicas at each commit',
      ],
    ],
    [
      'a replica',
      'db2',
      { ...fleet, semiSync: { enabled: true } },
      [
        ...server,
        'Make the replica read-only',
        "Give the replica the primary's data",
        'Follow the primary',
      ],
    ],
    [
      'a replica by copying files',
      'db2',
      { ...fleet, engine: 'mariadb', provision: 'mariadb-backup' },
      [
        ...server.slice(0, 3),
        'Make the home of who hands out copies',
        'Make the folder of the key for copies',
        'Let members copy the data',
        'Write the program that hands out copies',
        'Make the folder of the role',
        'Write the key for copies',
        'Install the database server',
        'Add the user who hands out copies',
        ...server.slice(4),
        'Make the replica read-only',
        "Give the replica the primary's data",
        'Follow the primary',
      ],
    ],
  ])('%s', (_, host, params, names) => {
    const all = made(host, params).tasks.map(({ name }) => name);
    expect(
      all.filter((name) => !/guard|folder of the role/.test(name) || names.includes(name)),
    ).toEqual(names);
  });

  test('names are unique', () => {
    const all = made('db1', { ...fleet, guard: secret }).tasks.map(({ name }) => name);
    expect(all.length).toBe(new Set(all).size);
  });
});

describe('what differs between engines', () => {
  test.each([
    [
      'mysql',
      'mysql-server',
      '/etc/mysql/mysql.conf.d/zz-rolecall.cnf',
      '--validate-config',
      'clone',
    ],
    [
      'mariadb',
      'mariadb-server',
      '/etc/mysql/mariadb.conf.d/zz-rolecall.cnf',
      '--verbose --help',
      'dump',
    ],
  ])('%s', (engine, name, dest, check, how) => {
    const { tasks } = made('db2', { ...fleet, engine });
    const argsOf = (wanted: string) => tasks.find((task) => task.name === wanted)?.args;
    expect(argsOf('Install the database server')).toEqual({ name });
    expect(argsOf('Start the database server at boot')).toMatchObject({ masked: false });
    expect(argsOf('Configure the database server')).toMatchObject({
      dest,
      validate: expect.stringContaining(check),
    });
    expect(argsOf("Give the replica the primary's data")).toMatchObject({
      how,
      donor: 'db1',
      address: '10.0.0.1',
    });
  });
});

test.each([
  ['mysql', ['REPLICATION SLAVE', 'BACKUP_ADMIN'], ['REPLICATION CLIENT']],
  [
    'mariadb',
    [
      'REPLICATION SLAVE',
      'SELECT',
      'RELOAD',
      'LOCK TABLES',
      'SHOW VIEW',
      'TRIGGER',
      'EVENT',
      'PROCESS',
      'BINLOG MONITOR',
    ],
    ['BINLOG MONITOR', 'SLAVE MONITOR'],
  ],
])('the accounts of replication have what they need on %s', (engine, replicator, guard) => {
  const record = { scope: 'rolecall.*', privileges: ['SELECT'] };
  const grants = (params: object) =>
    made('db1', { ...fleet, engine, users: [], ...params })
      .tasks.filter(({ name }) => name.endsWith('of replication'))
      .map(({ args }) => args.grants);
  expect(grants({ guard: secret })).toEqual([
    [{ scope: '*.*', privileges: replicator }],
    [{ scope: '*.*', privileges: guard }, record],
  ]);
  expect(grants({})).toEqual([[{ scope: '*.*', privileges: [...replicator, ...guard] }, record]]);
});

test('copying files: who replicates may do nothing else, and copies go over SSH', () => {
  const copying = { ...fleet, engine: 'mariadb', provision: 'mariadb-backup', guard: secret };
  const { tasks } = made('db1', copying);
  expect(
    tasks.find(({ name }) => name.startsWith('Make the account replicator'))?.args,
  ).toMatchObject({
    grants: [{ scope: '*.*', privileges: ['REPLICATION SLAVE'] }],
  });
  const { context } = made('db2', copying);
  expect(role.connects(context).map(({ to, port, path }) => [to, port, path])).toEqual([
    ['db1', 3306, ['primary']],
    ['db1', 22, ['provision']],
  ]);
});

test('one server alone is copied by nobody', () => {
  const alone = { engine: 'mariadb', provision: 'mariadb-backup', replication: secret };
  const { tasks } = made('db1', alone);
  expect(tasks.filter(({ name }) => /copies|copy/.test(name))).toEqual([]);
});

test('secrets stand in arguments only of modules that hide them', () => {
  const { tasks } = made('db1', {
    ...fleet,
    ...{ engine: 'mariadb', provision: 'mariadb-backup' },
    guard: { password: 'hidden-1' },
    semiSync: {},
  });
  const others = tasks.filter(
    ({ module, args, options }) =>
      JSON.stringify(args).includes('hidden-1') && typeof module === 'string' && !options.noLog,
  );
  expect(others.map(({ name }) => name)).toEqual(['Write the login of the boot guard']);
});

test('it publishes its port, replicas talk to the primary, and databases are data', () => {
  const { context } = made('db2', fleet);
  expect(role.publishes(context)).toMatchObject([{ port: 3306, protocol: 'tcp', reach: 'fleet' }]);
  expect(role.connects(context)).toMatchObject([
    { to: 'db1', role: 'database', port: 3306, need: 'replication', path: ['primary'] },
  ]);
  expect(role.provides(context)).toEqual([{ kind: 'data', what: 'shop' }]);
  expect(role.connects(made('db1', fleet).context)).toEqual([]);
});
