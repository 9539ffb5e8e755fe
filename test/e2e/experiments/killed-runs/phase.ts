import type { RecordedEvent } from '../../support/rolecall.ts';

/** Where a run was when it was killed. */
export const phases = [
  'before the run began',
  'while connecting',
  'before the first result',
  'between results of tasks',
  'while a command ran',
  'while or behind handlers at the end',
  'when it had ended',
] as const;

export type Phase = (typeof phases)[number];

/** Read from what the run had told, and from the record: the number of commands without a result. */
export function phaseOf(events: readonly RecordedEvent[], begun: number | undefined): Phase {
  const count = (kind: string) => events.filter(({ event }) => event === kind).length;
  if (begun === undefined || count('run-started') === 0) return 'before the run began';
  if (count('run-finished') > 0) return 'when it had ended';
  if (count('host-connected') < 2) return 'while connecting';
  if (count('host-task-finished') === 0) return 'before the first result';
  if (begun > 0) return 'while a command ran';
  const done = events.some(({ event, task }) => event === 'host-task-finished' && task === 'Once');
  return done ? 'while or behind handlers at the end' : 'between results of tasks';
}
