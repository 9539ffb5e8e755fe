import { describe, expect, test } from 'vitest';
import { databaseFollowModule } from '../../../roles/database/follow-module.ts';
import type { Followed } from '../../../roles/database/follow-state.ts';
import { databaseLeftoversModule } from '../../../roles/database/leftovers-module.ts';
import { nativePassword } from '../../../roles/database/passwords.ts';
import { databaseProvisionModule } from '../../../roles/database/provision-module.ts';
import { databaseSchemaModule } from '../../../roles/database/schema-module.ts';
import type { ServerState } from '../../../roles/database/server-state.ts';
import { databaseSettingsModule } from '../../../roles/database/settings-module.ts';
import { databaseUnfencedModule } from '../../../roles/database/unfenced-module.ts';
import { databaseUserModule } from '../../../roles/database/user-module.ts';
import { databaseWritesModule } from '../../../roles/database/writes-module.ts';
import type { Decision, Module } from '../../../src/modules/contract.ts';

const absent = { state: 'absent' };
const down = { state: 'down' };
const up = <T>(value: T) => ({ state: 'up', value });

/** `kind: what`, and the SQL that is run. */
function said(module: Module, args: object, observed: object): string[] {
  const decision: Decision = module.decide(args as never, observed as never);
  switch (decision.kind) {
    case 'unchanged':
      return [`unchanged: ${decision.reason}`];
    case 'failed':
      return [`failed: ${decision.message}`];
    case 'unknown':
      return [`unknown: ${decision.reason}`];
    case 'change':
      return [
        `change: ${decision.summary}`,
        ...decision.apply.flatMap(({ stdin, script }) =>
          stdin instanceof Uint8Array
            ? Buffer.from(stdin).toString().trim().split('\n')
            : [script.text.split('\n')[0]!],
        ),
      ];
    default:
      return [decision.kind];
  }
}

/** The states that a change predicts. */
function predicted(module: Module, args: object, observed: object): unknown[] {
  const decision = module.decide(args as never, observed as never);
  return decision.kind === 'change' ? decision.predicts.map(({ state }) => state) : [];
}

/** Variables as a record. */
function plain(state: unknown): unknown {
  const { value, ...rest } = state as { value: unknown };
  return { ...rest, value: value instanceof Map ? Object.fromEntries(value) : value };
}

const noGuard = { loadState: 'not-found' };

const virgin: ServerState = {
  id: 'u2',
  writable: true,
  sealed: false,
  gtid: '',
  known: '',
  schemas: [],
};

