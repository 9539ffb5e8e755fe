import type { Checked, Finding } from './fleet.ts';

export const findingKinds = ['drifted', 'pending', 'unknown'] as const;

/** How many findings there are of each kind. */
export function tally(findings: readonly Finding[]): Readonly<Record<Finding['kind'], number>> {
  const amount = (kind: Finding['kind']) => findings.filter((one) => one.kind === kind).length;
  return { drifted: amount('drifted'), pending: amount('pending'), unknown: amount('unknown') };
}

/**
 * The exit status of a check: 4 hosts did not answer, 2 tasks failed, 3 something differs, 0 nothing
 * does. What is unknown until applied is no difference.
 */
export function exitStatusOf({ unreachable, failed, findings }: Checked): number {
  if (unreachable.length > 0) return 4;
  if (failed.length > 0) return 2;
  return findings.some(({ kind }) => kind !== 'unknown') ? 3 : 0;
}
