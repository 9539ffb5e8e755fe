import type { Command } from 'commander';

export interface KeyOptions {
  readonly planKeyFile?: string;
}

/** The key that seals plans. */
export function addKeyOption(command: Command): Command {
  return command.option(
    '--plan-key-file <file>',
    'key that seals plans (default: $ROLECALL_PLAN_KEY, else one of your own)',
  );
}