describe('writes', () => {
  const closed = { ...virgin, writable: false, sealed: true, gtid: 'u1:1' };
  const open = { ...virgin, gtid: 'u1:1' };
  const half = { ...closed, sealed: false };
  test.each<[string, object, object, string[]]>([
    [
      'nothing installed',
      { open: true },
      absent,
      [
        'change: opened for writes',
        'SET GLOBAL super_read_only = OFF;',
        'SET GLOBAL read_only = OFF;',
      ],
    ],
    ['nothing installed', { open: false }, absent, ['unchanged: it starts read-only']],
    ['stopped', { open: false }, down, ['unchanged: it is read-only']],
    ['stopped', { open: true }, down, ['unknown: the server does not run yet']],
    [
      'in a dry run restarted beside its guard',
      { open: true },
      up({ ...closed, guarded: true }),
      ['unknown: the server restarts, and its boot guard may open it for writes first'],
    ],
    ['open already', { open: true }, up(open), ['unchanged: it takes writes']],
    ['closed already', { open: false }, up(closed), ['unchanged: it is read-only']],
    [
      'open',
      { open: false },
      up(open),
      ['change: made read-only', 'SET GLOBAL super_read_only = ON;'],
    ],
    [
      'closed by half',
      { open: false },
      up(half),
      ['change: made read-only', 'SET GLOBAL super_read_only = ON;'],
    ],
    [
      'closed by half',
      { open: true },
      up(half),
      [
        'change: opened for writes',
        'SET GLOBAL super_read_only = OFF;',
        'SET GLOBAL read_only = OFF;',
      ],
    ],
    [
      'a new fleet with semi-sync',
      { open: true, withoutSemiSync: true },
      up({ ...virgin, writable: false, sealed: true }),
      [
        'change: opened for writes',
        'SET GLOBAL rpl_semi_sync_source_enabled = OFF;',
        'SET GLOBAL super_read_only = OFF;',
        'SET GLOBAL read_only = OFF;',
      ],
    ],
    [
      'MariaDB',
      { engine: 'mariadb', open: true },
      up(closed),
      ['change: opened for writes', 'SET GLOBAL read_only = OFF;'],
    ],
  ])('%s %j', (_, args, state, expected) => {
    const observed = { state, variables: absent };
    expect(said(databaseWritesModule, { engine: 'mysql', ...args }, observed)).toEqual(expected);
  });

  test.each<[string, object, boolean, object[]]>([
    ['open', closed, true, [up(open)]],
    ['closed', open, false, [up(closed)]],
    [
      'new, and nobody to wait for',
      { ...closed, gtid: '' },
      true,
      [up({ ...open, gtid: '' }), up(new Map([['rpl_semi_sync_source_enabled', 'OFF']]))],
    ],
  ])('what a dry run then takes for true: %s', (_, state, open_, expected) => {
    const args = { engine: 'mysql', open: open_, withoutSemiSync: true };
    const variables = up(new Map([['rpl_semi_sync_source_enabled', 'ON']]));
    const observed = { state: up(state), variables };
    expect(predicted(databaseWritesModule, args, observed)).toEqual(expected);
  });

  test.each(['mysql', 'mariadb'])(
    '%s restarts read-only: nothing to be done on a replica',
    (engine) => {
      const settings = [{ name: 'bind_address', value: '*', dynamic: false }];
      const before = { variables: up(new Map()), unit: {}, state: up(open), guard: noGuard };
      const [variables, state] = predicted(databaseSettingsModule, { engine, settings }, before);
      expect(said(databaseWritesModule, { engine, open: false }, { variables, state })).toEqual([
        'unchanged: it is read-only',
      ]);
    },
  );
});

test('a server that a promotion fenced is left alone', () => {
  const decide = (exists: boolean) =>
    said(databaseUnfencedModule, { host: 'db1' }, { fence: { exists } });
  expect(decide(true)).toEqual([
    'failed: db1 was fenced by a promotion: /etc/mysql/conf.d/zz-rolecall-fenced.cnf is there',
  ]);
  expect(decide(false)).toEqual(['unchanged: no promotion has fenced it']);
});

