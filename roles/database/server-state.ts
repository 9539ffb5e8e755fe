import type { Observation } from 'rolecall';
import type { Engine } from './params.ts';
import { type Answer, ask, type Row } from './sql.ts';

/** Whom a server follows. */
export interface Source {
  readonly address: string;
  readonly port: number;
  /** The source's own id, as far as the server has met it: MySQL's uuid, MariaDB's server id. */
  readonly id: string;
  /** `Yes`, `No`, `Connecting`. */
  readonly io: string;
  readonly sql: string;
  readonly error: string;
}

/** What a server is in its fleet, as it says itself. */
export interface ServerState {
  readonly id: string;
  readonly writable: boolean;
  /** Nobody can write, not even an administrator; MariaDB has no such thing: there it is read-only. */
  readonly sealed: boolean;
  /** Transactions that it has. */
  readonly gtid: string;
  /** Transactions that it has, of every server that it has heard of. */
  readonly known: string;
  /** Its databases, those of the server itself left out. */
  readonly schemas: readonly string[];
  readonly source?: Source;
  /** In a dry run: it would restart, and its boot guard may open it for writes ahead of the run. */
  readonly guarded?: boolean;
}

/** A member as it was met: nothing installed, not running, or what it says. */
export interface MemberState {
  readonly state: 'absent' | 'down' | 'up';
  readonly server?: ServerState;
}

/** Asks a server what it is. */
export function stateQuestion(engine: Engine): Observation<Answer<ServerState>> {
  return ask(engine, 'state', engine === 'mysql' ? mysqlState : mariadbState, parseState);
}

/** Asks a server for all its variables. */
export function variablesQuestion(
  engine: Engine,
): Observation<Answer<ReadonlyMap<string, string>>> {
  return ask(
    engine,
    'settings',
    'SHOW GLOBAL VARIABLES',
    (rows) => new Map(rows.map(([name, value]) => [name ?? '', value ?? ''])),
  );
}

/** What a server says of itself once it has been opened or closed for writes. */
export function withWrites(server: ServerState, open: boolean): ServerState {
  return { ...server, writable: open, sealed: !open };
}

/** A server without data, history or source: it was just installed. */
export function isVirgin({ gtid, schemas, source }: ServerState): boolean {
  return gtid === '' && schemas.length === 0 && !source;
}

const own = `('mysql', 'sys', 'information_schema', 'performance_schema', 'test', 'rolecall')`;

const schemas = `SELECT 'schema', schema_name FROM information_schema.schemata WHERE schema_name NOT IN ${own} ORDER BY schema_name`;

const mysqlState = `SELECT 'self', @@server_uuid, @@read_only, @@super_read_only, @@gtid_executed, @@gtid_executed;
${schemas};
SELECT 'source', c.host, c.port, s.source_uuid, s.service_state, a.service_state, CONCAT_WS(' ', NULLIF(s.last_error_message, ''), (SELECT GROUP_CONCAT(w.last_error_message SEPARATOR ' ') FROM performance_schema.replication_applier_status_by_worker w WHERE w.channel_name = c.channel_name AND w.last_error_message <> '')) FROM performance_schema.replication_connection_configuration c JOIN performance_schema.replication_connection_status s USING (channel_name) JOIN performance_schema.replication_applier_status a USING (channel_name) WHERE c.channel_name = '' AND c.host <> ''`;

const mariadbState = `SELECT 'self', @@server_id, @@read_only, @@read_only, @@gtid_current_pos, CONCAT_WS(',', @@gtid_binlog_state, @@gtid_slave_pos);
${schemas};
SELECT 'source', Master_Host, Master_Port, Master_Server_Id, Slave_IO_Running, Slave_SQL_Running, CONCAT_WS(' ', NULLIF(Last_IO_Error, ''), NULLIF(Last_SQL_Error, '')) FROM information_schema.SLAVE_STATUS WHERE Connection_name = ''`;

function parseState(rows: readonly Row[]): ServerState {
  const [, id, readOnly, superReadOnly, gtid, known] = rows.find(([kind]) => kind === 'self') ?? [];
  const source = rows.find(([kind]) => kind === 'source');
  return {
    id: id ?? '',
    writable: isOff(readOnly),
    sealed: !isOff(superReadOnly),
    gtid: (gtid ?? '').replaceAll(/\s/g, ''),
    known: (known ?? '').replaceAll(/\s/g, ''),
    schemas: rows.filter(([kind]) => kind === 'schema').map(([, name]) => name ?? ''),
    ...(source && { source: sourceOf(source) }),
  };
}

/** MariaDB says by words what MySQL says by numbers. */
function isOff(value: string | null | undefined): boolean {
  return value === '0' || value === 'OFF';
}

const threads: Readonly<Record<string, string>> = {
  ON: 'Yes',
  OFF: 'No',
  CONNECTING: 'Connecting',
};

function sourceOf([, address, port, id, io, sql, error]: Row): Source {
  return {
    address: address ?? '',
    port: Number(port),
    id: id ?? '',
    io: threads[io ?? ''] ?? io ?? '',
    sql: threads[sql ?? ''] ?? sql ?? '',
    error: error ?? '',
  };
}
