import type { Checked, Finding } from './fleet.ts';
import { actionFor } from './policy.ts';
import type { DriftSettings } from './settings.ts';
import type { WatchState } from './state.ts';
import { isOpen } from './windows.ts';

/** Why a finding is not corrected now. */
export type HeldBecause =
  | 'policy'
  | 'unknown'
  | 'drifted-share'
  | 'same-drift'
  | 'window'
  | 'corrections-per-hour'
  | 'gate-before'
  | 'gate-after'
  | 'correction-failed'
  | 'busy'
  | 'stopping';

export interface Held {
  readonly finding: Finding;
  readonly because: HeldBecause;
}

export interface Choice {
  readonly correct: readonly Finding[];
  readonly held: readonly Held[];
}

/** Sorts findings into those to correct now and those to leave, with the reason. */
export function choose(
  checked: Checked,
  settings: Pick<DriftSettings, 'policy' | 'windows' | 'limits'>,
  state: WatchState,
  now: number,
): Choice {
  const { policy, windows, limits } = settings;
  const tooMany = driftsTooWidely(checked, limits.driftedShare);
  const open = isOpen(windows, now);
  let left = limits.correctionsPerHour - state.corrections.length;
  const correct: Finding[] = [];
  const held: Held[] = [];
  for (const finding of checked.findings) {
    const because = reasonToHold(finding);
    if (because) held.push({ finding, because });
    else {
      correct.push(finding);
      left--;
    }
  }
  return { correct, held };

  function reasonToHold(finding: Finding): HeldBecause | undefined {
    if (finding.kind === 'unknown') return 'unknown';
    if (actionFor(policy, finding) === 'report') return 'policy';
    if (tooMany) return 'drifted-share';
    if (state.repeats[finding.key]?.stopped) return 'same-drift';
    if (!open) return 'window';
    return left <= 0 ? 'corrections-per-hour' : undefined;
  }
}

/** Hosts that moved away from what was left on them. */
export function driftedHosts({ findings }: Pick<Checked, 'findings'>): string[] {
  return [
    ...new Set(findings.filter(({ kind }) => kind === 'drifted').map(({ host }) => host)),
  ].sort();
}

/** One or two hosts are never too large a share: a fleet may be as small as that. */
const fewHosts = 2;

function driftsTooWidely(checked: Checked, share: number): boolean {
  const drifted = driftedHosts(checked).length;
  return drifted > fewHosts && drifted / checked.hosts.length > share;
}
