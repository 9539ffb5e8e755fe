import { RolecallError, type SourcePosition } from '../errors.ts';

/** What an evaluation read: names of variables, and `surroundings` for lookups and other files. */
export type Dependencies = ReadonlySet<string>;

/** Stands for whatever is not a variable: the files that a lookup or include finds. */
export const surroundings = '\0surroundings';
/** Stands for all variables at once, as `vars` gives them. */
export const everything = '\0everything';

interface Evaluation {
  readonly owner: object;
  readonly name: string;
  readonly at: SourcePosition | undefined;
  readonly read: Set<string>;
}

const running: Evaluation[] = [];
const maxDepth = 100;

/** Notes that the running evaluation read these names. */
export function dependOn(names: Iterable<string>): void {
  const current = running.at(-1);
  if (current) for (const name of names) current.read.add(name);
}

/**
 * Evaluates `name` of `owner`, collecting what it reads; the evaluation around it read the same.
 * Throws `variable-cycle` when that evaluation is already running, naming the way round.
 */
export function tracked<T>(
  owner: object,
  name: string,
  at: SourcePosition | undefined,
  evaluate: () => T,
): { result: T; read: Dependencies } {
  const first = running.findIndex((one) => one.owner === owner && one.name === name);
  if (first !== -1) throw cycle(running.slice(first));
  if (running.length >= maxDepth) {
    throw new RolecallError({
      code: 'template-failed',
      message: `'${name}' needs more than ${maxDepth} variables one inside the other`,
      ...(at && { at }),
    });
  }
  const evaluation: Evaluation = { owner, name, at, read: new Set([name]) };
  running.push(evaluation);
  let result: T;
  try {
    result = evaluate();
  } finally {
    running.pop();
  }
  dependOn(evaluation.read);
  return { result, read: evaluation.read };
}

function cycle(round: readonly Evaluation[]): RolecallError {
  const [start] = round;
  const places = round
    .filter((one) => one.at)
    .map((one) => `'${one.name}' at ${one.at!.file}:${one.at!.line}:${one.at!.column}`);
  return new RolecallError({
    code: 'variable-cycle',
    message: `variables depend on each other: ${[...round.map((one) => one.name), start!.name].join(' → ')}`,
    ...(start!.at && { at: start!.at }),
    ...(places.length > 1 && { hint: `Change one of them: ${places.join(', ')}.` }),
  });
}
