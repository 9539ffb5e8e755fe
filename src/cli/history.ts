import { type Command, InvalidArgumentError, Option } from 'commander';
import { runKinds } from '../history/facts.ts';
import type { RunFilter } from '../history/read.ts';
import { positiveInteger } from './connection-options.ts';
import { newCommand } from './new-command.ts';

interface Options {
  readonly history?: string;
  readonly output: 'text' | 'json';
}

interface ListOptions extends Options, RunFilter {}

interface ShowOptions extends Options {
  readonly host?: string;
  readonly verbose?: boolean;
}

interface PruneOptions {
  readonly history?: string;
  readonly keep?: string;
}

export function historyCommand(): Command {
  const history = newCommand('history')
    .summary('show which runs there were and what they did')
    .description(
      'Lists the recorded runs, the newest first. Each run is recorded: who, when, from which commit, and what came out.',
    )
    .addOption(
      new Option('-n, --limit <number>', 'at most so many').argParser(positiveInteger).default(20),
    )
    .option('--host <name>', 'only runs that worked on this host')
    .option('--failed', 'only runs that did not end well')
    .addOption(
      new Option('--since <time>', 'only runs since then: 7d, 12h, 30m or a date').argParser(since),
    )
    .addOption(new Option('--kind <kind>', 'only runs of this kind').choices(runKinds));
  withFile(history).action(async (options: ListOptions) => {
    const { showHistory } = await import('./show-history.ts');
    await showHistory(options);
  });
  history.addCommand(showCommand());
  history.addCommand(pruneCommand());
  return history.addHelpText(
    'after',
    `
Examples:
  rolecall history --host web1 --since 7d
  rolecall history show last
  rolecall history show 41 -o json`,
  );
}

function showCommand(): Command {
  const show = newCommand('show')
    .description('Shows one run: its options, what changed or failed with diffs, and its recap.')
    .argument('<run>', 'its number, or last')
    .option('--host <name>', 'only this host')
    .option('-v, --verbose', 'every task of every host with its duration');
  return withFile(show)
    .action(async (run: string, _options: ShowOptions, command: Command) => {
      const { showRun } = await import('./show-run.ts');
      await showRun(run, command.optsWithGlobals<ShowOptions>());
    })
    .addHelpText('after', '\nExample:\n  rolecall history show last --host web1');
}

function pruneCommand(): Command {
  return newCommand('prune')
    .description(
      'Forgets old runs and makes the file smaller. Runs do so by themselves with each that ends.',
    )
    .option(
      '--keep <what>',
      'of each inventory: 90d, 1000 runs, or both as 90d,1000 (default: $ROLECALL_HISTORY_KEEP, else both)',
    )
    .option('--history <file>', 'another file')
    .addHelpText('after', '\nExample:\n  rolecall history prune --keep 30d')
    .action(async (_options: PruneOptions, command: Command) => {
      const { keep, history } = command.optsWithGlobals<PruneOptions>();
      const { pruneHistory } = await import('./prune-history.ts');
      await pruneHistory(keep, history);
    });
}

function withFile(command: Command): Command {
  return command
    .addOption(new Option('-o, --output <form>', 'how').choices(['text', 'json']).default('text'))
    .option('--history <file>', 'another file');
}

function since(text: string): Date {
  const [, amount, unit] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  if (amount !== undefined) return new Date(Date.now() - Number(amount) * seconds[unit!]! * 1000);
  const date = new Date(text);
  if (!Number.isNaN(date.getTime())) return date;
  throw new InvalidArgumentError('Expected: 7d, 12h, 30m, or a date such as 2026-01-31.');
}

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
