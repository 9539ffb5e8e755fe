import { describe, expect, test } from 'vitest';
import type { DatabaseParams } from '../../../roles/database/params.ts';
import { bytesOf, secondsOf } from '../../../roles/database/quantities.ts';
import role from '../../../roles/database/role.ts';
import { serverCnf } from '../../../roles/database/server-cnf.ts';
import { derivedServerId } from '../../../roles/database/server-id.ts';
import { declaredSettings, sameForm } from '../../../roles/database/settings.ts';
import { withDefaults } from '../support/context.ts';

const db1 = { name: 'db1', address: '10.0.0.11' };
const db2 = { name: 'db2', address: '10.0.0.12' };

function cnf(params: object, host = db1): string {
  const full: DatabaseParams = withDefaults(role, { primary: 'db1', ...params });
  return serverCnf(full.engine, declaredSettings(full, host));
}

test('MySQL', () => {
  const settings = { slowQuery: '500ms', binlogExpire: '2d', variables: { 'back-log': 90 } };
  expect(cnf({ settings, semiSync: { enabled: true, timeout: '3s' } })).toBe(`\
# Written by rolecall, role database. Changes by hand are undone.
[mysqld]
plugin_load_add = mysql_clone.so
plugin_load_add = semisync_source.so
plugin_load_add = semisync_replica.so
server_id = 167772171
report_host = 10.0.0.11
bind_address = *
skip_name_resolve = ON
log_bin = binlog
relay_log = relay-bin
relay_log_recovery = ON
sync_binlog = 1
innodb_flush_log_at_trx_commit = 1
gtid_mode = ON
enforce_gtid_consistency = ON
log_replica_updates = ON
super_read_only = ON
persisted_globals_load = OFF
mysqlx = OFF
loose_rpl_semi_sync_source_enabled = ON
loose_rpl_semi_sync_replica_enabled = ON
loose_rpl_semi_sync_source_wait_for_replica_count = 1
loose_rpl_semi_sync_source_timeout = 3000
innodb_buffer_pool_size = 134217728
max_connections = 151
binlog_expire_logs_seconds = 172800
slow_query_log = ON
long_query_time = 0.5
back_log = 90
`);
});

test('MariaDB', () => {
  const replication = { password: 'secret', retryCount: 9 };
  expect(
    cnf({ engine: 'mariadb', serverId: 7, listen: ['10.0.0.11', '127.0.0.1'], replication }),
  ).toBe(`\
# Written by rolecall, role database. Changes by hand are undone.
[mariadbd]
server_id = 7
report_host = 10.0.0.11
bind_address = 10.0.0.11,127.0.0.1
skip_name_resolve = ON
log_bin = binlog
relay_log = relay-bin
relay_log_recovery = ON
sync_binlog = 1
innodb_flush_log_at_trx_commit = 1
binlog_format = ROW
gtid_strict_mode = ON
log_slave_updates = ON
read_only = ON
master_retry_count = 9
rpl_semi_sync_master_enabled = OFF
rpl_semi_sync_slave_enabled = OFF
rpl_semi_sync_master_timeout = 10000
rpl_semi_sync_master_wait_point = AFTER_SYNC
innodb_buffer_pool_size = 134217728
max_connections = 151
binlog_expire_logs_seconds = 604800
slow_query_log = OFF
`);
});

test.each([
  ['mysql', 'loose_rpl_semi_sync_source_enabled', 'loose_rpl_semi_sync_replica_enabled'],
  ['mariadb', 'rpl_semi_sync_master_enabled', 'rpl_semi_sync_slave_enabled'],
])('a replica of %s acknowledges and does not wait', (engine, waits, acknowledges) => {
  const params = {
    engine,
    replicas: ['db2'],
    replication: { password: 'secret' },
    semiSync: { enabled: true },
  };
  expect(cnf(params)).toContain(`\n${waits} = ON\n`);
  expect(cnf(params, db2)).toContain(`\n${waits} = OFF\n`);
  expect(cnf(params, db2)).toContain(`\n${acknowledges} = ON\n`);
});

test('values that option files would take apart are quoted', () => {
  const variables = { init_connect: "SET a = 'b' # c\\", general_log: true };
  const lines = cnf({ settings: { variables } }).split('\n');
  expect(lines).toContain(String.raw`init_connect = "SET a = 'b' # c\\"`);
  expect(lines).toContain('general_log = ON');
});

describe('server ids', () => {
  test.each([
    ['10.0.0.11', 167_772_171],
    ['255.255.255.255', 4_294_967_295],
    ['0.0.0.0', 1],
  ])('%s', (address, id) => {
    expect(derivedServerId(address)).toBe(id);
  });

  test('names have one too, and always the same', () => {
    expect(derivedServerId('db1.example')).toBe(derivedServerId('db1.example'));
    expect(derivedServerId('db1.example')).not.toBe(derivedServerId('db2.example'));
  });
});

test.each([
  ['500ms', 0.5],
  ['5s', 5],
  ['2m', 120],
  ['3h', 10_800],
  ['7d', 604_800],
])('%s is %d seconds', (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds);
});

test.each([
  ['12', 12],
  ['1K', 1024],
  ['128M', 134_217_728],
  ['2G', 2_147_483_648],
])('%s is %d bytes', (text, bytes) => {
  expect(bytesOf(text)).toBe(bytes);
});

test.each([
  ['ON', 'true'],
  ['1', 'YES'],
  ['OFF', '0'],
  ['64K', '65536'],
  ['0.50', '0.5'],
  ['O_DIRECT', 'O_DIRECT'],
])('%s and %s are the same value', (one, other) => {
  expect(sameForm(one)).toBe(sameForm(other));
});

test.each([
  ['ON', 'OFF'],
  ['1M', '1K'],
  ['abc', 'ABC'],
])('%s and %s are not', (one, other) => {
  expect(sameForm(one)).not.toBe(sameForm(other));
});
