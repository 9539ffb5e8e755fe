import type { DatabaseParams, DatabaseUser, Provisioning } from './params.ts';

/** The account with which members ask each other whom they follow. */
export interface GuardAccount {
  readonly user: string;
  readonly password: string;
}

/**
 * The accounts that replication needs: made on the primary, from where they reach every member. None
 * without `replication`.
 */
export function serviceAccounts(params: DatabaseParams): readonly DatabaseUser[] {
  const { replication, guard, engine } = params;
  const look = engine === 'mysql' ? ['REPLICATION CLIENT'] : ['BINLOG MONITOR', 'SLAVE MONITOR'];
  // The boot guards ask each other for the record of who is primary.
  const record = { scope: 'rolecall.*', privileges: ['SELECT'] };
  const accounts: DatabaseUser[] = [];
  if (replication) {
    accounts.push({
      name: replication.user,
      host: replication.host,
      password: replication.password,
      requireTls: replication.tls,
      grants: [
        { scope: '*.*', privileges: [...replicationPrivileges(params), ...(guard ? [] : look)] },
        ...(guard ? [] : [record]),
      ],
    });
  }
  if (guard) {
    accounts.push({
      name: guard.user,
      host: replication?.host ?? '%',
      password: guard.password,
      requireTls: replication?.tls ?? false,
      grants: [{ scope: '*.*', privileges: look }, record],
    });
  }
  return accounts;
}

/** How an empty replica gets the primary's data. */
export function provisionOf({
  engine,
  provision,
}: Pick<DatabaseParams, 'engine' | 'provision'>): Provisioning {
  return provision ?? (engine === 'mysql' ? 'clone' : 'dump');
}

/** The account for `asking`: the guard's own, or that of replication. */
export function guardAccount({ guard, replication }: DatabaseParams): GuardAccount | undefined {
  return guard ?? replication;
}

function replicationPrivileges(params: DatabaseParams): string[] {
  const how = provisionOf(params);
  if (how === 'clone') return ['REPLICATION SLAVE', 'BACKUP_ADMIN'];
  if (how === 'mariadb-backup') return ['REPLICATION SLAVE'];
  const dump = ['SELECT', 'RELOAD', 'LOCK TABLES', 'SHOW VIEW', 'TRIGGER', 'EVENT', 'PROCESS'];
  const position = params.engine === 'mysql' ? 'REPLICATION CLIENT' : 'BINLOG MONITOR';
  return ['REPLICATION SLAVE', ...dump, position];
}
