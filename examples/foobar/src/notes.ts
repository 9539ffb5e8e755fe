import type { Session } from './database/contract.ts';

export interface Note {
  readonly id: number;
  readonly text: string;
  /** The app server that took it. */
  readonly written_by: string;
  /** ISO 8601, UTC. */
  readonly created_at: string;
}

/** Characters that a note may have. */
export const longestText = 2000;

/** The newest first, 20 at most. */
export async function newestNotes(session: Session): Promise<Note[]> {
  const { rows } = await session.execute(`${selection} ORDER BY id DESC LIMIT 20`);
  return rows.map(noteOf);
}

export async function noteById(session: Session, id: number): Promise<Note | undefined> {
  const { rows } = await session.execute(`${selection} WHERE id = ?`, [id]);
  return rows.map(noteOf)[0];
}

/** Returns the id of the new note. */
export async function addNote(session: Session, text: string, writtenBy: string): Promise<number> {
  const sql = 'INSERT INTO notes (text, written_by) VALUES (?, ?)';
  return (await session.execute(sql, [text, writtenBy])).insertId;
}

// As a number: a TIMESTAMP itself would come in the time zone of the server.
const selection =
  'SELECT id, text, written_by, ROUND(UNIX_TIMESTAMP(created_at) * 1000) AS created FROM notes';

function noteOf(row: Readonly<Record<string, string | number | null>>): Note {
  return {
    id: Number(row.id),
    text: String(row.text),
    written_by: String(row.written_by),
    created_at: new Date(Number(row.created)).toISOString(),
  };
}
