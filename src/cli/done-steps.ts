import type { Basis, Guard, Step, Verdict } from '../engine/guard.ts';
import type { RunEvent } from '../events.ts';
import type { HostOfRun, OpenIntent } from '../history/read.ts';
import { StepKeys, stepKey, taskName } from './step-keys.ts';

/**
 * Leaves alone what an earlier run did: its tasks are only looked at, for what later ones need of them.
 * Commands that say that they change nothing run again. Handlers run when something notifies them, or
 * when the host is owed them.
 */
export class DoneSteps implements Guard {
  readonly #keys = new StepKeys();
  readonly #done: ReadonlySet<string>;

  constructor(done: ReadonlySet<string>) {
    this.#done = done;
  }

  decided(step: Step, { decision }: Basis): Verdict {
    if (decision.kind !== 'change' || step.handler) return { may: 'apply' };
    const reads = step.harmless && !decision.verify;
    return { may: !reads && this.#done.has(this.#keys.of(step)) ? 'predict' : 'apply' };
  }

  report(event: RunEvent): void {
    this.#keys.follow(event);
  }
}

/** The keys of what came to a good end, and of `taken`: what began and is taken to have done so. */
export function doneKeys(
  hosts: readonly HostOfRun[],
  taken: readonly OpenIntent[],
): ReadonlySet<string> {
  const done = new Set<string>();
  for (const { host, tasks } of hosts) {
    const counts = new Map<string, number>();
    for (const task of tasks) {
      const name = taskName(task);
      const ordinal = counts.get(name) ?? 0;
      counts.set(name, ordinal + 1);
      if (task.status === 'ok' || task.status === 'changed') done.add(stepKey(host, name, ordinal));
    }
  }
  for (const intent of taken) {
    done.add(stepKey(intent.host, taskName(intent), intent.ordinal));
  }
  return done;
}
