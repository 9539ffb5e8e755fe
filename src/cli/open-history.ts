import type { DatabaseSync } from 'node:sqlite';
import { historyFile } from '../history/location.ts';
import { openToRead, unreadable } from '../history/open.ts';

/** Reads the history; undefined where nothing has been recorded yet. */
export function readHistory<T>(
  given: string | undefined,
  read: (database: DatabaseSync) => T,
): T | undefined {
  const file = historyFile(given);
  const database = openToRead(file);
  if (!database) return undefined;
  try {
    return read(database);
  } catch (error) {
    throw unreadable(file, error);
  } finally {
    database.close();
  }
}
