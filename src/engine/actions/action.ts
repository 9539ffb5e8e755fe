import type { TObject } from 'typebox';
import type { Become } from '../../connection/connection.ts';
import type { Task } from '../../playbook/play.ts';
import type { Mapping } from '../../values.ts';
import type { RunContext } from '../context.ts';
import type { HostRun } from '../host-run.ts';
import type { HostSession } from '../host-session.ts';
import type { Outcome } from '../outcome.ts';
import type { Place } from '../search.ts';
import type { TaskScope } from '../task-scope.ts';

/** A module that acts on the run or on the controller instead of a host's state. */
export interface EngineAction {
  readonly name: string;
  readonly summary: string;
  readonly args: TObject;
  readonly aliases: Readonly<Record<string, string>>;
  readonly freeForm: string | undefined;
  readonly examples: readonly string[];
  readonly returns: Readonly<Record<string, string>>;
  /** Takes any argument name (set_fact). */
  readonly open?: boolean;
  /** Arguments that the action evaluates itself: expressions, conditions. */
  readonly raw?: readonly string[];
  /** Runs once for all hosts, on the first of them. */
  readonly once?: boolean;
  check?(args: { readonly [key: string]: unknown }): string[];
  run(call: ActionCall): Promise<Outcome> | Outcome;
}

export interface ActionCall {
  /** Checked plain arguments, those in `raw` left out. */
  readonly args: { readonly [key: string]: unknown };
  /** Evaluated arguments as template values, those in `raw` as written. */
  readonly values: Mapping;
  readonly host: HostRun;
  /** Where the task runs: the host's session, or that of delegate_to. */
  readonly session: HostSession;
  readonly scope: TaskScope;
  readonly task: Task;
  readonly context: RunContext;
  readonly checkMode: boolean;
  /** Where files that the task names are searched. */
  readonly place: Place;
  /** The variables of a file on the controller, decrypted. */
  readVars(file: string): Mapping;
  readonly become: Become | undefined;
  readonly deadlineMs: number | undefined;
}
