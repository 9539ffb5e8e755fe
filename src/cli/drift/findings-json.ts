import type { Checked } from '../../drift/fleet.ts';
import { tally } from '../../drift/tally.ts';

/** What `drift check --output json` prints; docs/guides/drift.md describes it. */
export function findingsJson(watch: string, checked: Checked, at: number) {
  const { findings, hosts, unreachable, failed, durationMs } = checked;
  return {
    version: 1,
    watch,
    at: new Date(at).toISOString(),
    durationMs,
    hosts,
    unreachable,
    failed,
    counts: tally(findings),
    findings,
  };
}
