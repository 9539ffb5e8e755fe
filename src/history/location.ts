import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * The file of the history: the one given, else `$ROLECALL_HISTORY`, else
 * `$XDG_STATE_HOME/rolecall/history.db`, where the variable's default is `~/.local/state`.
 */
export function historyFile(
  given: string | undefined,
  environment: Environment = process.env,
): string {
  const named = given || environment.ROLECALL_HISTORY;
  if (named) return resolve(named);
  return join(stateFolder(environment), 'history.db');
}

/** Where this user's rolecall keeps what lasts from run to run. */
export function stateFolder(environment: Environment = process.env): string {
  return join(environment.XDG_STATE_HOME || join(homedir(), '.local/state'), 'rolecall');
}

type Environment = Readonly<Record<string, string | undefined>>;
