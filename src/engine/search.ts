import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { RolecallError, type SourcePosition } from '../errors.ts';
import type { RoleScope } from '../playbook/play.ts';

/** Where a task stands, for the files that it names. */
export interface Place {
  /** Folder of the tasks file. */
  readonly folder: string;
  readonly playbookDir: string;
  readonly role?: RoleScope;
}

/**
 * Absolute path of a file on the controller, searched as Ansible does: in `files` or `templates` (or
 * `vars`) of the role, the role, the tasks' folder, then the same of the playbook.
 * Throws `file-not-found` with the places.
 */
export function findFile(name: string, kind: string, place: Place, at: SourcePosition): string {
  const places = isAbsolute(name) ? [name] : candidates(expandHome(name), kind, place);
  const found = places.find(exists);
  if (found) return found;
  throw new RolecallError({
    code: 'file-not-found',
    message: `there is no ${kind === 'templates' ? 'template' : 'file'} '${name}' on the controller`,
    at,
    expected: `one of ${places.join(', ')}`,
  });
}

/** The text of a template that another one includes. */
export function loadTemplate(
  name: string,
  from: string,
  place: Place,
): { readonly source: string; readonly file: string } {
  const beside = join(dirname(from), name);
  const file = exists(beside)
    ? beside
    : findFile(name, 'templates', place, { file: from, line: 1, column: 1 });
  return { source: readFileSync(file, 'utf8'), file };
}

function candidates(name: string, kind: string, { folder, playbookDir, role }: Place): string[] {
  const bases = [...(role ? [role.path] : []), folder, playbookDir];
  const places = bases.flatMap((base) => [join(base, kind, name), join(base, name)]);
  return [...new Set(places)];
}

function expandHome(name: string): string {
  return name.startsWith('~/') ? join(process.env.HOME ?? '/', name.slice(2)) : name;
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
