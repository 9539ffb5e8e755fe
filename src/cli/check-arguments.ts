import { engineAction } from '../engine/actions/registry.ts';
import { type Problem, RolecallError } from '../errors.ts';
import { argumentProblems, type CheckArguments } from '../playbook/lint-arguments.ts';
import { handlerProblems } from '../playbook/lint-handlers.ts';
import { reach } from '../playbook/lint-walk.ts';
import { Loading } from '../playbook/loading.ts';
import { checkArguments } from '../schema/check.ts';
import type { LoadedRun } from './load-run.ts';
import { loadedModule } from './modules.ts';

/** Holds arguments against the schema of a module or of the engine's own action. */
export const checkAgainstSchema: CheckArguments = (name, given) => {
  const callable = engineAction(name) ?? loadedModule(name);
  if (!callable) return [];
  const open = 'open' in callable && callable.open;
  const raw = 'raw' in callable ? (callable.raw ?? []) : [];
  const main = (argument: string) => callable.aliases[argument] ?? argument;
  const later = new Set(given.later);
  for (const argument of Object.keys(given.values)) {
    if (raw.includes(main(argument))) later.add(argument);
  }
  const values = Object.entries(given.values).filter(
    ([argument]) => !open || main(argument) in callable.args.properties,
  );
  const known = { values: Object.fromEntries(values), later, at: given.at.bind(given) };
  return checkArguments(callable, known).problems;
};

/** Throws every wrong argument and unknown handler of the tasks that can be reached, before any connection is opened. */
export function assertArguments({ playbooks, context }: LoadedRun): void {
  const problems = new Map<string, Problem>();
  for (const play of playbooks.flatMap(({ plays }) => plays)) {
    const reached = reach(play, new Loading(context));
    const { tasks, handlers } = reached;
    for (const problem of handlerProblems(reached)) problems.set(JSON.stringify(problem), problem);
    for (const met of [...tasks, ...handlers]) {
      for (const problem of argumentProblems(met, context, checkAgainstSchema)) {
        problems.set(JSON.stringify(problem), problem);
      }
    }
  }
  if (problems.size > 0) throw new RolecallError([...problems.values()]);
}
