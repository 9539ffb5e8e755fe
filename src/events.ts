import type { Problem } from './errors.ts';
import type { Plain } from './values.ts';

/** How a task ended on a host. `unknown`: sent, the answer was lost; or, in check mode, not knowable before apply. */
export type Status = 'ok' | 'changed' | 'skipped' | 'failed' | 'unreachable' | 'unknown';

/** A change as text before and after; `prepared` replaces both where a text diff makes no sense. */
export interface Diff {
  /** What is shown as the file names: a path, or a word such as `package nginx`. */
  readonly header: string;
  readonly before: string;
  readonly after: string;
}

export interface Counts {
  readonly ok: number;
  readonly changed: number;
  readonly skipped: number;
  readonly failed: number;
  readonly unreachable: number;
  readonly unknown: number;
  readonly rescued: number;
  readonly ignored: number;
}

/** What a task did on one host, or one item of its loop. */
export interface HostResult {
  readonly status: Status;
  /** Why nothing changed, what changed, or what failed: one line or more. */
  readonly message?: string;
  /** The module's result under Ansible's keys, secrets and no_log already censored. */
  readonly result: Plain;
  readonly diff: readonly Diff[];
  readonly problem?: Problem;
  /** The label of the loop's item. */
  readonly item?: string;
  readonly ignored?: boolean;
  readonly noLog?: boolean;
  readonly delegatedTo?: string;
  readonly durationMs: number;
  /** In check mode: this is what would happen. */
  readonly predicted: boolean;
  /** Keyed digest of the arguments and controller's files that the task rests on. */
  readonly desired?: string;
}

/** What a run is busy with; `other` is what no other phase is about, such as a pause. */
export type Phase =
  | 'start'
  | 'parse'
  | 'roles'
  | 'connect'
  | 'observe'
  | 'decide'
  | 'apply'
  | 'verify'
  | 'report'
  | 'other';

export interface PhaseTime {
  readonly phase: Phase;
  readonly wallMs: number;
  /** Of the process on this machine. */
  readonly cpuMs: number;
}

/** What it took to work on one host. */
export interface HostTime {
  readonly host: string;
  readonly connectMs: number;
  /** While at least one answer of the host was awaited. */
  readonly waitedMs: number;
  readonly connections: number;
  readonly shells: number;
  readonly roundTrips: number;
  readonly scripts: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/** A task with the host on which it took longest. */
export interface TaskTime {
  readonly task: string;
  readonly id: string;
  readonly role?: string;
  readonly host: string;
  readonly durationMs: number;
  /** On how many hosts it ran. */
  readonly hosts: number;
}

/** Where the time of a run went. */
export interface Timings {
  readonly wallMs: number;
  readonly cpuMs: number;
  /** They add up to the whole. */
  readonly phases: readonly PhaseTime[];
  /** The one that took longest first. */
  readonly hosts: readonly HostTime[];
  /** The ten that took longest. */
  readonly tasks: readonly TaskTime[];
  /** Templates and expressions that were evaluated. */
  readonly evaluations: number;
}

/**
 * Everything a run tells the outside, in order. Texts hold no secrets; what a host said is not yet
 * escaped for a terminal: reporters do that.
 */
export type RunEvent =
  | {
      readonly type: 'run-started';
      readonly at: Date;
      readonly playbooks: readonly string[];
      readonly checkMode: boolean;
      readonly diffMode: boolean;
      readonly forks: number;
    }
  | {
      readonly type: 'play-started';
      readonly name: string;
      readonly hosts: readonly string[];
      readonly play: number;
      /** Of how many batches (serial), counted from 1. */
      readonly batch: number;
      readonly batches: number;
    }
  | {
      readonly type: 'play-skipped';
      readonly name: string;
      readonly play: number;
      readonly reason: string;
    }
  | { readonly type: 'host-connecting'; readonly host: string }
  | { readonly type: 'host-connected'; readonly host: string; readonly durationMs: number }
  | {
      readonly type: 'task-started';
      /** Which play of the run, counted from 1: plays may overlap. */
      readonly play: number;
      readonly task: string;
      readonly id: string;
      readonly module: string;
      readonly role?: string;
      readonly handler: boolean;
      readonly hosts: readonly string[];
    }
  | {
      readonly type: 'host-task-started';
      readonly play: number;
      readonly host: string;
      readonly id: string;
    }
  | {
      readonly type: 'host-task-item';
      readonly play: number;
      readonly host: string;
      readonly id: string;
      readonly task: string;
      readonly outcome: HostResult;
    }
  | {
      readonly type: 'host-task-retry';
      readonly play: number;
      readonly host: string;
      readonly id: string;
      readonly task: string;
      readonly attempt: number;
      readonly left: number;
      readonly message: string;
    }
  | {
      readonly type: 'host-task-finished';
      readonly play: number;
      readonly host: string;
      readonly id: string;
      readonly task: string;
      readonly module: string;
      readonly role?: string;
      readonly handler: boolean;
      readonly outcome: HostResult;
    }
  /** A rescue took care of the failure of a task on a host: it counts as rescued, no longer as failed. */
  | {
      readonly type: 'host-rescued';
      readonly play: number;
      readonly host: string;
      readonly id: string;
      readonly task: string;
    }
  | {
      readonly type: 'task-finished';
      readonly play: number;
      readonly id: string;
      readonly task: string;
    }
  | {
      readonly type: 'included';
      readonly play: number;
      readonly what: string;
      readonly hosts: readonly string[];
    }
  | {
      readonly type: 'warning';
      readonly message: string;
      readonly host?: string;
      readonly play?: number;
    }
  | {
      readonly type: 'message';
      readonly text: string;
      readonly host?: string;
      readonly play?: number;
      readonly verbosity: number;
    }
  | { readonly type: 'prompt-started' }
  | { readonly type: 'prompt-finished' }
  | { readonly type: 'play-finished'; readonly name: string; readonly play: number }
  | {
      readonly type: 'run-finished';
      readonly durationMs: number;
      readonly hosts: ReadonlyMap<string, Counts>;
      /** Handlers that were notified and did not run: the next run owes them. */
      readonly owed: ReadonlyMap<string, readonly string[]>;
      readonly interrupted: boolean;
      readonly exitStatus: number;
    }
  /** With --timings: behind everything else. */
  | { readonly type: 'timings'; readonly timings: Timings };

/** What a play tells; which one it is, is added where it is passed on. */
export type PlayEvent = WithoutPlay<Extract<RunEvent, { readonly play?: number }>>;
type WithoutPlay<E> = E extends unknown ? Omit<E, 'play'> : never;

export type RunEventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

/** One handler for each kind of event, so that a reporter has to say what it does with each. */
export type EventHandlers = { readonly [T in RunEvent['type']]: (event: RunEventOf<T>) => void };

/** What a run is shown or recorded by. `finish` is awaited before the process ends. */
export interface Reporter {
  report(event: RunEvent): void;
  finish(): Promise<void>;
}
