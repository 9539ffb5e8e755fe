import { describeProblem, type Problem, RolecallError } from '../errors.ts';
import { shownPlace } from '../reporters/place.ts';
import { escapeForTerminal } from '../shell/display.ts';
import { sourceLine } from './source-line.ts';

/** Writes to stderr what ended the command; returns its exit status. Stacks only with -vvv. */
export function showFailure(error: unknown, verbosity: number): number {
  const known = error instanceof RolecallError;
  const problems = known ? error.problems : [internalProblem(error, verbosity)];
  process.stderr.write(`${problems.map(problemText).join('\n\n')}\n`);
  if (problems.length > 1) process.stderr.write(`\n${problems.length} problems\n`);
  if (known && verbosity >= 3) process.stderr.write(`${escapeForTerminal(error.stack ?? '')}\n`);
  return known ? error.exitStatus : 1;
}

/** A problem with its source line, its file as seen from the working directory. */
export function problemText(problem: Problem): string {
  const { at } = problem;
  const nearby = at ? { ...problem, at: { ...at, file: shownPlace(at.file) } } : problem;
  return escapeForTerminal(describeProblem(nearby, () => at && sourceLine(at)));
}

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
