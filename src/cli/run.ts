import type { Command } from 'commander';
import { RolecallError } from '../errors.ts';
import { noTimer, timed } from '../timings/timer.ts';
import { newCommand } from './new-command.ts';
import { recordingFor } from './output-options.ts';
import { addRunOptions, type RunCommandOptions } from './run-options.ts';

export function runCommand(end: (status: number) => void): Command {
  const command = newCommand('run')
    .summary('run playbooks on the hosts of an inventory')
    .description(
      'Brings hosts to the state that playbooks describe. What is already so is left alone.',
    )
    .argument('<playbook...>', 'playbook files, run in order');
  return addRunOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  rolecall run -i inventory/demo playbooks/demo.yml
  rolecall run -i hosts.ini site.yml --limit web --tags nginx --check --diff
  rolecall run -i hosts.ini site.yml -o plain -o junit=report.xml`,
    )
    .action(async (playbooks: string[], options: RunCommandOptions) => {
      refuseUnsupported(options);
      end(await run(playbooks, options));
    });
}

async function run(playbooks: readonly string[], options: RunCommandOptions): Promise<number> {
  const recording = await recordingFor(options);
  const timer = recording?.timer ?? noTimer;
  const { loadRun } = await timed(timer, 'start', undefined, () => import('./load-run.ts'));
  const loaded = await timed(timer, 'parse', undefined, () => loadRun(playbooks, options));
  if (options.syntaxCheck) {
    for (const { file } of loaded.playbooks) process.stdout.write(`playbook: ${file}\n`);
    return 0;
  }
  if (options.listHosts || options.listTasks || options.listTags) {
    const { listing } = await import('./listing.ts');
    process.stdout.write(`${listing(loaded, options).join('\n')}\n`);
    return 0;
  }
  const { assertArguments } = await import('./check-arguments.ts');
  timed(timer, 'parse', undefined, () => assertArguments(loaded));
  const { execute } = await timed(timer, 'start', undefined, () => import('./execute.ts'));
  return execute(loaded, options, { recording });
}

function refuseUnsupported(options: RunCommandOptions): void {
  if (options.step) {
    throw new RolecallError({
      code: 'unsupported',
      message: '--step is not supported',
      hint: 'Use --check --diff to see what would be done, --start-at-task or --tags to do a part.',
    });
  }
  if (options.resume) {
    throw new RolecallError({
      code: 'unsupported',
      message: '--resume is not supported yet',
      hint: 'Run again: what is done is seen and left alone; or use --start-at-task.',
    });
  }
}
