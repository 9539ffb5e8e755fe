import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * The file of the history: the one given, else `$ROLECALL_HISTORY`, else
 * `$XDG_STATE_HOME/rolecall/history.db`, where the variable's default is `~/.local/state`.
 */
export function historyFile(
  given: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const named = given || environment.ROLECALL_HISTORY;
  if (named) return resolve(named);
  const state = environment.XDG_STATE_HOME || join(homedir(), '.local/state');
  return join(state, 'rolecall/history.db');
}
