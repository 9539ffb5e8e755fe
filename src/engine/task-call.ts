import type { HostResult, PlayEvent, Status } from '../events.ts';
import type { Controller, Module } from '../modules/contract.ts';
import type { Task } from '../playbook/play.ts';
import type { Sh } from '../shell/sh.ts';
import type { Mapping, Value } from '../values.ts';
import type { EngineAction } from './actions/action.ts';
import type { RunContext } from './context.ts';
import type { StepGuard } from './guard.ts';
import type { HostRun } from './host-run.ts';
import type { Inherited } from './inherit.ts';
import type { Outcome } from './outcome.ts';
import type { Reach } from './reach.ts';
import type { Place } from './search.ts';
import type { TaskScope } from './task-scope.ts';

/** A task on one host, all that the engine knows about it. */
export interface TaskCall {
  readonly task: Task;
  readonly outer: Inherited;
  readonly host: HostRun;
  readonly scope: TaskScope;
  readonly callee: Module | EngineAction;
  readonly context: RunContext;
  report(event: PlayEvent): void;
  readonly handler: boolean;
  readonly title: string;
  controller(scope: TaskScope): Controller;
  readonly place: Place;
  readVars(file: string): Mapping;
  /** Where and as whom the task runs: on its host, or where it is delegated to. */
  reach(delegate: string | undefined, scope: TaskScope): Reach;
  beforeChange(scope: TaskScope): Promise<Sh | undefined>;
  /** Who is asked about its decisions; `item` is the pass of its loop. */
  guard(item: number | undefined): StepGuard | undefined;
}

/** How a task, or one item of its loop, ended on a host. */
export interface Ended {
  readonly outcome: Outcome & { readonly lost?: boolean };
  readonly scope: TaskScope;
  /** Nothing was done: this is what would have been. */
  readonly predicted: boolean;
  readonly delegate?: string | undefined;
  readonly label?: string;
  readonly item?: Value;
}

/** What the engine does with the end of a task on a host. */
export interface TaskEnd {
  readonly status: Status;
  readonly ignored: boolean;
  readonly registered: Value;
  readonly facts: Mapping;
  /** Scopes in which notify is evaluated: one for each item that changed. */
  readonly changedIn: readonly TaskScope[];
  readonly shown: HostResult;
  /** A change was told and not made, as the guard has it: it counts as none. */
  readonly withheld: boolean;
  readonly endsHost: boolean;
}
