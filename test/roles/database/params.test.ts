import { describe, expect, test } from 'vitest';
import role from '../../../roles/database/role.ts';
import { schemaProblems, withDefaults } from '../support/context.ts';

const least = { primary: 'db1' };
const user = { name: 'app', password: 'secret' };
const replication = { password: 'secret' };

describe('accepted', () => {
  test.each<[string, object]>([
    ['the least', {}],
    ['MariaDB', { engine: 'mariadb' }],
    ['replicas', { replicas: ['db2'], replication }],
    ['a server id', { serverId: 4_294_967_295 }],
    ['addresses', { listen: ['127.0.0.1', '10.0.0.11'] }],
    ['databases', { databases: [{ name: 'a-b_c$1', charset: 'latin1', collation: 'latin1_bin' }] }],
    ['a user', { users: [{ ...user, host: '10.0.0.%', requireTls: true }] }],
    ['a grant', { users: [{ ...user, grants: [{ scope: 'a.b', privileges: ['SELECT'] }] }] }],
    ['a guard', { guard: { password: 'secret', user: 'asker' } }],
    ['no TLS', { replication: { ...replication, tls: false, getSourcePublicKey: true } }],
    ['retries', { replication: { ...replication, connectRetry: '1m', retryCount: 1 } }],
    ['semi-sync', { semiSync: { enabled: true, acks: 2, timeout: '500ms' } }],
    ['ways', { provision: 'dump' }],
    [
      'settings',
      { settings: { bufferPool: '2G', maxConnections: 10, binlogExpire: '12h', slowQuery: '1s' } },
    ],
    ['variables', { settings: { variables: { a: 1, b: 'x', c: true } } }],
    ['backups', { backup: { destination: { host: 'store1' } } }],
  ])('%s', (_, params) => {
    expect(schemaProblems(role, { ...least, ...params })).toEqual([]);
  });
});

describe('refused', () => {
  test.each<[string, object, string[]]>([
    ['no primary', { primary: undefined }, ['missing-parameter']],
    ['engine', { engine: 'mysq' }, ['invalid-parameter engine did you mean mysql']],
    ['a misspelt name', { replica: [] }, ['unknown-parameter replica did you mean replicas']],
    ['a server id', { serverId: 0 }, ['invalid-parameter serverId']],
    ['a server id', { serverId: 4_294_967_296 }, ['invalid-parameter serverId']],
    ['no address', { listen: [] }, ['invalid-parameter listen']],
    ['a database', { databases: [{ name: 'a.b' }] }, ['invalid-parameter databases.0.name']],
    ['a user', { users: [{ ...user, name: "o'neil" }] }, ['invalid-parameter users.0.name']],
    ['a host', { users: [{ ...user, host: "%' OR" }] }, ['invalid-parameter users.0.host']],
    ['no password', { users: [{ name: 'app' }] }, ['missing-parameter users.0']],
    [
      'a scope',
      { users: [{ ...user, grants: [{ scope: 'shop', privileges: ['SELECT'] }] }] },
      ['invalid-parameter users.0.grants.0.scope'],
    ],
    [
      'no privilege',
      { users: [{ ...user, grants: [{ scope: 'a.*', privileges: [] }] }] },
      ['invalid-parameter users.0.grants.0.privileges'],
    ],
    [
      'a key of a grant',
      { users: [{ ...user, grants: [{ scop: 'a.*', scope: 'a.*', privileges: ['SELECT'] }] }] },
      ['unknown-parameter users.0.grants.0.scop did you mean scope'],
    ],
    [
      'a time without unit',
      { replication: { ...replication, connectRetry: '5' } },
      ['invalid-parameter replication.connectRetry'],
    ],
    [
      'no retry',
      { replication: { ...replication, retryCount: 0 } },
      ['invalid-parameter replication.retryCount'],
    ],
    ['no password', { replication: {} }, ['missing-parameter replication']],
    ['no password', { guard: {} }, ['missing-parameter guard']],
    ['acks', { semiSync: { acks: 0 } }, ['invalid-parameter semiSync.acks']],
    ['a timeout', { semiSync: { timeout: 'long' } }, ['invalid-parameter semiSync.timeout']],
    ['a way', { provision: 'clown' }, ['invalid-parameter provision did you mean clone']],
    [
      'a way that is misspelt',
      { provision: 'mariabackup' },
      ['invalid-parameter provision did you mean mariadb-backup'],
    ],
    ['a size', { settings: { bufferPool: '1T' } }, ['invalid-parameter settings.bufferPool']],
    [
      'connections',
      { settings: { maxConnections: 0 } },
      ['invalid-parameter settings.maxConnections'],
    ],
    ['a time', { settings: { binlogExpire: '0d' } }, ['invalid-parameter settings.binlogExpire']],
    ['a time', { settings: { slowQuery: '2h' } }, ['invalid-parameter settings.slowQuery']],
    [
      'a setting',
      { settings: { bufferpool: '1G' } },
      ['unknown-parameter settings.bufferpool did you mean bufferPool'],
    ],
  ])('%s %j', (_, params, problems) => {
    expect(schemaProblems(role, { ...least, ...params })).toEqual(problems);
  });
});

test('defaults', () => {
  expect(withDefaults(role, { ...least, replication })).toEqual({
    engine: 'mysql',
    primary: 'db1',
    replicas: [],
    listen: ['*'],
    databases: [],
    users: [],
    replication: {
      user: 'replicator',
      password: 'secret',
      host: '%',
      tls: true,
      getSourcePublicKey: false,
      connectRetry: '5s',
      retryCount: 86400,
    },
    semiSync: { enabled: false, acks: 1, timeout: '10s' },
    settings: { bufferPool: '128M', maxConnections: 151, binlogExpire: '7d', variables: {} },
  });
});
