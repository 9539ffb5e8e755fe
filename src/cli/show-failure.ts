import { describeProblem, RolecallError } from '../errors.ts';
import { escapeForTerminal } from '../shell/display.ts';
import { sourceLine } from './source-line.ts';

/** Writes to stderr what ended the command; returns its exit status. Stacks only with -vvv. */
export function showFailure(error: unknown, verbosity: number): number {
  const known = error instanceof RolecallError;
  const problems = known ? error.problems : [internalProblem(error, verbosity)];
  const texts = problems.map((problem) => safely(describeProblem(problem, sourceLine)));
  process.stderr.write(`${texts.join('\n\n')}\n`);
  if (problems.length > 1) process.stderr.write(`\n${problems.length} problems\n`);
  if (known && verbosity >= 3) process.stderr.write(`${safely(error.stack ?? '')}\n`);
  return known ? error.exitStatus : 1;
}

type Problem = RolecallError['problems'][number];

function internalProblem(error: unknown, verbosity: number): Problem {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const stack = error instanceof Error && error.stack ? `\n${error.stack}` : '';
  return {
    code: 'internal',
    message: verbosity >= 3 ? text + stack : text,
    hint:
      verbosity >= 3
        ? 'Please report it with the lines above.'
        : 'Please report it with what -vvv adds to this message.',
  };
}

function safely(text: string): string {
  return text.split('\n').map(escapeForTerminal).join('\n');
}
