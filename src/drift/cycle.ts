import { choose, driftedHosts, type Held, type HeldBecause } from './choose.ts';
import type { Clock } from './clock.ts';
import type { Checked, FailedCorrection, Finding, Fleet } from './fleet.ts';
import type { Cause } from './schedule.ts';
import type { DriftSettings, Gate } from './settings.ts';
import {
  type LastCheck,
  type WatchState,
  withCorrections,
  withoutCorrections,
  withoutOld,
} from './state.ts';
import { tally } from './tally.ts';
import { wavesOf } from './waves.ts';
import { isOpen } from './windows.ts';

/** What a cycle needs besides its state. */
export interface CycleServices {
  readonly fleet: Fleet;
  readonly settings: DriftSettings;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Rejects when it cannot be kept: then nothing is corrected. */
  save(state: WatchState): Promise<void>;
  /** undefined when all is well, else what is not. */
  askGate(gate: Gate, signal: AbortSignal): Promise<string | undefined>;
}

/** What one look at the fleet found and what was done. */
export interface Cycle {
  readonly cause: Cause;
  readonly startedAt: number;
  readonly endedAt: number;
  /** The first look; undefined when it failed. */
  readonly checked?: Checked;
  readonly corrected: readonly Finding[];
  readonly failed: readonly FailedCorrection[];
  readonly held: readonly Held[];
  /** What differs at the end. */
  readonly left: readonly Finding[];
  /** Keys of what the check before left to another run. */
  readonly busyBefore: readonly string[];
  /** What the gate said that stopped corrections. */
  readonly gate?: string;
  /** Why the fleet could not be looked at, or not again. */
  readonly error?: string;
}

export interface CycleEnd {
  readonly cycle: Cycle;
  readonly state: WatchState;
}

/** Looks, corrects what may be corrected in waves, looks again. Never rejects. */
export async function runCycle(
  services: CycleServices,
  before: WatchState,
  cause: Cause,
): Promise<CycleEnd> {
  const run = new CycleRun(services, before);
  const startedAt = services.clock.now();
  try {
    await run.look();
    await run.correct();
    await run.lookAgain();
  } catch (error) {
    // What was cut short behind the first look takes nothing from what it found.
    if (!services.signal.aborted || !run.checked) run.error = messageOf(error);
  }
  const endedAt = services.clock.now();
  const cycle: Cycle = {
    cause,
    startedAt,
    endedAt,
    ...(run.checked && { checked: run.checked }),
    corrected: run.corrected,
    failed: run.failed,
    held: run.held,
    left: run.left,
    busyBefore: before.busy ?? [],
    ...(run.gate !== undefined && { gate: run.gate }),
    ...(run.error !== undefined && { error: run.error }),
  };
  return { cycle, state: withCycle(run.state, cycle) };
}

class CycleRun {
  checked: Checked | undefined;
  corrected: readonly Finding[] = [];
  failed: readonly FailedCorrection[] = [];
  held: readonly Held[] = [];
  left: readonly Finding[] = [];
  gate: string | undefined;
  error: string | undefined;
  state: WatchState;
  readonly #services: CycleServices;
  #chosen: readonly Finding[] = [];
  #begun = false;

  constructor(services: CycleServices, state: WatchState) {
    this.#services = services;
    this.state = state;
  }

  async look(): Promise<void> {
    const { fleet, settings, clock, signal } = this.#services;
    this.checked = await fleet.check(signal);
    this.left = this.checked.findings;
    const keys = new Set(this.left.map(({ key }) => key));
    const now = clock.now();
    this.state = withoutOld(this.state, keys, settings.limits.sameDrift, now);
    const { correct, held } = choose(this.checked, settings, this.state, now);
    this.#chosen = correct;
    this.held = held;
  }

