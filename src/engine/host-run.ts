import type { Counts, Status } from '../events.ts';
import type { Mapping, Value } from '../values.ts';

/** `ended`: meta end_host or end_play; `failed` hosts may come back through a rescue. */
export type HostState = 'active' | 'failed' | 'unreachable' | 'ended';

/** A failed task, as rescue and always see it. */
export interface Failure {
  readonly task: Value;
  readonly result: Value;
  readonly id: string;
  /** As shown. */
  readonly title: string;
  /** False on hosts that share the failure of a run_once task, which counts once. */
  readonly counted: boolean;
}

/** What a run knows of one host besides what the host itself answers. */
export class HostRun {
  readonly name: string;
  #state: HostState = 'active';
  readonly #onState: () => void;
  /** A play has run on it; others are known only because tasks are delegated to them. */
  played = false;
  /** Counts up with each change of the variables below. */
  version = 0;
  /** Gathered facts, under their full names (`ansible_hostname`). */
  readonly facts: Mapping = new Map();
  /** set_fact and registered results: final values. */
  readonly registered: Mapping = new Map();
  /** include_vars: literals whose strings are templates. */
  readonly includedVars: Mapping = new Map();
  /** Handlers that are to run: their ids and names. */
  readonly notified = new Map<string, string>();
  /** Handlers that were begun and failed: owed, but not to be run again by this run. */
  readonly unfinished = new Map<string, string>();
  /** Names under which owed handlers are recorded on the host. */
  readonly owedMarks = new Set<string>();
  /** The task that failed last, for rescue and always. */
  failure: Failure | undefined;
  readonly #counts: Record<keyof Counts, number> = {
    ok: 0,
    changed: 0,
    skipped: 0,
    failed: 0,
    unreachable: 0,
    unknown: 0,
    rescued: 0,
    ignored: 0,
  };

  constructor(name: string, onState: () => void = () => {}) {
    this.name = name;
    this.#onState = onState;
  }

  get state(): HostState {
    return this.#state;
  }

  set state(state: HostState) {
    if (state === this.#state) return;
    this.#state = state;
    this.#onState();
  }

  get counts(): Counts {
    return { ...this.#counts };
  }

  /** Counts the end of a task; a changed task is also ok, as Ansible counts. */
  count(status: Status, ignored: boolean): void {
    if (ignored) {
      this.#counts.ok++;
      this.#counts.ignored++;
      return;
    }
    this.#counts[status]++;
    if (status === 'changed') this.#counts.ok++;
  }

  /** A failure that was counted and that a rescue block took care of does not count as one. */
  countRescue(): void {
    this.#counts.failed--;
    this.#counts.rescued++;
  }
}