describe('settings', () => {
  const settings = [
    { name: 'server_id', value: '7', dynamic: true },
    { name: 'bind_address', value: '*', dynamic: false },
    { name: 'super_read_only', value: 'ON', dynamic: true, atBoot: true },
    { name: 'innodb_buffer_pool_size', value: '209715200', dynamic: true },
    { name: 'back_log', value: '90' },
  ];
  const running = {
    server_id: '7',
    bind_address: '*',
    super_read_only: 'OFF',
    innodb_buffer_pool_size: '268435456',
    back_log: '90',
  };
  const active = { activeState: 'active' };
  test.each<[string, object, string[]]>([
    ['as declared, a pool of whole chunks', {}, ['unchanged: mysql runs with 5 declared settings']],
    [
      'set at run time',
      { server_id: '8' },
      ['change: mysql set at run time: server_id', 'SET GLOBAL server_id = 7;'],
    ],
    [
      'read at the start',
      { bind_address: '127.0.0.1', server_id: '8' },
      [
        'change: mysql restarted: server_id, bind_address',
        expect.stringContaining('systemctl restart mysql'),
      ],
    ],
    [
      'not there yet',
      { server_id: undefined },
      ['change: mysql restarted: server_id', expect.stringContaining('systemctl restart mysql')],
    ],
    [
      'who knows',
      { back_log: '80' },
      ['change: mysql set, or restarted where need be: back_log', 'SET GLOBAL back_log = 90;'],
    ],
  ])('%s', (_, more, expected) => {
    const now = Object.entries({ ...running, ...more }).filter(([, value]) => value !== undefined);
    const variables = up(new Map(now as [string, string][]));
    const observed = { variables, unit: active, state: up(virgin), guard: noGuard };
    expect(said(databaseSettingsModule, { engine: 'mysql', settings }, observed)).toEqual(expected);
  });

  test.each<[string, object, object, string]>([
    ['stopped', down, { activeState: 'inactive' }, 'change: mariadb started'],
    ['in a dry run just installed', absent, active, 'change: mariadb restarted'],
    ['dead, says its unit', down, { activeState: 'failed' }, 'change: mariadb started'],
  ])('%s', (_, variables, unit, expected) => {
    const args = { engine: 'mariadb', settings };
    const observed = { variables, unit, state: variables, guard: noGuard };
    expect(said(databaseSettingsModule, args, observed)[0]).toBe(expected);
  });

  const primary = { ...virgin, gtid: 'u1:1' };
  const source = { address: '10.0.0.1', port: 3306, id: 'u1', io: 'Yes', sql: 'Yes', error: '' };
  const declared = Object.fromEntries(settings.map(({ name, value }) => [name, value]));
  const readOnly = { writable: false, sealed: true };
  test.each<[string, object, object, object, object[]]>([
    [
      'set at run time: only what was set',
      { server_id: '8' },
      primary,
      noGuard,
      [{ ...running, server_id: '7' }],
    ],
    [
      'restarted: start values too, and read-only',
      { bind_address: '::' },
      primary,
      noGuard,
      [declared, { ...primary, ...readOnly }],
    ],
    [
      'restarted beside a boot guard',
      { bind_address: '::' },
      primary,
      { loadState: 'loaded' },
      [declared, { ...primary, ...readOnly, guarded: true }],
    ],
    [
      'a replica, which no guard opens',
      { bind_address: '::' },
      { ...primary, source },
      { loadState: 'loaded' },
      [declared, { ...primary, source, ...readOnly }],
    ],
  ])('what a dry run then takes for true: %s', (_, more, state, guard, expected) => {
    const variables = up(new Map(Object.entries({ ...running, ...more })));
    const observed = { variables, unit: active, state: up(state), guard };
    const args = { engine: 'mysql', settings };
    expect(predicted(databaseSettingsModule, args, observed).map(plain)).toEqual(
      expected.map((value) => up(value)),
    );
  });

  test('just installed: which settings differ is known when it runs', () => {
    const args = { engine: 'mysql', settings };
    const observed = { variables: absent, unit: active, state: absent, guard: noGuard };
    const decision = databaseSettingsModule.decide(args, observed);
    expect(decision).toMatchObject({ kind: 'change', outline: true });
    expect(predicted(databaseSettingsModule, args, observed).map(plain)).toEqual([up(declared)]);
  });
});

