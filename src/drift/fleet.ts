import type { Diff } from '../events.ts';

/** One thing that differs from what is declared. */
export interface Finding {
  readonly host: string;
  readonly play: string;
  readonly role?: string;
  readonly task: string;
  readonly tags: readonly string[];
  readonly module: string;
  /** The same for the same task and host from check to check. */
  readonly key: string;
  /**
   * `drifted`: the host moved away from what the last recorded run left. `pending`: the playbooks
   * changed since. `unknown`: cannot be known before apply.
   */
  readonly kind: 'drifted' | 'pending' | 'unknown';
  readonly message: string;
  /** Without secrets. */
  readonly diff: readonly Diff[];
}

/** What a look at the fleet told. */
export interface Checked {
  readonly findings: readonly Finding[];
  /** Hosts that answered. */
  readonly hosts: readonly string[];
  readonly unreachable: readonly string[];
  /** Hosts that answered, but on which a task failed in the dry run: not all of them is known. */
  readonly failed: readonly HostFailure[];
  readonly durationMs: number;
}

export interface HostFailure {
  readonly host: string;
  readonly message: string;
}

/** What became of findings that were to be corrected. Those in no list were not begun. */
export interface Corrected {
  readonly corrected: readonly Finding[];
  readonly failed: readonly FailedCorrection[];
  /** Nothing was left to do: someone else was faster. */
  readonly gone: readonly Finding[];
  /** Another run was at work on their hosts: nothing was done there. */
  readonly busy: readonly Finding[];
}

export interface FailedCorrection {
  readonly finding: Finding;
  readonly message: string;
}

/**
 * The hosts that are kept as declared. `check` changes nothing. `correct` changes what the findings
 * name and nothing else; when the signal is aborted it ends the running tasks, begins no others and
 * returns what is done by then. Both reject only when nothing at all could be found out or done.
 */
export interface Fleet {
  check(signal: AbortSignal): Promise<Checked>;
  correct(findings: readonly Finding[], signal: AbortSignal): Promise<Corrected>;
}
