import { engineActions } from '../engine/actions/registry.ts';
import type { Documented } from './argument-docs.ts';
import { loadModules } from './modules.ts';

/** Everything that a task may call, by its short name, in alphabetical order. */
export async function allModules(): Promise<ReadonlyMap<string, Documented>> {
  const modules = await loadModules();
  const actions = engineActions().map((action) => [action.name, action] as const);
  return new Map<string, Documented>([...modules, ...actions].sort(([a], [b]) => (a < b ? -1 : 1)));
}
