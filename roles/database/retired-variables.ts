import type { Engine } from './params.ts';

/** Variables with which MySQL 9 does not start, and what to use instead. */
const retiredInMysql: Readonly<Record<string, string>> = {
  binlog_transaction_dependency_tracking: 'nothing: WRITESET is the only way now',
  character_set_client_handshake: 'nothing: it is gone',
  default_authentication_plugin: 'authentication_policy',
  expire_logs_days: 'settings.binlogExpire',
  innodb_file_format: 'nothing: there is one format only',
  innodb_large_prefix: 'nothing: it is always on',
  innodb_log_file_size: 'innodb_redo_log_capacity',
  innodb_log_files_in_group: 'innodb_redo_log_capacity',
  innodb_support_xa: 'nothing: it is always on',
  innodb_undo_tablespaces: 'CREATE UNDO TABLESPACE',
  key_buffer: 'key_buffer_size',
  log_warnings: 'log_error_verbosity',
  master_info_repository: 'nothing: tables are the only place now',
  mysql_native_password: 'nothing: accounts use caching_sha2_password',
  old_passwords: 'nothing: it is gone',
  query_cache_limit: 'nothing: there is no query cache',
  query_cache_size: 'nothing: there is no query cache',
  query_cache_type: 'nothing: there is no query cache',
  relay_log_info_file: 'nothing: tables are the only place now',
  relay_log_info_repository: 'nothing: tables are the only place now',
  replica_parallel_type: 'nothing: LOGICAL_CLOCK is the only way now',
  rpl_semi_sync_master_enabled: 'semiSync.enabled',
  rpl_semi_sync_slave_enabled: 'semiSync.enabled',
  secure_auth: 'nothing: it is always on',
  skip_host_cache: 'host_cache_size: 0',
  sync_frm: 'nothing: it is gone',
  transaction_write_set_extraction: 'nothing: XXHASH64 is the only way now',
  tx_isolation: 'transaction_isolation',
};

/** What the role sets itself, by the parameter that it follows from. */
const owned: Readonly<Record<string, string>> = {
  server_id: 'serverId',
  bind_address: 'listen',
  innodb_buffer_pool_size: 'settings.bufferPool',
  max_connections: 'settings.maxConnections',
  binlog_expire_logs_seconds: 'settings.binlogExpire',
  slow_query_log: 'settings.slowQuery',
  long_query_time: 'settings.slowQuery',
  rpl_semi_sync_source_enabled: 'semiSync.enabled',
  rpl_semi_sync_replica_enabled: 'semiSync.enabled',
  rpl_semi_sync_source_timeout: 'semiSync.timeout',
  rpl_semi_sync_source_wait_for_replica_count: 'semiSync.acks',
  rpl_semi_sync_master_enabled: 'semiSync.enabled',
  rpl_semi_sync_slave_enabled: 'semiSync.enabled',
  rpl_semi_sync_master_timeout: 'semiSync.timeout',
};

/** On these rests that replication and promotion are safe. */
const fixed: readonly string[] = [
  'binlog_format',
  'datadir',
  'enforce_gtid_consistency',
  'gtid_mode',
  'gtid_strict_mode',
  'innodb_flush_log_at_trx_commit',
  'log_bin',
  'log_replica_updates',
  'log_slave_updates',
  'persisted_globals_load',
  'port',
  'read_only',
  'relay_log',
  'relay_log_recovery',
  'replicate_do_db',
  'skip_name_resolve',
  'socket',
  'super_read_only',
  'sync_binlog',
];

/** Why a variable is refused among the settings, and what to do. */
export interface RefusedVariable {
  readonly why: string;
  readonly hint: string;
}

/** Judges a variable by the name under which the server knows it; undefined: it may be set. */
export function refusedVariable(engine: Engine, name: string): RefusedVariable | undefined {
  const instead = engine === 'mysql' ? retiredInMysql[name] : undefined;
  if (instead !== undefined) {
    return { why: 'MySQL 9 does not start with it', hint: `Use instead: ${instead}.` };
  }
  const parameter = owned[name];
  if (parameter !== undefined) {
    return { why: `the parameter ${parameter} sets it`, hint: `Set ${parameter}.` };
  }
  if (fixed.includes(name)) {
    return { why: 'the role sets it: replication rests on it', hint: 'Leave it out.' };
  }
  return undefined;
}
