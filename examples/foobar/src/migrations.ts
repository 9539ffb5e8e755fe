export interface Migration {
  /** Recorded in `schema_migrations`; never changes once released. */
  readonly id: string;
  /** Must also succeed where an interrupted run has already made part of it: DDL commits at once. */
  readonly statements: readonly string[];
}

/** In the order in which they are made. Both MySQL 9 and MariaDB 11 must take them. */
export const migrations: readonly Migration[] = [
  {
    id: '001-notes',
    statements: [
      `CREATE TABLE IF NOT EXISTS notes (
        id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        text VARCHAR(2000) NOT NULL,
        written_by VARCHAR(64) NOT NULL,
        created_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
    ],
  },
];
