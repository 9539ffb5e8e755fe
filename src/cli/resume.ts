import { type Command, InvalidArgumentError, Option } from 'commander';
import { collect, newCommand } from './new-command.ts';
import type { ResumeOptions } from './resume-run.ts';
import { addHostOptions, addPaceOptions } from './run-options.ts';

export function resumeCommand(end: (status: number) => void): Command {
  const command = newCommand('resume')
    .summary('go on with a run that did not get to its end')
    .description(
      'Runs the playbooks of an earlier run again with its options. What it did on a host is only looked at; what failed, was not reached or not begun is done, and so are the handlers that hosts are owed.',
    )
    .argument('<run>', 'its number in `rolecall history`', runNumber)
    .optionsGroup('How:')
    .addOption(
      new Option(
        '--begun <[host=]how>',
        'commands of which only the beginning is known: do them `again`, or take them as `done`; repeatable, the last one for a host counts',
      ).argParser(collect),
    );
  addPaceOptions(command);
  addHostOptions(command);
  return command
    .addHelpText(
      'after',
      `
What -e gave to the run as name=value is to be given again: values are not
recorded.

Example:
  rolecall resume 42`,
    )
    .action(async (run: number, options: ResumeOptions) => {
      const { resumeRun } = await import('./resume-run.ts');
      end(await resumeRun(run, options));
    });
}

function runNumber(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text))
    throw new InvalidArgumentError(
      'Expected: the number of a run, as `rolecall history` shows it.',
    );
  return Number(text);
}
