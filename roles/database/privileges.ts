import type { Engine } from './params.ts';

/** Privileges on a database or a table. */
const onData = [
  'ALL',
  'ALTER',
  'ALTER ROUTINE',
  'CREATE',
  'CREATE ROUTINE',
  'CREATE TEMPORARY TABLES',
  'CREATE VIEW',
  'DELETE',
  'DROP',
  'EVENT',
  'EXECUTE',
  'GRANT OPTION',
  'INDEX',
  'INSERT',
  'LOCK TABLES',
  'REFERENCES',
  'SELECT',
  'SHOW VIEW',
  'TRIGGER',
  'UPDATE',
];

const onServer = [
  'CREATE TABLESPACE',
  'CREATE USER',
  'FILE',
  'PROCESS',
  'RELOAD',
  'REPLICATION CLIENT',
  'REPLICATION SLAVE',
  'SHOW DATABASES',
  'SHUTDOWN',
  'SUPER',
  'USAGE',
];

const onServerOf: Readonly<Record<Engine, readonly string[]>> = {
  mysql: [
    ...onServer,
    'ALLOW_NONEXISTENT_DEFINER',
    'APPLICATION_PASSWORD_ADMIN',
    'AUDIT_ABORT_EXEMPT',
    'AUDIT_ADMIN',
    'AUTHENTICATION_POLICY_ADMIN',
    'BACKUP_ADMIN',
    'BINLOG_ADMIN',
    'BINLOG_ENCRYPTION_ADMIN',
    'CLONE_ADMIN',
    'CONNECTION_ADMIN',
    'CREATE ROLE',
    'DROP ROLE',
    'ENCRYPTION_KEY_ADMIN',
    'FIREWALL_EXEMPT',
    'FLUSH_OPTIMIZER_COSTS',
    'FLUSH_PRIVILEGES',
    'FLUSH_STATUS',
    'FLUSH_TABLES',
    'FLUSH_USER_RESOURCES',
    'GROUP_REPLICATION_ADMIN',
    'GROUP_REPLICATION_STREAM',
    'INNODB_REDO_LOG_ARCHIVE',
    'INNODB_REDO_LOG_ENABLE',
    'OPTIMIZE_LOCAL_TABLE',
    'PASSWORDLESS_USER_ADMIN',
    'PERSIST_RO_VARIABLES_ADMIN',
    'REPLICATION_APPLIER',
    'REPLICATION_SLAVE_ADMIN',
    'RESOURCE_GROUP_ADMIN',
    'RESOURCE_GROUP_USER',
    'ROLE_ADMIN',
    'SENSITIVE_VARIABLES_OBSERVER',
    'SERVICE_CONNECTION_ADMIN',
    'SESSION_VARIABLES_ADMIN',
    'SET_ANY_DEFINER',
    'SHOW_ROUTINE',
    'SYSTEM_USER',
    'SYSTEM_VARIABLES_ADMIN',
    'TABLE_ENCRYPTION_ADMIN',
    'TELEMETRY_LOG_ADMIN',
    'TRANSACTION_GTID_TAG',
    'XA_RECOVER_ADMIN',
  ],
  mariadb: [
    ...onServer,
    'BINLOG ADMIN',
    'BINLOG MONITOR',
    'BINLOG REPLAY',
    'CONNECTION ADMIN',
    'DELETE HISTORY',
    'FEDERATED ADMIN',
    'READ_ONLY ADMIN',
    'REPLICATION MASTER ADMIN',
    'REPLICATION SLAVE ADMIN',
    'SET USER',
    'SHOW CREATE ROUTINE',
    'SLAVE MONITOR',
  ],
};

/** Other words for the same privilege, as the servers print them back. */
const synonyms: Readonly<Record<Engine, Readonly<Record<string, string>>>> = {
  mysql: { 'ALL PRIVILEGES': 'ALL', 'REPLICATION REPLICA': 'REPLICATION SLAVE' },
  mariadb: {
    'ALL PRIVILEGES': 'ALL',
    'DELETE VERSIONING ROWS': 'DELETE HISTORY',
    'REPLICA MONITOR': 'SLAVE MONITOR',
    'REPLICATION CLIENT': 'BINLOG MONITOR',
    'REPLICATION REPLICA': 'REPLICATION SLAVE',
    'REPLICATION REPLICA ADMIN': 'REPLICATION SLAVE ADMIN',
    'SUPER PRIVILEGES': 'SUPER',
  },
};

/** What lets a user read or change more than data: not for users who may come from everywhere. */
const harmless: readonly string[] = [
  'BINLOG MONITOR',
  'REPLICATION CLIENT',
  'SELECT',
  'SHOW DATABASES',
  'SHOW VIEW',
  'SLAVE MONITOR',
  'USAGE',
];

/**
 * The one word for a privilege.
 *
 * @example canonicalPrivilege('mysql', 'all  privileges') // 'ALL'
 */
export function canonicalPrivilege(engine: Engine, written: string): string {
  const word = written.trim().toUpperCase().replaceAll(/\s+/g, ' ');
  return synonyms[engine][word] ?? word;
}

/** Every privilege that may be granted there: on a table, a database or the whole server. */
export function knownPrivileges(engine: Engine, on: string): readonly string[] {
  return on === '*.*' ? [...onData, ...onServerOf[engine]] : onData;
}

/** Whether a privilege on the whole server is one of administration. */
export function isAdministrative(privilege: string): boolean {
  return !harmless.includes(privilege);
}
