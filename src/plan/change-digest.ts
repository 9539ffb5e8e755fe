import type { Basis } from '../engine/guard.ts';
import type { Digests } from './digest.ts';

/** What a change comes to: the same in the plan and when it is applied, or it is another change. */
export function changeDigest({ args, decision }: Basis, digests: Digests): string {
  if (decision.kind !== 'change') return digests.of([decision.kind]);
  return digests.of([declared(args), decision.summary, decision.diff]);
}

/** What is asked for, whatever it takes: of a change of which not all is known ahead. */
export function declaredDigest({ args }: Basis, digests: Digests): string {
  return digests.of(['declared', declared(args)]);
}

/** What a task is to come to: the same in each kind of run with the same sources. */
export function desiredDigest(module: string, { args }: Basis, digests: Digests): string {
  if (!Object.isFrozen(args)) return digests.of([module, declared(args)]);
  const known = ofLiterals.get(args);
  if (known?.module === module && known.digests === digests) return known.digest;
  const digest = digests.of([module, declared(args)]);
  ofLiterals.set(args, { module, digests, digest });
  return digest;
}

/** Arguments that are the same object on many hosts. */
const ofLiterals = new WeakMap<
  object,
  { readonly module: string; readonly digests: Digests; readonly digest: string }
>();

/** Modules that simulate are told what kind of run it is. */
function declared({ checkMode: _, ...args }: Basis['args']): object {
  return args;
}
