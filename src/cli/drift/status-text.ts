import type { LastCheck, WatchState } from '../../drift/state.ts';
import { count, duration, hang } from '../../reporters/text.ts';
import { reasons } from './cycle-text.ts';
import { shownTime } from './shown-time.ts';

export interface WatchStatus {
  readonly watch: string;
  /** Who keeps the time: a unit, a process, nobody. */
  readonly by: string;
  /** undefined when nobody knows. */
  readonly next: number | undefined;
  readonly state: WatchState;
}

/** When it ran, what it found and when it runs next, at most 80 columns wide. */
export function statusText({ watch, by, next, state }: WatchStatus, now: number): string[] {
  const { last, lastGood, failures, totals, conditions } = state;
  const stopped = Object.values(state.repeats).filter((one) => one.stopped).length;
  const since = Object.entries(conditions).map(
    ([kind, condition]) => `${kind} since ${shownTime(condition.since)}`,
  );
  return [
    ['watch', watch],
    ['kept by', by],
    ['last check', last ? `${shownTime(last.endedAt)}, ${ago(now - last.endedAt)}` : 'never'],
    ...(last ? [['found', foundText(last)]] : []),
    ...(last && Object.keys(last.held).length > 0 ? [['left', leftText(last)]] : []),
    ...(last && last.unreachable.length > 0 ? [['unreachable', last.unreachable.join(', ')]] : []),
    ...(last?.error === undefined ? [] : [['error', last.error]]),
    ...(failures > 0
      ? [
          ['failing', `${count(failures, 'check')} in a row`],
          ['last good', lastGood === undefined ? 'never' : shownTime(lastGood)],
        ]
      : []),
    ...(stopped > 0
      ? [['undone', `${count(stopped, 'correction')} again and again, left alone`]]
      : []),
    ...(since.length > 0 ? [['told', since.join('; ')]] : []),
    ['so far', totalsText(totals)],
    ['next check', next === undefined ? 'unknown' : shownTime(next)],
  ].flatMap(([label = '', text = '']) => hang(label.padEnd(13), text, 80));
}

/** What --json prints. */
export function statusJson({ watch, by, next, state }: WatchStatus) {
  return { version: 1, watch, by, next: next ?? null, state };
}

function foundText({ hosts, driftedHosts, findings, corrected }: LastCheck): string {
  const kinds = Object.entries(findings).map(([kind, amount]) => `${amount} ${kind}`);
  return `${driftedHosts} of ${count(hosts, 'host')} drifted; left: ${kinds.join(', ')}; ${corrected} corrected`;
}

function leftText({ held }: LastCheck): string {
  return Object.entries(held)
    .map(([because, amount]) => `${amount}: ${reasons[because as keyof typeof reasons] ?? because}`)
    .join('; ');
}

function totalsText({
  checks,
  failedChecks,
  corrected,
  failedCorrections,
}: WatchState['totals']): string {
  return `${count(checks, 'check')} (${failedChecks} failed), ${count(corrected, 'correction')} (${failedCorrections} failed)`;
}

function ago(ms: number): string {
  return ms < 0 ? 'ahead of the clock' : `${duration(ms)} ago`;
}
