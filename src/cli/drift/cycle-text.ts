import type { HeldBecause } from '../../drift/choose.ts';
import type { Cycle } from '../../drift/cycle.ts';
import { summary } from './findings-text.ts';

/** What a cycle found and did, in lines that a log may hold. */
export function cycleLines(cycle: Cycle): string[] {
  const { checked, corrected, failed, held, gate, error } = cycle;
  const name = ({ host, role, task }: { host: string; role?: string; task: string }) =>
    `${host}: ${role === undefined ? '' : `${role}: `}${task}`;
  const because = Map.groupBy(
    held.filter(({ because }) => because !== 'unknown'),
    (one) => one.because,
  );
  return [
    ...(checked ? [summary(checked)] : []),
    ...corrected.map((finding) => `corrected ${name(finding)}`),
    ...failed.map(({ finding, message }) => `failed to correct ${name(finding)}: ${message}`),
    ...[...because].map(([reason, list]) => `${list.length} not corrected: ${reasons[reason]}`),
    ...(gate === undefined ? [] : [`health check: ${gate}`]),
    ...(error === undefined ? [] : [`the check failed: ${error}`]),
  ];
}

/** Why findings are left alone, for people. */
export const reasons: Readonly<Record<HeldBecause, string>> = {
  policy: 'the policy says report',
  unknown: 'known when it is applied',
  'drifted-share': 'too many hosts drift at once',
  'same-drift': 'it came back too often, something undoes it',
  window: 'outside the maintenance windows',
  'corrections-per-hour': 'enough was corrected within this hour',
  'gate-before': 'the health check was not good',
  'gate-after': 'the health check was not good behind a wave',
  'correction-failed': 'a correction before it failed',
  busy: 'another run is at work on the host',
  stopping: 'the watch was stopped',
};
