import type { Problem } from '../../errors.ts';

/** The same mistake in a group's variables is one, whatever the number of its hosts. */
export function distinctProblems(problems: readonly Problem[]): Problem[] {
  const byPlace = new Map<string, Problem>();
  for (const problem of problems) {
    const { host: _host, ...rest } = problem;
    const key = JSON.stringify(rest);
    if (!byPlace.has(key)) byPlace.set(key, problem.at ? rest : problem);
  }
  return [...byPlace.values()];
}
