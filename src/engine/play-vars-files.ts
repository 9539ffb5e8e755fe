import { RolecallError } from '../errors.ts';
import type { VarsFile } from '../inventory/vars-files.ts';
import type { Play } from '../playbook/play.ts';
import type { Value } from '../values.ts';
import { evaluateValue } from '../variables/values.ts';
import type { Run } from './run-state.ts';
import { findFile } from './search.ts';

/**
 * vars_files of a play for a host; an entry that is a list means the first of its files that exists.
 * Throws `file-not-found` rather than going on without.
 */
export function readVarsFiles(play: Play, host: string, run: Run): readonly VarsFile[] {
  if (play.varsFiles.length === 0) return [];
  const scope = run.variables.hostScope(host, undefined);
  return play.varsFiles.map((entry) => {
    const named = evaluateValue(entry, scope, play.at);
    const path = firstFound(Array.isArray(named) ? named : [named], play);
    return { path, values: run.loader.vars(path) };
  });
}

function firstFound(names: readonly Value[], play: Play): string {
  const place = { folder: play.folder, playbookDir: play.folder };
  const errors: RolecallError[] = [];
  for (const name of names) {
    try {
      return findFile(String(name), 'vars', place, play.at);
    } catch (error) {
      if (!(error instanceof RolecallError)) throw error;
      errors.push(error);
    }
  }
  throw new RolecallError(errors.flatMap(({ problems }) => problems));
}
