import type { Phase, PhaseTime } from '../events.ts';
import type { Clock } from './clock.ts';

/**
 * Divides the time of a run among its phases, so that the parts add up to the whole. While this machine
 * works on something, the moment is that phase's; while it only waits for hosts, it is shared by what
 * they are waited for, by their number.
 */
export class Meter {
  readonly #clock: Clock;
  readonly #active = record();
  readonly #wall = record();
  readonly #cpu = record();
  /** Wall time since the CPU time was read last. */
  readonly #pending = record();
  #now = 0;
  #readAt = 0;
  #readCpu = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#active.start = 1;
    this.leave('start');
  }

  enter(phase: Phase): number {
    this.#advance();
    this.#active[phase] += 1;
    return this.#now;
  }

  leave(phase: Phase): number {
    this.#advance();
    this.#active[phase] -= 1;
    return this.#now;
  }

  /** What has come together so far. */
  times(): PhaseTime[] {
    this.#advance();
    this.#readCpuTime();
    return order.map((phase) => ({
      phase,
      wallMs: this.#wall[phase],
      cpuMs: this.#cpu[phase],
    }));
  }

  #advance(): void {
    const now = this.#clock.wall();
    const passed = now - this.#now;
    this.#now = now;
    const own = working.find((phase) => this.#active[phase] > 0);
    if (own) this.#pending[own] += passed;
    else this.#share(passed);
    if (now - this.#readAt >= readEveryMs) this.#readCpuTime();
  }

  #share(passed: number): void {
    const all = sum(this.#active, waiting);
    if (all === 0) this.#pending.other += passed;
    else for (const phase of waiting) this.#pending[phase] += (passed * this.#active[phase]) / all;
  }

  /** Work takes CPU time as long as it lasts; what is left was used while waiting. */
  #readCpuTime(): void {
    const read = this.#clock.cpu();
    const used = read - this.#readCpu;
    const worked = sum(this.#pending, working);
    const waited = sum(this.#pending, idle);
    const byWork = waited === 0 ? used : Math.min(used, worked);
    for (const phase of working) this.#cpu[phase] += part(this.#pending[phase], worked, byWork);
    for (const phase of idle) this.#cpu[phase] += part(this.#pending[phase], waited, used - byWork);
    for (const phase of order) {
      this.#wall[phase] += this.#pending[phase];
      this.#pending[phase] = 0;
    }
    this.#readCpu = read;
    this.#readAt = this.#now;
  }
}

/** Reading CPU time costs a call of the system. */
const readEveryMs = 1;

/** What this machine does itself; what comes first is done inside of the others. */
const working = ['report', 'decide', 'roles', 'parse', 'start'] as const;
const waiting = ['connect', 'observe', 'apply', 'verify'] as const;
const idle = [...waiting, 'other'] as const;

const order: readonly Phase[] = [
  ...(['start', 'parse', 'roles', 'connect', 'observe'] as const),
  ...(['decide', 'apply', 'verify', 'report', 'other'] as const),
];

function record(): Record<Phase, number> {
  return Object.fromEntries(order.map((phase) => [phase, 0])) as Record<Phase, number>;
}

function sum(of: Readonly<Record<Phase, number>>, phases: readonly Phase[]): number {
  let total = 0;
  for (const phase of phases) total += of[phase];
  return total;
}

function part(share: number, of: number, amount: number): number {
  return of === 0 ? 0 : (share / of) * amount;
}
