import { Command, CommanderError } from 'commander';
import { commands } from './commands.ts';
import { newCommand, UsageError } from './new-command.ts';
import { showFailure } from './show-failure.ts';
import { inMainSpelling } from './spellings.ts';

/** Runs the command that the words name; returns the exit status. Never rejects. */
export async function main(words: readonly string[]): Promise<number> {
  endQuietlyWithoutReader();
  const verbosity = verbosityOf(words);
  process.on('uncaughtException', (error) => process.exit(showFailure(error, verbosity)));
  try {
    const outcome = { status: 0 };
    const program = await programFor(words, (status) => {
      outcome.status = status;
    });
    const given = words.length === 0 ? ['--help'] : inMainSpelling(words);
    await program.parseAsync(given, { from: 'user' });
    return outcome.status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    if (error instanceof UsageError) return 1;
    return showFailure(error, verbosity);
  }
}

/** The whole command line, of which only the named command is loaded; the others are names. */
export async function programFor(
  words: readonly string[],
  end: (status: number) => void,
): Promise<Command> {
  const program = newCommand('rolecall')
    .description('Runs playbooks over SSH: converges hosts to what playbooks and roles say.')
    .usage('COMMAND [OPTIONS]')
    .option('-V, --version', 'print the version')
    .helpCommand('help [COMMAND]', 'show the help of a command')
    .addHelpText(
      'after',
      `
Examples:
  rolecall run -i inventory/demo playbooks/demo.yml --check --diff
  rolecall exec web -i inventory/demo -m command -a uptime

Exit status: 0 ok, 1 error, 2 hosts failed, 4 hosts unreachable,
130 interrupted; with --detailed-exitcode 3 when something changed or would.`,
    );
  program.configureHelp({
    ...program.configureHelp(),
    subcommandTerm: (command) => command.name(),
  });
  const named = words.filter((word) => !word.startsWith('-'));
  const wanted = named[0] === 'help' ? named[1] : named[0];
  for (const [name, { summary, load }] of Object.entries(commands)) {
    if (name === wanted || wanted === '*') program.addCommand(await load(end));
    else program.addCommand(new Command(name).summary(summary).description(summary));
  }
  return program;
}

/** How many -v there are, also in -CDvvv: an error must know before the options are parsed. */
function verbosityOf(words: readonly string[]): number {
  const short = words.filter((word) => /^-[a-zA-Z]+$/.test(word)).join('');
  return short.split('v').length - 1 + words.filter((word) => word === '--verbose').length;
}

/** A reader that stops (`| head`) is no error. */
function endQuietlyWithoutReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
}
