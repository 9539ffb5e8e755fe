import type {
  Checked,
  Corrected,
  FailedCorrection,
  Finding,
  Fleet,
} from '../../../src/drift/fleet.ts';
import { checked } from './findings.ts';

/** Hosts whose drift is a set of findings: what is corrected leaves it. */
export class FakeFleet implements Fleet {
  readonly drift = new Map<string, Finding>();
  /** What was asked, in order. */
  readonly calls: string[] = [];
  /** Comes first in each check and correction; what it throws is what they reject with. */
  beforeCheck: () => void = () => {};
  beforeCorrect: (findings: readonly Finding[]) => void = () => {};
  /** Keys whose correction changes nothing, and those whose correction fails. */
  readonly stubborn = new Set<string>();
  readonly failing = new Set<string>();
  /** Hosts on which another run is at work. */
  readonly busy = new Set<string>();
  around: Partial<Checked> = {};

  constructor(findings: readonly Finding[] = []) {
    this.add(...findings);
  }

  add(...findings: readonly Finding[]): void {
    for (const finding of findings) this.drift.set(finding.key, finding);
  }

  async check(): Promise<Checked> {
    this.calls.push('check');
    this.beforeCheck();
    return checked([...this.drift.values()], this.around);
  }

  async correct(findings: readonly Finding[], signal: AbortSignal): Promise<Corrected> {
    this.calls.push(`correct ${findings.map(({ key }) => key).join(', ')}`);
    this.beforeCorrect(findings);
    const corrected: Finding[] = [];
    const [failed, gone, busy] = [[] as FailedCorrection[], [] as Finding[], [] as Finding[]];
    for (const finding of findings) {
      if (signal.aborted) break;
      if (this.busy.has(finding.host)) busy.push(finding);
      else if (!this.drift.has(finding.key)) gone.push(finding);
      else if (this.failing.has(finding.key)) failed.push({ finding, message: 'no space left' });
      else {
        corrected.push(finding);
        if (!this.stubborn.has(finding.key)) this.drift.delete(finding.key);
      }
    }
    return { corrected, failed, gone, busy };
  }
}