describe('databases', () => {
  const args = { engine: 'mysql', name: 'a`b', charset: 'utf8mb4' };
  const there = { charset: 'utf8mb4', collation: 'utf8mb4_0900_ai_ci' };
  test.each<[string, object, object, string[]]>([
    ['there', {}, up(there), ['unchanged: there is a`b, utf8mb4']],
    [
      'missing',
      {},
      up(undefined),
      ['change: a`b created', 'CREATE DATABASE `a``b` CHARACTER SET utf8mb4;'],
    ],
    [
      'no server yet',
      {},
      absent,
      ['change: a`b created', 'CREATE DATABASE `a``b` CHARACTER SET utf8mb4;'],
    ],
    [
      'another charset',
      {},
      up({ charset: 'latin1', collation: 'x' }),
      ['change: a`b: latin1 → utf8mb4', 'ALTER DATABASE `a``b` CHARACTER SET utf8mb4;'],
    ],
    [
      'another collation',
      { collation: 'utf8mb4_bin' },
      up(there),
      [
        'change: a`b: utf8mb4 → utf8mb4',
        'ALTER DATABASE `a``b` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;',
      ],
    ],
    ['stopped', {}, down, ['unknown: the server does not run yet']],
  ])('%s', (_, more, schema, expected) => {
    expect(said(databaseSchemaModule, { ...args, ...more }, { schema })).toEqual(expected);
  });
});

describe('users', () => {
  const args = {
    engine: 'mariadb',
    name: 'app',
    host: '%',
    password: "it's \\",
    grants: [{ scope: 'shop.*', privileges: ['SELECT'] }],
    requireTls: false,
  };
  const hex = Buffer.from(nativePassword(args.password)).toString('hex');
  const held = { plugin: 'mysql_native_password', hex, requiresTls: false };
  const grants = up(['GRANT SELECT ON `shop`.* TO `app`@`%`']);
  const identified = "IDENTIFIED VIA mysql_native_password USING PASSWORD('it\\'s \\\\')";
  test.each<[string, object, object, string[]]>([
    [
      'as declared',
      {},
      { account: up(held), grants },
      ["unchanged: 'app'@'%' has this password and these grants"],
    ],
    [
      'missing',
      {},
      { account: up(undefined) },
      [
        "change: 'app'@'%': created",
        `CREATE USER 'app'@'%' ${identified} REQUIRE NONE;`,
        "GRANT SELECT ON `shop`.* TO 'app'@'%';",
      ],
    ],
    [
      'no server yet, MySQL',
      { engine: 'mysql', grants: [], requireTls: true },
      { account: absent },
      [
        "change: 'app'@'%': created",
        "CREATE USER 'app'@'%' IDENTIFIED WITH caching_sha2_password BY 'it\\'s \\\\' REQUIRE SSL;",
      ],
    ],
    [
      'another password',
      {},
      { account: up({ ...held, hex: '00' }), grants },
      ["change: 'app'@'%': password", `ALTER USER 'app'@'%' ${identified} REQUIRE NONE;`],
    ],
    [
      'TLS',
      { requireTls: true },
      { account: up(held), grants },
      ["change: 'app'@'%': TLS required", "ALTER USER 'app'@'%' REQUIRE SSL;"],
    ],
    [
      'grants',
      { grants: [] },
      { account: up(held), grants },
      ["change: 'app'@'%': grants", "REVOKE SELECT ON `shop`.* FROM 'app'@'%';"],
    ],
    ['stopped', {}, { account: down }, ['unknown: the server does not run yet']],
  ])('%s', (_, more, observed, expected) => {
    expect(said(databaseUserModule, { ...args, ...more }, observed)).toEqual(expected);
  });

  test('grants are asked for only of those who exist', () => {
    expect(Object.keys(databaseUserModule.refine(args, { account: up(undefined) }))).toEqual([]);
    expect(Object.keys(databaseUserModule.refine(args, { account: up(held) }))).toEqual(['grants']);
  });
});

describe('leftovers', () => {
  test.each<[string, boolean, object, string[]]>([
    [
      'none',
      false,
      up({ anonymous: [], test: false }),
      ['unchanged: every account has a name, and there is no test database'],
    ],
    [
      'a new server',
      false,
      absent,
      ['unchanged: every account has a name, and there is no test database'],
    ],
    [
      'both',
      false,
      up({ anonymous: ['%'], test: true }),
      ["change: removed: ''@'%', database test", "DROP USER ''@'%';", 'DROP DATABASE `test`;'],
    ],
    [
      'a declared database',
      true,
      up({ anonymous: [], test: true }),
      ['unchanged: every account has a name, and there is no test database'],
    ],
  ])('%s', (_, keepTest, found, expected) => {
    expect(said(databaseLeftoversModule, { engine: 'mysql', keepTest }, { found })).toEqual(
      expected,
    );
  });
});

