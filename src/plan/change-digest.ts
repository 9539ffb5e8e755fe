import type { Basis } from '../engine/guard.ts';
import type { Digests } from './digest.ts';

/** What a change comes to: the same in the plan and when it is applied, or it is another change. */
export function changeDigest({ args, decision }: Basis, digests: Digests): string {
  if (decision.kind !== 'change') return digests.of([decision.kind]);
  // Modules that simulate are told what kind of run it is.
  const { checkMode: _, ...same } = args;
  return digests.of([same, decision.summary, decision.diff]);
}
