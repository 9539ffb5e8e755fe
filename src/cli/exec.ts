import { type Command, Option } from 'commander';
import { noTimer, timed } from '../timings/timer.ts';
import { type ConnectionOptions, positiveInteger } from './connection-options.ts';
import type { HistoryOptions } from './history-options.ts';
import { addInventoryOption, type InventoryOptions } from './inventory-options.ts';
import { newCommand } from './new-command.ts';
import { type OutputOptions, recordingFor } from './output-options.ts';
import { addHostOptions } from './run-options.ts';

export interface ExecOptions
  extends InventoryOptions,
    ConnectionOptions,
    OutputOptions,
    HistoryOptions {
  readonly moduleName: string;
  readonly args?: string;
  readonly limit?: string;
  readonly check?: boolean;
  readonly forks: number;
  readonly detailedExitcode?: boolean;
}

export function execCommand(end: (status: number) => void): Command {
  const command = newCommand('exec')
    .summary('run one module on the hosts of a pattern')
    .description('Runs one module on the hosts that a pattern means, and shows what each gave.')
    .argument('<pattern>', 'hosts: names, groups, patterns such as web:!web3')
    .optionsGroup('What:')
    .addOption(new Option('-m, --module-name <name>', 'the module').default('command'))
    .option('-a, --args <args>', 'its arguments: k=v, JSON, or the command itself')
    .optionsGroup('Where and how:');
  addInventoryOption(command)
    .option('-l, --limit <pattern>', 'only these of the hosts')
    .option('-C, --check', 'dry run: change nothing')
    .addOption(
      new Option('-f, --forks <number>', 'hosts worked on at the same time')
        .default(50)
        .argParser(positiveInteger),
    )
    .option('--detailed-exitcode', 'exit with 3 when something changed or would');
  addHostOptions(command);
  return command
    .addHelpText(
      'after',
      `
Examples:
  rolecall exec web -i hosts.ini -m command -a 'systemctl is-active nginx'
  rolecall exec all -i hosts.ini -m apt -a 'name=curl state=present' -b --check`,
    )
    .action(async (pattern: string, options: ExecOptions) => {
      end(await exec(pattern, options));
    });
}

async function exec(pattern: string, options: ExecOptions): Promise<number> {
  const recording = await recordingFor(options);
  const timer = recording?.timer ?? noTimer;
  const { loadRun } = await timed(timer, 'start', undefined, () => import('./load-run.ts'));
  const { oneTask, oneTaskFile } = await import('./one-task.ts');
  const source = oneTask(pattern, options.moduleName, options.args);
  const loaded = await timed(timer, 'parse', undefined, () =>
    loadRun([oneTaskFile], options, { text: source }),
  );
  const { execute } = await timed(timer, 'start', undefined, () => import('./execute.ts'));
  return execute(loaded, options, { given: await reporter(options), recording, kind: 'exec' });
}

/** Results as text, unless an --output says otherwise. */
async function reporter(options: ExecOptions) {
  if (options.output) return undefined;
  const { execReporter } = await import('../reporters/exec-results.ts');
  const { colours, noColours, wantsColour } = await import('../reporters/paint.ts');
  return execReporter(process.stdout, {
    verbosity: options.verbose,
    diff: options.diff ?? false,
    columns: process.stdout.columns ?? Number.POSITIVE_INFINITY,
    paint: wantsColour(process.stdout, process.env) ? colours : noColours,
  });
}
