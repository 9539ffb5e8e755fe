import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { RolecallError } from '../errors.ts';
import { applicationId, migrations } from './schema.ts';
import { identityOf, setAside } from './set-aside.ts';
import { inTransaction, loadSqlite, troubleOf } from './sqlite.ts';

/** A history that can be written, and which file it was when it was opened. */
export interface OpenHistory {
  readonly database: DatabaseSync;
  readonly identity: string | undefined;
}

/**
 * Opens the history, made where there is none. What has been committed is on the disk. A damaged file is set
 * aside and a new one begun: `warn` is told.
 *
 * @throws RolecallError `history-unusable` for a file of a newer version or of another program, which stays
 * as it is; `history-unwritable` where nothing can be written.
 */
export function openHistory(file: string, warn: (message: string) => void): OpenHistory {
  try {
    makePlace(file);
    for (let attempt = 1; ; attempt++) {
      const identity = identityOf(file);
      const opened = attempt > 2 ? open(file) : openWhole(file);
      if (opened) return { database: opened, identity };
      tellSetAside(file, identity, warn);
      makePlace(file);
    }
  } catch (error) {
    throw unwritable(file, error);
  }
}

/** Sets a damaged history aside, if no other process has, and says so. */
export function tellSetAside(
  file: string,
  identity: string | undefined,
  warn: (message: string) => void,
): void {
  const name = setAside(file, identity);
  if (name) warn(`the history ${file} is damaged: it is now ${name}, and a new one begins`);
}

/** Opens what is there to be read, and for nothing else; undefined where there is no history. */
export function openToRead(file: string): DatabaseSync | undefined {
  if (!statSync(file, { throwIfNoEntry: false })?.size) return undefined;
  const { DatabaseSync } = loadSqlite();
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true, timeout: patience });
    const version = assertOurs(file, database);
    if (version === migrations.length) return database;
    database.close();
    return openHistory(file, () => {}).database;
  } catch (error) {
    if (database?.isOpen) database.close();
    throw unreadable(file, error);
  }
}

/** What a command that reads says about a file that SQLite cannot read. */
export function unreadable(file: string, error: unknown): unknown {
  if (!troubleOf(error)) return error;
  return new RolecallError({
    code: 'history-unusable',
    message: `the history ${file} cannot be read: ${(error as Error).message}`,
    hint: 'Nothing was changed in it; a damaged file is set aside by the next run.',
  });
}

/** The error of a history that cannot be written, from SQLite's or the system's; others as they are. */
export function unwritable(file: string, error: unknown): unknown {
  const ofSystem = typeof (error as NodeJS.ErrnoException).syscall === 'string';
  if (!ofSystem && !troubleOf(error)) return error;
  return new RolecallError(
    {
      code: 'history-unwritable',
      message: `the history ${file} cannot be written: ${(error as Error).message}`,
    },
    { cause: error },
  );
}

function makePlace(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
}

/** Undefined for a damaged file. */
function openWhole(file: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = open(file);
    if (!isDoubtful(file, database) || isWhole(database)) return database;
  } catch (error) {
    if (troubleOf(error) !== 'damaged') {
      if (database?.isOpen) database.close();
      throw error;
    }
  }
  if (database?.isOpen) database.close();
  return undefined;
}

function open(file: string): DatabaseSync {
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(file, { timeout: patience, enableForeignKeyConstraints: true });
  try {
    const version = assertOurs(file, database);
    const mode = database.prepare('PRAGMA journal_mode').get()?.journal_mode;
    if (mode !== 'wal') database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = FULL');
    if (version < migrations.length) migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The version of a file that is this program's or still empty. */
function assertOurs(file: string, database: DatabaseSync): number {
  const pragma = (name: string) => Number(database.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);
  const version = pragma('user_version');
  const tables = database.prepare('SELECT count(*) AS n FROM sqlite_master').get()?.n;
  const isEmpty = version === 0 && tables === 0;
  if (!isEmpty && pragma('application_id') !== applicationId) {
    throw new RolecallError({
      code: 'history-unusable',
      message: `${file} is a database of another program, no history of rolecall`,
    });
  }
  if (version > migrations.length) {
    throw new RolecallError({
      code: 'history-unusable',
      message: `the history ${file} was written by a newer rolecall (format ${version}, this one knows ${migrations.length})`,
      hint: 'Use that version, or another file: --history FILE.',
    });
  }
  return version;
}

/** Another process may be at it too: who comes second finds it done. */
function migrate(database: DatabaseSync): void {
  inTransaction(database, () => {
    const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
    for (const statements of migrations.slice(version)) database.exec(statements);
    database.exec(`PRAGMA application_id = ${applicationId}`);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

/** Whether to look through the whole file: it is small, or the last run did not end. */
function isDoubtful(file: string, database: DatabaseSync): boolean {
  if (statSync(file).size <= smallFile) return true;
  const last = database.prepare('SELECT duration FROM runs ORDER BY id DESC LIMIT 1').get();
  return last?.duration === null;
}

function isWhole(database: DatabaseSync): boolean {
  return database.prepare('PRAGMA quick_check(1)').get()?.quick_check === 'ok';
}

const smallFile = 4 * 1024 * 1024;

/** Milliseconds to wait for other runs that write. */
const patience = 5000;
