import type { Command } from 'commander';

/** Whether and where a run is recorded. */
export interface HistoryOptions {
  /** The file; false for none. */
  readonly history?: string | false;
}

export function addHistoryOptions(command: Command): Command {
  return command
    .optionsGroup('Record:')
    .option('--history <file>', 'record of runs (default: $ROLECALL_HISTORY or a file of yours)')
    .option('--no-history', 'keep no record of this run');
}
