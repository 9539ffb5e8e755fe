import type { DatabaseServer, Session } from './database/contract.ts';
import type { Migration } from './migrations.ts';

/** Milliseconds for a statement: altering a large table takes its time. */
const statementLimit = 600_000;
const lockName = 'foobar.migrate';

/**
 * Makes the migrations that `schema_migrations` does not list, in order, and returns their ids.
 * Two that run at the same time do not get into each other's way: the second waits for the first.
 *
 * @example const made = await migrate(primary, migrations); // [] when there was nothing to do
 */
export async function migrate(
  primary: DatabaseServer,
  migrations: readonly Migration[],
): Promise<string[]> {
  return await primary.withSession(
    async (session) => {
      await lock(session);
      try {
        return await makeMissing(session, migrations);
      } finally {
        await session.execute('DO RELEASE_LOCK(?)', [lockName]).catch(() => {}); // ends with the session anyway
      }
    },
    { limit: statementLimit },
  );
}

async function lock(session: Session): Promise<void> {
  const { rows } = await session.execute('SELECT GET_LOCK(?, 60) AS locked', [lockName]);
  if (Number(rows[0]?.locked) !== 1) throw new Error('another migration has run for a minute');
}

async function makeMissing(session: Session, migrations: readonly Migration[]): Promise<string[]> {
  const made = await alreadyMade(session);
  const missing = migrations.filter(({ id }) => !made.has(id));
  for (const { id, statements } of missing) {
    for (const statement of statements) await session.execute(statement);
    await session.execute('INSERT INTO schema_migrations (id) VALUES (?)', [id]);
  }
  return missing.map(({ id }) => id);
}

/** Asks before it creates the table: a run that has nothing to do writes nothing, not even DDL. */
async function alreadyMade(session: Session): Promise<Set<string>> {
  const { rows } = await session.execute(
    `SELECT COUNT(*) AS tables_found FROM information_schema.tables
      WHERE table_schema = DATABASE() AND table_name = 'schema_migrations'`,
  );
  if (Number(rows[0]?.tables_found) === 0) {
    await session.execute(
      `CREATE TABLE IF NOT EXISTS schema_migrations (
        id VARCHAR(100) NOT NULL PRIMARY KEY,
        made_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
    );
  }
  const recorded = await session.execute('SELECT id FROM schema_migrations');
  return new Set(recorded.rows.map((row) => String(row.id)));
}
