import type { Module } from '../modules/contract.ts';
import { moduleLoaders } from '../modules/registry.ts';

const loaded = new Map<string, Module>();

/** A module by its short name, loaded when first asked for; undefined when there is none. */
export async function loadModule(name: string): Promise<Module | undefined> {
  const known = loaded.get(name);
  if (known || !Object.hasOwn(moduleLoaders, name)) return known;
  const module = await moduleLoaders[name]!();
  loaded.set(name, module);
  return module;
}

/** A module that has been loaded already. */
export function loadedModule(name: string): Module | undefined {
  return loaded.get(name);
}

/** Loads all and gives them by name. */
export async function loadModules(): Promise<ReadonlyMap<string, Module>> {
  await Promise.all(Object.keys(moduleLoaders).map(loadModule));
  return loaded;
}
