import type { DatabaseSync } from 'node:sqlite';
import { RolecallError } from '../errors.ts';
import { inTransaction } from './sqlite.ts';

/** What is kept of each inventory's runs. */
export interface Retention {
  /** Not those that began longer ago. */
  readonly days?: number;
  /** Only so many of the newest. */
  readonly runs?: number;
}

/** Without anyone saying otherwise. */
export const defaultRetention: Retention = { days: 90, runs: 1000 };

interface PruneOptions {
  /** Only runs of this one. */
  readonly inventory?: number;
  /** Milliseconds since 1970. */
  readonly now?: number;
  /** At most so many at a time. */
  readonly most?: number;
  /** So many of the newest stay whatever their age. */
  readonly always?: number;
}

/**
 * Forgets old runs, a part of them at a time, so that others who write need not wait; the newest ten of an
 * inventory stay whatever their age. What hosts were left as stays known. Returns how many are gone.
 */
export function keepRecent(
  database: DatabaseSync,
  { days, runs }: Retention,
  { inventory, now = Date.now(), most = 20, always = alwaysKept }: PruneOptions = {},
): number {
  const oldest = days === undefined ? Number.MIN_SAFE_INTEGER : now - days * dayMs;
  const newest = runs ?? Number.MAX_SAFE_INTEGER;
  const old = database
    .prepare(
      `SELECT id FROM (
         SELECT id, started, duration, row_number() OVER (PARTITION BY inventory ORDER BY id DESC) AS place
         FROM runs WHERE inventory = coalesce(?, inventory))
       WHERE place > ? OR (started < ? AND place > ?) ORDER BY id LIMIT ?`,
    )
    .all(inventory ?? null, newest, oldest, Math.min(always, newest), most);
  const forget = database.prepare('DELETE FROM runs WHERE id = ?');
  if (old.length > 0) {
    inTransaction(database, () => {
      for (const { id } of old) forget.run(id!);
    });
  }
  return old.length;
}

/** Gives the space of what was forgotten back to the disk. */
export function compact(database: DatabaseSync): void {
  database.exec('VACUUM');
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}

const dayMs = 24 * 60 * 60 * 1000;
const alwaysKept = 10;

/**
 * `90d` keeps the runs of the last 90 days, `1000` the newest 1000, `90d,1000` what both keep.
 *
 * @throws RolecallError `option-invalid`
 */
export function retentionFrom(text: string | undefined): Retention {
  if (!text) return defaultRetention;
  let retention: Retention = {};
  for (const part of text.split(',').map((word) => word.trim())) {
    const [, number, unit] = /^(\d{1,7})\s*(d|days?|runs?)?$/.exec(part) ?? [];
    if (number === undefined) {
      throw new RolecallError({
        code: 'option-invalid',
        message: `'${text}' does not say what to keep`,
        expected: 'days or a number of runs: 90d, 1000, or both with a comma',
      });
    }
    const key = unit?.startsWith('d') ? 'days' : 'runs';
    retention = { ...retention, [key]: Number(number) };
  }
  return retention;
}
