import type { Args, Decision } from '../modules/contract.ts';
import type { Observation } from '../observe/observation.ts';

/** A task of a run on one host, or one item of its loop. */
export interface Step {
  /** Which play of the run, counted from 1. */
  readonly play: number;
  readonly id: string;
  readonly task: string;
  readonly host: string;
  readonly module: string;
  readonly role: string | undefined;
  readonly tags: readonly string[];
  readonly handler: boolean;
  /** The task says that it never changes anything (`changed_when: false`). */
  readonly harmless: boolean;
  /** Which pass of its loop, counted from 0. */
  readonly item: number | undefined;
}

/** What a decision of a module rests on. */
export interface Basis {
  /** Checked arguments, and what the module prepared on the controller: contents of files, rendered templates. */
  readonly args: Args;
  /** What was asked, with the states it was answered with, predictions of a dry run over them. */
  readonly seen: readonly Seen[];
  readonly decision: Decision;
  /** Every answer was known. */
  readonly certain: boolean;
}

export interface Seen {
  readonly observation: Observation<unknown>;
  readonly state: unknown;
}

/** Whether a change is made (unless the run is a dry one) or only told. */
export interface Verdict {
  readonly may: 'apply' | 'predict';
  /** What the step is to come to, as a keyed digest: goes into its result. */
  readonly desired?: string;
}

/** A guard, for one step. */
export interface StepGuard {
  decided(basis: Basis): Verdict;
  acting(): Promise<void>;
}

/** Binds a guard to a step. */
export function guardOf(guard: Guard | undefined, step: Step): StepGuard | undefined {
  if (!guard) return undefined;
  return {
    decided: (basis) => guard.decided(step, basis),
    acting: async () => guard.acting?.(step),
  };
}

/** Several as one; undefined where there is none. A change is made when all of them let it. */
export function allGuards(given: readonly (Guard | undefined)[]): Guard | undefined {
  const guards = given.filter((guard) => guard !== undefined);
  if (guards.length < 2) return guards[0];
  return {
    decided: (step, basis) => {
      const verdicts = guards.map((guard) => guard.decided(step, basis));
      const desired = verdicts.find((verdict) => verdict.desired !== undefined)?.desired;
      const may = verdicts.every((verdict) => verdict.may === 'apply') ? 'apply' : 'predict';
      return { may, ...(desired !== undefined && { desired }) };
    },
    acting: async (step) => {
      for (const guard of guards) await guard.acting?.(step);
    },
  };
}

/** Is asked behind each decision, before anything is done about it. */
export interface Guard {
  /** Throws a RolecallError to refuse: the task fails with it, nothing is changed. */
  decided(step: Step, basis: Basis): Verdict;
  /** Awaited before an action begins that cannot be observed again: a command, a reboot. */
  acting?(step: Step): Promise<void>;
}
