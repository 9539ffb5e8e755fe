import type { RolecallError } from '../errors.ts';
import type { HostResult, Status } from '../events.ts';
import type { Plain } from '../values.ts';
import type { Censor } from './censor.ts';
import type { Outcome } from './outcome.ts';
import type { Ended, TaskCall } from './task-call.ts';
import { isConnectionTrouble } from './task-item.ts';

/** What is told of an outcome, secrets hidden; `more` is what else is known of it. */
export function shownOf(
  call: TaskCall,
  { outcome, predicted }: Pick<Ended, 'outcome' | 'predicted'>,
  censor: Censor,
  durationMs: number,
  more: Partial<HostResult>,
): HostResult {
  const status = statusOf(outcome);
  const problem = outcome.problem ?? problemOf(outcome, call);
  let result: Plain | undefined;
  return {
    ...more,
    status,
    message: censor.message(outcome.message, outcome.result),
    // Few reporters look at it.
    get result() {
      result ??= censor.result(outcome.result);
      return result;
    },
    diff: censor.diff(outcome.diff),
    problem:
      status === 'failed' || status === 'unreachable' || outcome.lost
        ? censor.problem(problem, outcome.result)
        : undefined,
    noLog: censor.noLog,
    durationMs,
    predicted,
    ...(outcome.desired !== undefined && { desired: outcome.desired }),
  };
}

/** An error as an outcome; trouble of the connection ends the host with it. */
export function failureOf(error: RolecallError, call: TaskCall): Ended['outcome'] {
  const [problem] = error.problems;
  return {
    status: 'failed',
    message: error.message,
    code: error.code,
    problem: { ...problem!, host: call.host.name, task: call.title },
    result: new Map([['msg', error.message]]),
    diff: [],
    lost: isConnectionTrouble(error),
  };
}

/** How an outcome counts, where the connection was lost or never came about. */
export function statusOf(outcome: Ended['outcome']): Status {
  if (!outcome.lost) return outcome.status;
  if (outcome.code === 'connection-lost') return 'unknown';
  return outcome.code === 'host-locked' || outcome.code === 'interrupted'
    ? 'failed'
    : 'unreachable';
}

function problemOf(outcome: Outcome, call: TaskCall): HostResult['problem'] {
  if (outcome.status !== 'failed') return undefined;
  return {
    code: outcome.code ?? 'module-failed',
    message: outcome.message,
    at: call.task.at,
    hint: outcome.hint,
    host: call.host.name,
    task: call.title,
  };
}
