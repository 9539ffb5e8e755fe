import type { Problem } from '../errors.ts';
import { errorCatalogue } from '../errors.ts';
import type { PlaybookContext } from './context.ts';
import { argumentProblems, type CheckArguments } from './lint-arguments.ts';
import { checkNamedFile, checkVarsFiles } from './lint-files.ts';
import { handlerProblems } from './lint-handlers.ts';
import { checkTemplateFile } from './lint-templates.ts';
import { undefinedVariables } from './lint-variables.ts';
import { reach } from './lint-walk.ts';
import { readPlaybook } from './load.ts';
import { inOrder } from './loading.ts';

export interface LintContext extends PlaybookContext {
  /** Names of all variables that the inventory gives to some host. */
  readonly inventoryNames?: Iterable<string>;
  /** Holds arguments against the schema of a module. */
  readonly checkArguments?: CheckArguments;
}

export interface LintReport {
  /** What will fail, file by file from top to bottom. */
  readonly problems: readonly Problem[];
  /** What may be wrong. */
  readonly warnings: readonly Problem[];
  readonly plays: number;
  readonly tasks: number;
}

/**
 * Everything that can be known to be wrong with a playbook, its roles, and the files that they name,
 * without a connection. Executes nothing and writes nothing.
 *
 * @example lintPlaybook('site.yml', context).problems.map((problem) => describeProblem(problem))
 */
export function lintPlaybook(file: string, context: LintContext): LintReport {
  const { playbook, loading } = readPlaybook(file, context);
  const reached = playbook.plays.map((play) => reach(play, loading));
  const broken = loading.problems.length > 0;
  const met = reached.flatMap(({ tasks }) => tasks);
  for (const play of playbook.plays) checkVarsFiles(play, loading);
  for (const each of met) {
    const path = checkNamedFile(each, loading);
    if (path && each.task.action.module === 'template') checkTemplateFile(path, each, loading);
    if (!context.checkArguments) continue;
    for (const problem of argumentProblems(each, context, context.checkArguments)) {
      loading.report(problem);
    }
  }
  // handlers and variables of what could not be read would only seem to be missing
  if (!broken) {
    for (const each of reached)
      for (const problem of handlerProblems(each)) loading.report(problem);
    const missing = undefinedVariables(reached, loading, context.inventoryNames ?? []);
    for (const problem of missing) loading.report(problem);
  }
  for (const at of loading.bracedConditions) {
    loading.report({
      code: 'template-braces',
      message: 'a condition is an expression already and needs no braces',
      at,
    });
  }
  const all = inOrder([...loading.problems, ...loading.warnings]);
  const isWarning = ({ code }: Problem) => errorCatalogue[code].exit === 0;
  return {
    problems: all.filter((problem) => !isWarning(problem)),
    warnings: all.filter(isWarning),
    plays: playbook.plays.length,
    tasks: new Set(met.map(({ task }) => task)).size,
  };
}
