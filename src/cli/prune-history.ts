import { statSync } from 'node:fs';
import { historyFile } from '../history/location.ts';
import { openHistory, unwritable } from '../history/open.ts';
import { compact, keepRecent, retentionFrom } from '../history/prune.ts';
import { count } from '../reporters/text.ts';
import { showWarnings } from './warnings.ts';

/** Forgets what `keep` does not name, and gives the space back. */
export async function pruneHistory(
  keep: string | undefined,
  given: string | undefined,
): Promise<void> {
  const retention = retentionFrom(keep ?? process.env.ROLECALL_HISTORY_KEEP);
  const file = historyFile(given);
  if (!statSync(file, { throwIfNoEntry: false })) {
    process.stdout.write('no runs\n');
    return;
  }
  const { database } = openHistory(file, (message) =>
    showWarnings([{ code: 'history-unusable', message }]),
  );
  try {
    let gone = 0;
    for (;;) {
      const part = keepRecent(database, retention, { always: 0 });
      gone += part;
      if (part === 0) break;
    }
    compact(database);
    process.stdout.write(`${count(gone, 'run')} forgotten\n`);
  } catch (error) {
    throw unwritable(file, error);
  } finally {
    database.close();
  }
}