describe('the data of a replica', () => {
  const donorState = { state: 'up', server: { ...virgin, id: 'u1', known: 'u1:1-9' } };
  const args = {
    engine: 'mysql',
    how: 'clone',
    donor: 'db1',
    address: '10.0.0.1',
    user: 'repl',
    password: 'secret',
    tls: true,
    donorState,
  };
  const full = { ...virgin, gtid: 'u1:1-5', schemas: ['shop'] };
  const source = { address: '10.0.0.1', port: 3306, id: 'u1', io: 'Yes', sql: 'Yes', error: '' };
  const clone = [
    'change: cloned from db1',
    "SET GLOBAL clone_valid_donor_list = '10.0.0.1:3306';",
    "CLONE INSTANCE FROM 'repl'@'10.0.0.1':3306 IDENTIFIED BY 'secret' REQUIRE SSL;",
    'tries=0',
  ];
  test.each<[string, object, object, boolean, string[]]>([
    ['no server yet', {}, absent, false, clone],
    ['an empty one', {}, up(virgin), false, clone],
    ['stopped', {}, down, false, ['unknown: the server does not run yet']],
    [
      'one that follows',
      {},
      up({ ...full, source }),
      false,
      ['unchanged: it has data and follows 10.0.0.1'],
    ],
    [
      'one that can be attached',
      {},
      up(full),
      false,
      ['unchanged: db1 has all that this host has'],
    ],
    [
      'one that is ahead by what only the donor can have written',
      {},
      up({ ...full, gtid: 'u1:1-12' }),
      false,
      ['unchanged: db1 has all that this host has'],
    ],
    [
      'one with transactions of its own',
      {},
      up({ ...full, gtid: 'u1:1-5,u2:1' }),
      false,
      ['failed: this host has what db1 lacks: u2:1'],
    ],
    [
      'the same, to be given up',
      { discard: true },
      up({ ...full, gtid: 'u1:1-5,u2:1' }),
      false,
      clone,
    ],
    [
      'data from before there were GTIDs',
      {},
      up({ ...full, gtid: '' }),
      false,
      ['failed: this host has what db1 lacks: shop'],
    ],
    [
      'the donor was not asked',
      { donorState: {} },
      up(full),
      false,
      ['failed: this host has data, and whether db1 has all of it is not known: db1 was not asked'],
    ],
    [
      'half loaded',
      { how: 'dump', engine: 'mariadb', tls: false },
      up({ ...full, gtid: '' }),
      true,
      [
        'change: loaded from db1',
        '[client]',
        'host=10.0.0.1',
        'port=3306',
        'user=repl',
        'password="secret"',
        'skip-ssl',
      ],
    ],
    [
      'MariaDB by copying files',
      { how: 'mariadb-backup', engine: 'mariadb' },
      up(virgin),
      false,
      ['change: copied from db1', 'umask 077'],
    ],
    [
      'a copy whose position is not set yet',
      { how: 'mariadb-backup', engine: 'mariadb', donorState: {} },
      up(full),
      true,
      ['change: copied from db1', 'umask 077'],
    ],
  ])('%s', (_, more, state, isMarked, expected) => {
    const observed = { state, mark: { exists: isMarked } };
    expect(said(databaseProvisionModule, { ...args, ...more }, observed)).toEqual(expected);
  });
});

