import type { HostResult, Status } from '../events.ts';
import type { Tone } from './paint.ts';
import { shownLine } from './text.ts';

/** The word for how a task ended; in check mode it says that nothing was done. */
export function statusWord(outcome: Pick<HostResult, 'status' | 'predicted' | 'ignored'>): string {
  if (outcome.ignored) return outcome.status === 'unreachable' ? 'unreachable' : 'ignored';
  if (outcome.predicted && outcome.status === 'changed') return 'would change';
  return outcome.status;
}

export const statusTone: Readonly<Record<Status, Tone>> = {
  ok: 'good',
  changed: 'change',
  skipped: 'quiet',
  failed: 'bad',
  unreachable: 'bad',
  unknown: 'doubt',
};

/** Columns of the longest status word. */
export const statusColumns = 'would change'.length;

/** The message, or what stands for it where the module gave none. */
export function reasonOf(outcome: HostResult): string {
  if (outcome.message) return outcome.message;
  if (outcome.problem) return outcome.problem.message;
  const own = textOf(outcome, 'msg');
  if (own) return own;
  if (outcome.status === 'unknown') {
    return outcome.predicted ? 'unknown until applied' : 'the answer was lost';
  }
  return '';
}

/** A text under one of the result's keys, '' where there is none. */
export function textOf(outcome: HostResult, key: string): string {
  const { result } = outcome;
  if (result === null || typeof result !== 'object' || Array.isArray(result)) return '';
  const value = result[key];
  return typeof value === 'string' ? value : '';
}

/** The task's name with its role before it, once. */
export function titleOf(event: { readonly task: string; readonly role?: string }): string {
  const { task, role } = event;
  return shownLine(role && !task.startsWith(`${role} : `) ? `${role} : ${task}` : task);
}
