import { type Command, Option } from 'commander';
import { nearestName, RolecallError } from '../errors.ts';
import type { Reporter } from '../events.ts';
import { collect, increase } from './new-command.ts';
import { outputTo, save } from './output-file.ts';
import type { RunRecording } from './recording.ts';

export interface OutputOptions {
  readonly verbose: number;
  readonly diff?: boolean;
  readonly output?: readonly string[];
  /** The file for the trace, '' for none. */
  readonly timings?: string;
}

/** `outputFlag` is its spelling where -o means something else. */
export function addOutputOptions(command: Command, outputFlag = '-o, --output'): Command {
  return command
    .optionsGroup('Output:')
    .addOption(
      new Option('-v, --verbose', 'tell more; up to -vvvv').argParser(increase).default(0, '0'),
    )
    .option('-D, --diff', 'show changes as diffs')
    .addOption(
      new Option(
        `${outputFlag} <kind[=file]>`,
        'live, plain, json, junit=FILE; repeatable (default: live on a terminal, else plain)',
      ).argParser(collect),
    )
    .addOption(
      new Option(
        '--timings [=file]',
        'tell where the time went; with =FILE also as a trace for ui.perfetto.dev',
      ).preset(''),
    );
}

const kinds = ['live', 'plain', 'json', 'junit'];

/** The reporters that --output names, as one. Each kind is loaded only when it is used. */
export async function makeReporter(options: OutputOptions): Promise<Reporter> {
  const wanted = options.output ?? [process.stdout.isTTY ? 'live' : 'plain'];
  const onStdout = wanted.filter((text) => !text.includes('='));
  if (onStdout.length > 1) {
    throw new RolecallError({
      code: 'option-invalid',
      message: `--output ${onStdout.join(' and ')} would both write to stdout`,
      expected: `a file for all but one: --output ${onStdout[1]}=FILE`,
    });
  }
  const reporters = await Promise.all(wanted.map((text) => reporterFor(text, options)));
  if (reporters.length === 1) return reporters[0]!;
  const { tee } = await import('../reporters/tee.ts');
  return tee(reporters);
}

/** The recording that --timings asks for, from now on. */
export async function recordingFor({ timings }: OutputOptions): Promise<RunRecording | undefined> {
  if (timings === undefined) return undefined;
  const { startRecording } = await import('./recording.ts');
  return startRecording(timings);
}

async function reporterFor(text: string, options: OutputOptions): Promise<Reporter> {
  const [, kind = text, file] = /^([^=]*)=([\s\S]*)$/.exec(text) ?? [];
  const { wantsColour, colours, noColours } = await import('../reporters/paint.ts');
  const { verbose: verbosity, diff = false } = options;
  const stdout = process.stdout;
  switch (kind) {
    case 'live': {
      if (file !== undefined || !stdout.isTTY || process.env.TERM === 'dumb')
        return reporterFor(file ? `plain=${file}` : 'plain', options);
      const { terminalReporter } = await import('../reporters/terminal.ts');
      const { figuresFor } = await import('../reporters/figures.ts');
      const paint = wantsColour(stdout, process.env) ? colours : noColours;
      return terminalReporter(stdout, { verbosity, diff, paint, figures: figuresFor(process.env) });
    }
    case 'plain': {
      const { plainReporter } = await import('../reporters/plain.ts');
      const paint = file === undefined && wantsColour(stdout, process.env) ? colours : noColours;
      const columns = (file === undefined && stdout.columns) || Number.POSITIVE_INFINITY;
      return plainReporter(await outputTo(file), { verbosity, diff, columns, paint });
    }
    case 'json': {
      const { jsonLinesReporter } = await import('../reporters/json-lines.ts');
      return jsonLinesReporter(await outputTo(file));
    }
    case 'junit': {
      const { junitReporter } = await import('../reporters/junit.ts');
      return junitReporter((xml) => save(file, xml));
    }
    default:
      throw new RolecallError({
        code: 'option-invalid',
        message: `there is no --output '${kind}'`,
        expected: kinds.join(', '),
        nearest: nearestName(kind, kinds),
      });
  }
}
