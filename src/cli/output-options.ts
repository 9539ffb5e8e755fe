import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Command, Option } from 'commander';
import { nearestName, RolecallError } from '../errors.ts';
import type { Reporter } from '../events.ts';
import type { Output } from '../reporters/output.ts';
import { collect, increase } from './new-command.ts';

export interface OutputOptions {
  readonly verbose: number;
  readonly diff?: boolean;
  readonly output?: readonly string[];
}

export function addOutputOptions(command: Command): Command {
  return command
    .optionsGroup('Output:')
    .addOption(
      new Option('-v, --verbose', 'tell more; up to -vvvv').argParser(increase).default(0, '0'),
    )
    .option('-D, --diff', 'show changes as diffs')
    .addOption(
      new Option(
        '-o, --output <kind[=file]>',
        'live, plain, json, junit=FILE; repeatable (default: live on a terminal, else plain)',
      ).argParser(collect),
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

async function outputTo(file: string | undefined): Promise<Output> {
  if (file === undefined) return process.stdout;
  await makeFolder(file);
  const stream = createWriteStream(file);
  await new Promise<void>((resolve, reject) => {
    stream.once('open', () => resolve());
    stream.once('error', (error) => reject(cannotWrite(file, error)));
  });
  return stream as unknown as Output;
}

async function save(file: string | undefined, text: string): Promise<void> {
  if (file === undefined) {
    process.stdout.write(text);
    return;
  }
  await makeFolder(file);
  await writeFile(file, text).catch((error: Error) => {
    throw cannotWrite(file, error);
  });
}

async function makeFolder(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true }).catch((error: Error) => {
    throw cannotWrite(file, error);
  });
}

function cannotWrite(file: string, error: Error): RolecallError {
  return new RolecallError({
    code: 'option-invalid',
    message: `the report ${file} cannot be written: ${error.message}`,
  });
}
