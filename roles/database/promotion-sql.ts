import { rawSh, type Sh, sh } from 'rolecall';
import type { Engine } from './params.ts';

/** Where the record of who is primary is kept; it replicates with the data. */
export const topologyTable = 'rolecall.topology';

/** How a server is asked as root over its socket: nothing secret in it. */
export function clientOf(engine: Engine): Sh {
  const name = engine === 'mariadb' ? 'mariadb' : 'mysql';
  return rawSh(`${name} --user=root --batch --raw --skip-column-names`);
}

/** Runs statements as root; they must hold no secret, for they stand in argv. */
export function sql(engine: Engine, ...statements: readonly string[]): Sh {
  return sh`${clientOf(engine)} -e ${statements.join('; ')}`;
}

/**
 * What makes commits wait for acknowledgements. On a replica it must be off: its applier would wait for
 * replicas that it has not.
 */
export function setWaits(engine: Engine, waits: boolean): string {
  return `SET GLOBAL ${waitsVariable(engine)} = ${waits ? 'ON' : 'OFF'}`;
}

export function waitsVariable(engine: Engine): string {
  return engine === 'mariadb' ? 'rpl_semi_sync_master_enabled' : 'rpl_semi_sync_source_enabled';
}

/** A text in SQL. */
export function sqlText(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** Lets nothing but replication write, or everybody. */
export function setReadOnly(engine: Engine, readOnly: boolean): string[] {
  const value = readOnly ? 'ON' : 'OFF';
  if (engine === 'mariadb') return [`SET GLOBAL read_only = ${value}`];
  return readOnly
    ? ['SET GLOBAL super_read_only = ON']
    : ['SET GLOBAL super_read_only = OFF', 'SET GLOBAL read_only = OFF'];
}
