import type { Problem } from '../errors.ts';
import { type LintContext, lintPlaybook } from '../playbook/lint.ts';
import { defaultRolesPath } from '../playbook/role-search.ts';
import { checkAgainstSchema } from './check-arguments.ts';
import type { InventoryOptions } from './inventory-options.ts';
import { knownModules } from './known-modules.ts';
import { loadRun } from './load-run.ts';
import { readSite } from './read-site.ts';
import { hostVariables, readSources, type Sources } from './sources.ts';

/** What lint found in all of the playbooks together. */
export interface Findings {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly tasks: number;
}

/** Checks playbooks without running anything. */
export async function lintPlaybooks(
  files: readonly string[],
  options: InventoryOptions,
): Promise<Findings> {
  const sources = await readSources(options, false);
  const context: LintContext = {
    rolesPath: defaultRolesPath(process.env),
    knownModules: await knownModules(),
    extraVars: sources.extraVars,
    vault: {
      decrypt: (text, file) => sources.vault.decrypt(text, { file, line: 1, column: 1 }),
    },
    inventoryNames: namesOf(sources),
    checkArguments: checkAgainstSchema,
  };
  const reports = files.map((file) => lintPlaybook(file, context));
  const problems = distinct(reports.flatMap(({ problems }) => problems));
  return {
    problems: problems.length > 0 ? problems : await roleProblems(files, options, sources),
    warnings: distinct([
      ...sources.inventory.warnings,
      ...reports.flatMap(({ warnings }) => warnings),
    ]),
    tasks: reports.reduce((sum, { tasks }) => sum + tasks, 0),
  };
}

/** Parameters and rules of typed roles, for the hosts of the inventory. */
async function roleProblems(
  files: readonly string[],
  options: InventoryOptions,
  { inventory }: Sources,
): Promise<readonly Problem[]> {
  if (inventory.hostsIn('all').length === 0) return [];
  return (await readSite(await loadRun(files, options, { allowScripts: false }))).problems;
}

function namesOf(sources: Sources): Set<string> {
  const variables = hostVariables(sources);
  const hosts = sources.inventory.hostsIn('all');
  return new Set(hosts.flatMap((host) => [...variables(host).keys()].map(String)));
}

/** A role that several playbooks use is read several times; its problems are told once. */
function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
