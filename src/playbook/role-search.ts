import { basename, isAbsolute, join, resolve } from 'node:path';
import { nearestName, type SourcePosition } from '../errors.ts';
import type { Scope } from './scope.ts';

/** Absolute folder of a role, or undefined and a problem that names the places searched. */
export function findRole(name: string, at: SourcePosition, scope: Scope): string | undefined {
  const { files } = scope.loading;
  const folders = roleFolders(scope);
  const places = isAbsolute(name)
    ? [name]
    : [...folders.map((folder) => join(folder, name)), resolve(name)];
  const found = places.find((place) => files.kind(place) === 'folder');
  if (found) return found;
  const collection = /^[a-z_0-9]+\.[a-z_0-9]+\.[a-z_0-9]+$/.test(name);
  const known = folders.flatMap((folder) =>
    files.kind(folder) === 'folder' && basename(folder) === 'roles' ? files.list(folder) : [],
  );
  scope.loading.report({
    code: 'role-not-found',
    message: `there is no role '${name}' in ${folders.join(', ')}`,
    at,
    nearest: nearestName(name, known),
    ...(collection && { hint: 'Roles of collections are not searched; copy it into roles/.' }),
  });
  return undefined;
}

/** Where roles are searched, in order. */
function roleFolders(scope: Pick<Scope, 'playFolder' | 'role' | 'loading'>): string[] {
  const folders = [join(scope.playFolder, 'roles'), ...scope.loading.context.rolesPath];
  if (scope.role) folders.push(resolve(scope.role.path, '..'));
  return [...new Set([...folders, scope.playFolder])];
}

/**
 * The folders of `rolesPath` as Ansible has them: ANSIBLE_ROLES_PATH, ./roles, then the user's and
 * the system's; `extra` (rolecall's own roles) comes last.
 */
export function defaultRolesPath(
  environment: { readonly [name: string]: string | undefined },
  extra: readonly string[] = [],
): string[] {
  const home = environment.HOME ?? '';
  const given = (environment.ANSIBLE_ROLES_PATH ?? '').split(':').filter((path) => path !== '');
  const usual = [join(home, '.ansible/roles'), '/usr/share/ansible/roles', '/etc/ansible/roles'];
  const folders = [...given, 'roles', ...usual, ...extra];
  return folders.map((path) => resolve(path.replace(/^~(?=\/|$)/, home)));
}
