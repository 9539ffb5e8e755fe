import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Problem, RolecallError } from '../errors.ts';
import type { PlaybookContext } from '../playbook/context.ts';
import type { SourceFiles } from '../playbook/files.ts';
import { type LoadedPlaybook, loadPlaybook } from '../playbook/load.ts';
import { defaultRolesPath } from '../playbook/role-search.ts';
import type { InventoryOptions } from './inventory-options.ts';
import { knownModules } from './known-modules.ts';
import { filesWith } from './one-task.ts';
import { readSources, type Sources } from './sources.ts';
import { showWarnings } from './warnings.ts';

export interface LoadedRun extends Sources {
  readonly playbooks: readonly LoadedPlaybook[];
  /** The playbook of the whole site beside them, where it is not one of them: it says who else there is. */
  readonly site: readonly LoadedPlaybook[];
  /** How they were read; what they include is read the same way. */
  readonly context: PlaybookContext;
}

export interface LoadOptions {
  /** Whether executable sources of the inventory may run. */
  readonly allowScripts?: boolean;
  /** The playbook that `exec` makes. */
  readonly text?: string;
  /** Where playbooks and what they include are read; the disk by default. */
  readonly disk?: SourceFiles;
}

/**
 * Reads inventory, variables and playbooks; throws one error with the problems of all of them.
 */
export async function loadRun(
  files: readonly string[],
  options: InventoryOptions,
  { allowScripts = true, text, disk }: LoadOptions = {},
): Promise<LoadedRun> {
  const [sources, modules] = await Promise.all([
    readSources(options, allowScripts),
    knownModules(),
  ]);
  showWarnings(sources.inventory.warnings);
  const context: PlaybookContext = {
    rolesPath: defaultRolesPath(process.env),
    knownModules: modules,
    ...(disk && { files: disk }),
    ...(text !== undefined && { files: filesWith(text) }),
    extraVars: sources.extraVars,
    vault: {
      decrypt: (text: string, file: string) =>
        sources.vault.decrypt(text, { file, line: 1, column: 1 }),
    },
  };
  const problems: Problem[] = [];
  const playbooks: LoadedPlaybook[] = [];
  for (const file of files) {
    try {
      playbooks.push(loadPlaybook(file, context));
    } catch (error) {
      if (!(error instanceof RolecallError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new RolecallError(problems);
  return { ...sources, playbooks, site: siteBeside(files, context), context };
}

/** `site.yml` in the folders of the playbooks. One that cannot be read says so when it is run itself. */
function siteBeside(files: readonly string[], context: PlaybookContext): LoadedPlaybook[] {
  const given = new Set(files.map((file) => resolve(file)));
  const candidates = new Set([...given].map((file) => join(dirname(file), 'site.yml')));
  return [...candidates].flatMap((file) => {
    if (given.has(file) || !existsSync(file)) return [];
    try {
      return [loadPlaybook(file, context)];
    } catch (error) {
      if (error instanceof RolecallError) return [];
      throw error;
    }
  });
}
