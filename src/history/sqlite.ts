import type { DatabaseSync } from 'node:sqlite';

/** SQLite itself, loaded when it is needed. Node says that it is experimental: that one warning is left out. */
export function loadSqlite(): typeof import('node:sqlite') {
  const { emitWarning } = process;
  process.emitWarning = ((...args: Parameters<typeof emitWarning>) => {
    if (!/^SQLite is an experimental feature/.test(String(args[0]))) emitWarning(...args);
  }) as typeof emitWarning;
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** What went wrong in a database, as far as it makes a difference. */
export type SqliteTrouble = 'damaged' | 'busy' | 'unwritable';

/** Undefined for what is no error of SQLite. */
export function troubleOf(error: unknown): SqliteTrouble | undefined {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  if (code !== 'ERR_SQLITE_ERROR' || typeof errcode !== 'number') return undefined;
  const primary = errcode & 0xff;
  if (primary === corrupt || primary === notADatabase) return 'damaged';
  return primary === busy || primary === locked ? 'busy' : 'unwritable';
}

/** Does what writes as one: all of it is on the disk when this returns, or nothing. */
export function inTransaction<T>(database: DatabaseSync, write: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = write();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

const busy = 5;
const locked = 6;
const corrupt = 11;
const notADatabase = 26;