describe('following', () => {
  const args = {
    engine: 'mysql',
    source: 'db1',
    address: '10.0.0.1',
    user: 'repl',
    password: 'secret',
    tls: true,
    getSourcePublicKey: false,
    connectRetry: 5,
    retryCount: 9,
    semiSync: true,
  };
  const now: Followed = {
    address: '10.0.0.1',
    port: 3306,
    user: 'repl',
    passwordSha256: '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b',
    tls: true,
    byGtid: true,
    connectRetry: 5,
    retryCount: 9,
    getSourcePublicKey: false,
    io: 'Yes',
    sql: 'Yes',
    acknowledges: true,
  };
  const changed = [
    'STOP REPLICA;',
    "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '10.0.0.1', SOURCE_PORT = 3306, SOURCE_USER = 'repl', SOURCE_PASSWORD = 'secret', SOURCE_AUTO_POSITION = 1, SOURCE_SSL = 1, SOURCE_SSL_VERIFY_SERVER_CERT = 0, GET_SOURCE_PUBLIC_KEY = 0, SOURCE_CONNECT_RETRY = 5, SOURCE_RETRY_COUNT = 9;",
    'START REPLICA;',
  ];
  test.each<[string, object, object, string[]]>([
    ['it does', {}, up(now), ['unchanged: it follows db1']],
    ['nobody', {}, up(undefined), ['change: follows db1', ...changed]],
    ['no server yet', {}, absent, ['change: follows db1', ...changed]],
    ['a stopped server', {}, down, ['unknown: the server does not run yet']],
    [
      'another address',
      {},
      up({ ...now, address: '10.0.0.2' }),
      ['change: follows db1: address', ...changed],
    ],
    [
      'another password',
      {},
      up({ ...now, passwordSha256: '' }),
      ['change: follows db1: password', ...changed],
    ],
    [
      'much',
      {},
      up({
        ...now,
        tls: false,
        byGtid: false,
        retryCount: 1,
        connectRetry: 60,
        getSourcePublicKey: true,
        user: 'x',
      }),
      ['change: follows db1: user, TLS, GTID, retry, retry count, public key', ...changed],
    ],
    [
      'stopped',
      {},
      up({ ...now, sql: 'No' }),
      ['change: started (was receiving: Yes, applying: No)', 'START REPLICA;'],
    ],
    [
      'without acknowledging',
      {},
      up({ ...now, acknowledges: false }),
      ['change: told anew to acknowledge', 'STOP REPLICA IO_THREAD;', 'START REPLICA IO_THREAD;'],
    ],
    [
      'without semi-sync',
      { semiSync: false },
      up({ ...now, acknowledges: false }),
      ['unchanged: it follows db1'],
    ],
    [
      'MariaDB',
      { engine: 'mariadb' },
      up(undefined),
      [
        'change: follows db1',
        'STOP SLAVE;',
        'SET GLOBAL gtid_slave_pos = @@global.gtid_current_pos;',
        "CHANGE MASTER TO MASTER_HOST = '10.0.0.1', MASTER_PORT = 3306, MASTER_USER = 'repl', MASTER_PASSWORD = 'secret', MASTER_USE_GTID = slave_pos, MASTER_SSL = 1, MASTER_SSL_VERIFY_SERVER_CERT = 1, MASTER_CONNECT_RETRY = 5;",
        'START SLAVE;',
      ],
    ],
  ])('%s', (_, more, followed, expected) => {
    expect(said(databaseFollowModule, { ...args, ...more }, { followed })).toEqual(expected);
  });

  test('what went wrong is told, and what to do where logs are gone', () => {
    const decision = databaseFollowModule.decide(args, { followed: up(undefined) });
    if (decision.kind !== 'change') throw new Error(decision.kind);
    const output = { status: 1, stdout: Buffer.alloc(0), truncated: false };
    const failed = (text: string) =>
      decision.complete?.([{ ...output, stderr: Buffer.from(text) }]).failed;
    expect(failed('NO\tAccess denied')).toBe('it does not follow db1: NO\tAccess denied.');
    expect(failed('NO\tthe source has purged binary logs')).toContain('has to be cloned again');
  });
});
