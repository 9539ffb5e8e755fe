import { nearestName, type Problem, type SourcePosition } from '../errors.ts';
import type { KnownModule } from './context.ts';
import { foreignModules } from './foreign-modules.ts';

/** Actions that the loader itself understands: they bring other tasks. */
export const loaderActions: ReadonlySet<string> = new Set([
  'import_playbook',
  'import_role',
  'import_tasks',
  'include_role',
  'include_tasks',
]);

/** Collections whose modules rolecall has under their short names. */
const ownCollections = [
  'ansible.builtin.',
  'ansible.legacy.',
  'ansible.posix.',
  'community.general.',
];

/** The module's name without a collection that rolecall covers: `ansible.builtin.apt` → `apt`. */
export function shortName(written: string): string {
  const prefix = ownCollections.find((collection) => written.startsWith(collection));
  return prefix ? written.slice(prefix.length) : written;
}

/** Whether a key of a task can be meant as a module at all. */
export function looksLikeModule(key: string, modules: ReadonlyMap<string, KnownModule>): boolean {
  const short = shortName(key);
  if (modules.has(short) || loaderActions.has(short) || key === 'include') return true;
  return Object.hasOwn(foreignModules, short) || /^[a-z_0-9]+\.[a-z_0-9]+\.[a-z_0-9.]+$/.test(key);
}

/** What is wrong with a module's name, or undefined when rolecall has it. */
export function moduleProblem(
  written: string,
  modules: ReadonlyMap<string, KnownModule>,
  at: SourcePosition,
): Problem | undefined {
  const short = shortName(written);
  if (modules.has(short) || loaderActions.has(short)) return undefined;
  if (short === 'include') {
    return {
      code: 'unsupported-module',
      message: "'include' is gone from Ansible",
      at,
      hint: 'Use import_tasks (read with the playbook) or include_tasks (read while it runs).',
    };
  }
  if (Object.hasOwn(foreignModules, short) || short.includes('.')) {
    const instead = Object.hasOwn(foreignModules, short) ? foreignModules[short] : '';
    return {
      code: 'unsupported-module',
      message: `the module '${written}' is not supported`,
      at,
      ...(instead && { hint: `Use ${instead}.` }),
    };
  }
  return {
    code: 'unknown-module',
    message: `no module is called '${written}'`,
    at,
    nearest: nearestName(short, [...modules.keys(), ...loaderActions]),
  };
}
