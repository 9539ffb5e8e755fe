import type { Corrected, FailedCorrection, Finding } from '../../drift/fleet.ts';
import type { Basis, Guard, Step, Verdict } from '../../engine/guard.ts';
import type { RunEvent, RunEventOf } from '../../events.ts';
import { StepKeys } from '../step-keys.ts';

/**
 * Lets a run change what findings name, and the handlers that this notifies. All else is only looked at;
 * commands that say that they change nothing run, for what others need of them.
 */
export class DriftCorrector implements Guard {
  readonly #keys = new StepKeys();
  readonly #wanted: ReadonlyMap<string, Finding>;
  readonly #corrected: Finding[] = [];
  readonly #failed: FailedCorrection[] = [];
  readonly #gone: Finding[] = [];
  /** Keys of what the run came to. */
  readonly #told = new Set<string>();
  readonly #busyHosts = new Set<string>();

  constructor(findings: readonly Finding[]) {
    this.#wanted = new Map(findings.map((finding) => [finding.key, finding]));
  }

  decided(step: Step, { decision }: Basis): Verdict {
    if (decision.kind !== 'change') return { may: 'apply' };
    const reads = step.harmless && !decision.verify;
    const may = reads || step.handler || this.#wanted.has(this.#keys.of(step));
    return { may: may ? 'apply' : 'predict' };
  }

  report(event: RunEvent): void {
    if (event.type === 'host-task-finished') {
      if (event.outcome.problem?.code === 'host-locked') this.#busyHosts.add(event.host);
      else this.#finished(event);
    }
    this.#keys.follow(event);
  }

  get result(): Corrected {
    const busy = [...this.#wanted.values()].filter(
      ({ key, host }) => this.#busyHosts.has(host) && !this.#told.has(key),
    );
    return { corrected: this.#corrected, failed: this.#failed, gone: this.#gone, busy };
  }

  #finished(event: RunEventOf<'host-task-finished'>): void {
    const finding = this.#wanted.get(this.#keys.of(event));
    const { status, message = '', predicted } = event.outcome;
    if (!finding || predicted) return;
    this.#told.add(finding.key);
    if (status === 'changed') this.#corrected.push(finding);
    else if (status === 'ok') this.#gone.push(finding);
    else this.#failed.push({ finding, message: message || status });
  }
}
