import type { Finding, HostFailure } from '../../drift/fleet.ts';
import type { Basis, Guard, Step, Verdict } from '../../engine/guard.ts';
import type { RunEvent, RunEventOf } from '../../events.ts';
import { StepKeys } from '../step-keys.ts';

/** What the last recorded run left of a task on a host: what it was to come to; undefined where it did not get there. */
export type LeftAs = (key: string) => string | undefined;

/** Follows a dry run and notes what differs. */
export class DriftFinder implements Guard {
  readonly #keys = new StepKeys();
  readonly #leftAs: LeftAs;
  readonly #tags = new Map<string, readonly string[]>();
  /** Steps that run each time: nothing can be said about them by looking. */
  readonly #actions = new Set<string>();
  readonly findings: Finding[] = [];
  readonly hosts: string[] = [];
  readonly unreachable: string[] = [];
  readonly failed: HostFailure[] = [];

  constructor(leftAs: LeftAs) {
    this.#leftAs = leftAs;
  }

  decided(step: Step, { decision }: Basis): Verdict {
    const key = this.#keys.of(step);
    this.#tags.set(key, step.tags);
    if (decision.kind === 'change' && !decision.verify) this.#actions.add(key);
    return { may: 'apply' };
  }

  report(event: RunEvent): void {
    if (event.type === 'host-task-finished') this.#finished(event);
    this.#keys.follow(event);
    if (event.type !== 'run-finished') return;
    for (const [host, { unreachable }] of event.hosts) {
      (unreachable > 0 ? this.unreachable : this.hosts).push(host);
    }
  }

  #finished(event: RunEventOf<'host-task-finished'>): void {
    const { host, task, module, role, outcome } = event;
    const { status, message = '', diff } = outcome;
    if (status === 'failed' && !outcome.ignored)
      this.failed.push({ host, message: `${task}: ${message}` });
    // What a handler would do follows from what notifies it.
    if (event.handler || (status !== 'changed' && status !== 'unknown')) return;
    const key = this.#keys.of(event);
    this.findings.push({
      ...{ host, play: this.#keys.playName(event.play), module, key, message, diff },
      task: ownName(task, role),
      ...(role !== undefined && { role }),
      tags: this.#tags.get(key) ?? [],
      kind: this.#kindOf(key, event),
    });
  }

  #kindOf(key: string, { outcome }: RunEventOf<'host-task-finished'>): Finding['kind'] {
    if (outcome.status === 'unknown' || this.#actions.has(key)) return 'unknown';
    const left = this.#leftAs(key);
    return left !== undefined && left === outcome.desired ? 'drifted' : 'pending';
  }
}

/** A task's name without that of its role, which findings and rules have beside it. */
function ownName(task: string, role: string | undefined): string {
  const prefix = `${role} : `;
  return role !== undefined && task.startsWith(prefix) ? task.slice(prefix.length) : task;
}
