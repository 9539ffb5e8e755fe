import { engineActions } from '../engine/actions/registry.ts';
import type { KnownModule } from '../playbook/context.ts';
import { loaderActions } from '../playbook/module-names.ts';
import { loadModules } from './modules.ts';

/** Every name that a task may call, with what the playbook reader must know of its arguments. */
export async function knownModules(): Promise<ReadonlyMap<string, KnownModule>> {
  const modules = await loadModules();
  return new Map<string, KnownModule>([
    ...[...loaderActions].map((name) => [name, {}] as const),
    ...engineActions().map((action) => [action.name, known(action)] as const),
    ...[...modules].map(([name, module]) => [name, known(module)] as const),
  ]);
}

function known({ args, aliases, freeForm }: Arguments): KnownModule {
  const argNames = [...Object.keys(args.properties), ...Object.keys(aliases)];
  return { argNames, ...(freeForm && { freeForm }) };
}

interface Arguments {
  readonly args: { readonly properties: object };
  readonly aliases: Readonly<Record<string, string>>;
  readonly freeForm: string | undefined;
}
