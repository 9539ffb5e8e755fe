import type { RoleHost } from 'rolecall';
import type { DatabaseParams, Engine } from './params.ts';
import { bytesOf, secondsOf } from './quantities.ts';
import { derivedServerId } from './server-id.ts';

/** A system variable as the configuration file has it. */
export interface Setting {
  readonly name: string;
  readonly value: string;
  /** Whether `SET GLOBAL` changes it; false needs a restart; undefined: the server is asked. */
  readonly dynamic?: boolean;
  /** Only a start value: what runs may differ. */
  readonly atBoot?: true;
}

/**
 * What the server is to run with, in the order of the file. Every node starts read-only; writes are
 * opened later, on the observed primary.
 */
export function declaredSettings(
  params: DatabaseParams,
  { name: host, address }: Pick<RoleHost, 'name' | 'address'>,
): readonly Setting[] {
  const isPrimary = host === params.primary;
  const own =
    params.engine === 'mysql'
      ? mysqlSettings(params, isPrimary)
      : mariadbSettings(params, isPrimary);
  const others = Object.entries(params.settings.variables).map(
    ([name, value]): Setting => ({ name: variableName(name), value: valueText(value) }),
  );
  return [
    {
      name: 'server_id',
      value: String(params.serverId ?? derivedServerId(address)),
      dynamic: true,
    },
    { name: 'report_host', value: address, dynamic: false },
    { name: 'bind_address', value: params.listen.join(','), dynamic: false },
    { name: 'skip_name_resolve', value: 'ON', dynamic: false },
    { name: 'log_bin', value: 'binlog', dynamic: false, atBoot: true },
    { name: 'relay_log', value: 'relay-bin', dynamic: false },
    { name: 'relay_log_recovery', value: 'ON', dynamic: false },
    { name: 'sync_binlog', value: '1', dynamic: true },
    { name: 'innodb_flush_log_at_trx_commit', value: '1', dynamic: true },
    ...own,
    ...commonSettings(params),
    ...others,
  ];
}

/** Plugins that the server loads at its start, so that turning them on later needs no restart. */
export function pluginsOf(engine: Engine): readonly string[] {
  return engine === 'mysql' ? ['mysql_clone.so', 'semisync_source.so', 'semisync_replica.so'] : [];
}

/** The spelling under which the server knows a variable: `max-connections` → `max_connections`. */
export function variableName(written: string): string {
  return written.toLowerCase().replaceAll('-', '_');
}

/**
 * A value in one form, however it is written: `ON`, `1` and `true` are the same, and so are `1M` and
 * `1048576`.
 */
export function sameForm(value: string): string {
  const text = value.trim().toLowerCase();
  if (text === 'on' || text === 'true' || text === 'yes') return '1';
  if (text === 'off' || text === 'false' || text === 'no') return '0';
  const bytes = bytesOf(text);
  if (!Number.isNaN(bytes)) return String(bytes);
  const number = Number(text);
  return text !== '' && Number.isFinite(number) ? String(number) : value.trim();
}

/** Waiting is for the primary only: a replica would wait for acknowledgements of what it applies. */
function mysqlSettings({ semiSync }: DatabaseParams, isPrimary: boolean): Setting[] {
  return [
    { name: 'gtid_mode', value: 'ON', dynamic: false },
    { name: 'enforce_gtid_consistency', value: 'ON', dynamic: false },
    { name: 'log_replica_updates', value: 'ON', dynamic: false },
    { name: 'super_read_only', value: 'ON', dynamic: true, atBoot: true },
    { name: 'persisted_globals_load', value: 'OFF', dynamic: false },
    { name: 'mysqlx', value: 'OFF', dynamic: false, atBoot: true },
    {
      name: 'rpl_semi_sync_source_enabled',
      value: onOff(semiSync.enabled && isPrimary),
      dynamic: true,
    },
    { name: 'rpl_semi_sync_replica_enabled', value: onOff(semiSync.enabled), dynamic: true },
    {
      name: 'rpl_semi_sync_source_wait_for_replica_count',
      value: String(semiSync.acks),
      dynamic: true,
    },
    { name: 'rpl_semi_sync_source_timeout', value: milliseconds(semiSync.timeout), dynamic: true },
  ];
}

function mariadbSettings({ semiSync, replication }: DatabaseParams, isPrimary: boolean): Setting[] {
  return [
    { name: 'binlog_format', value: 'ROW', dynamic: true },
    { name: 'gtid_strict_mode', value: 'ON', dynamic: true },
    { name: 'log_slave_updates', value: 'ON', dynamic: false },
    { name: 'read_only', value: 'ON', dynamic: true, atBoot: true },
    ...(replication
      ? [
          {
            name: 'master_retry_count',
            value: String(replication.retryCount),
            atBoot: true as const,
          },
        ]
      : []),
    {
      name: 'rpl_semi_sync_master_enabled',
      value: onOff(semiSync.enabled && isPrimary),
      dynamic: true,
    },
    { name: 'rpl_semi_sync_slave_enabled', value: onOff(semiSync.enabled), dynamic: true },
    { name: 'rpl_semi_sync_master_timeout', value: milliseconds(semiSync.timeout), dynamic: true },
    { name: 'rpl_semi_sync_master_wait_point', value: 'AFTER_SYNC', dynamic: true },
  ];
}

function commonSettings({ settings }: DatabaseParams): Setting[] {
  const { bufferPool, maxConnections, binlogExpire, slowQuery } = settings;
  return [
    { name: 'innodb_buffer_pool_size', value: String(bytesOf(bufferPool)), dynamic: true },
    { name: 'max_connections', value: String(maxConnections), dynamic: true },
    {
      name: 'binlog_expire_logs_seconds',
      value: String(Math.ceil(secondsOf(binlogExpire))),
      dynamic: true,
    },
    { name: 'slow_query_log', value: onOff(slowQuery !== undefined), dynamic: true },
    ...(slowQuery === undefined
      ? []
      : [{ name: 'long_query_time', value: String(secondsOf(slowQuery)), dynamic: true }]),
  ];
}

function onOff(value: boolean): string {
  return value ? 'ON' : 'OFF';
}

function milliseconds(duration: string): string {
  return String(Math.round(secondsOf(duration) * 1000));
}

function valueText(value: string | number | boolean): string {
  return typeof value === 'boolean' ? onOff(value) : String(value);
}