  async correct(): Promise<void> {
    const { settings, signal } = this.#services;
    if (this.#chosen.length === 0) return;
    if (!(await this.#passes(settings.gate.before))) return this.#hold(this.#chosen, 'gate-before');
    const waves = wavesOf(this.#chosen, settings.limits.hostsAtOnce);
    for (const [index, wave] of waves.entries()) {
      const because = this.#reasonToStop(index);
      if (because) return this.#hold(waves.slice(index).flat(), because);
      await this.#correctWave(wave);
      if (!signal.aborted && !(await this.#passes(settings.gate.after))) {
        return this.#hold(waves.slice(index + 1).flat(), 'gate-after');
      }
    }
  }

  /** A correction that is found again did not hold. */
  async lookAgain(): Promise<void> {
    const { fleet, signal } = this.#services;
    if (!this.#begun || signal.aborted) return;
    const { findings } = await fleet.check(signal);
    this.left = findings;
    const there = new Set(findings.map(({ key }) => key));
    const undone = this.corrected.filter(({ key }) => there.has(key));
    this.corrected = this.corrected.filter(({ key }) => !there.has(key));
    this.failed = [
      ...this.failed,
      ...undone.map((finding) => ({ finding, message: 'corrected, and found again at once' })),
    ];
  }

  #reasonToStop(wave: number): HeldBecause | undefined {
    const { settings, clock, signal } = this.#services;
    if (signal.aborted) return 'stopping';
    if (this.failed.length > 0) return 'correction-failed';
    return wave > 0 && !isOpen(settings.windows, clock.now()) ? 'window' : undefined;
  }

  async #correctWave(wave: readonly Finding[]): Promise<void> {
    const { fleet, clock, signal, save } = this.#services;
    const keys = wave.map(({ key }) => key);
    const begun = clock.now();
    const noted = withCorrections(this.state, keys, begun);
    await save(noted);
    this.state = noted;
    this.#begun = true;
    const done = await fleet.correct(wave, signal).catch((error: unknown) => ({
      corrected: [],
      failed: wave.map((finding) => ({ finding, message: messageOf(error) })),
      gone: [],
      busy: [],
    }));
    this.corrected = [...this.corrected, ...done.corrected];
    this.failed = [...this.failed, ...done.failed];
    const failed = done.failed.map(({ finding }) => finding);
    const told = keysOf([...done.corrected, ...done.gone, ...done.busy, ...failed]);
    this.#hold(
      wave.filter(({ key }) => !told.has(key)),
      'stopping',
    );
    this.#hold(done.busy, 'busy');
    const untouched = [...keysOf([...done.gone, ...done.busy])];
    this.state = withoutCorrections(this.state, untouched, begun);
    const right = keysOf([...done.corrected, ...done.gone]);
    this.left = this.left.filter(({ key }) => !right.has(key));
  }

  async #passes(gate: Gate | undefined): Promise<boolean> {
    if (!gate) return true;
    this.gate = await this.#services
      .askGate(gate, this.#services.signal)
      .catch((error: unknown) => messageOf(error));
    return this.gate === undefined;
  }

  #hold(findings: readonly Finding[], because: HeldBecause): void {
    this.held = [...this.held, ...findings.map((finding) => ({ finding, because }))];
  }
}

function keysOf(findings: readonly Finding[]): ReadonlySet<string> {
  return new Set(findings.map(({ key }) => key));
}

function withCycle(state: WatchState, cycle: Cycle): WatchState {
  const { totals } = state;
  const failed = cycle.error !== undefined;
  return {
    ...state,
    last: summaryOf(cycle),
    ...(!failed && { lastGood: cycle.endedAt }),
    failures: failed ? state.failures + 1 : 0,
    ...(cycle.checked && {
      busy: cycle.held
        .filter(({ because }) => because === 'busy')
        .map(({ finding }) => finding.key),
    }),
    totals: {
      ...totals,
      checks: totals.checks + 1,
      failedChecks: totals.failedChecks + (failed ? 1 : 0),
      corrected: totals.corrected + cycle.corrected.length,
      failedCorrections: totals.failedCorrections + cycle.failed.length,
    },
  };
}

function summaryOf(cycle: Cycle): LastCheck {
  const { checked, left, held } = cycle;
  const because = Map.groupBy(held, (one) => one.because);
  return {
    startedAt: cycle.startedAt,
    endedAt: cycle.endedAt,
    checkMs: checked?.durationMs ?? 0,
    hosts: checked?.hosts.length ?? 0,
    driftedHosts: driftedHosts({ findings: left }).length,
    unreachable: checked?.unreachable ?? [],
    findings: tally(left),
    corrected: cycle.corrected.length,
    held: Object.fromEntries([...because].map(([reason, list]) => [reason, list.length])),
    ...(cycle.error !== undefined && { error: cycle.error }),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
