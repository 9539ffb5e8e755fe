import type { PlayEvent } from '../events.ts';
import type { Controller } from '../modules/contract.ts';
import type { Node, Play, RoleScope, Task } from '../playbook/play.ts';
import type { Handler, Handlers } from './handlers.ts';
import type { HostRun } from './host-run.ts';
import type { Inherited } from './inherit.ts';
import type { Outcome } from './outcome.ts';
import type { Reach } from './reach.ts';
import type { Run } from './run-state.ts';
import type { TaskScope } from './task-scope.ts';
import type { TaskRunner } from './walk.ts';

/** A play at work on one batch of its hosts, as its parts see it. */
export interface PlayContext extends TaskRunner {
  readonly state: Run;
  readonly play: Play;
  /** The hosts of this batch. */
  readonly hosts: readonly HostRun[];
  readonly handlers: Handlers;
  /** What its tasks have from the play. */
  readonly inherited: Inherited;
  /** Runs a task, or a handler, on hosts that are active. */
  run(task: Task, hosts: readonly HostRun[], outer: Inherited, handler?: Handler): Promise<void>;
  /** meta end_play: no further batch of this play. */
  end(): void;
  /** Runs the handlers that were notified, in their order, until none is left. */
  flushHandlers(hosts: readonly HostRun[]): Promise<void>;
  /** Asks ahead of time what tasks that an include brought will ask. */
  lookAhead(hosts: readonly HostRun[], nodes: readonly Node[], inherited: Inherited): Promise<void>;
  /** Notifies, of these handlers, those that hosts are owed from earlier runs. */
  adoptOwed(hosts: readonly HostRun[], handlers: readonly Handler[]): void;
  addPublicRoles(roles: readonly RoleScope[]): void;
  /** The variables of a task on a host; `speculative` refuses what has an effect or differs each time. */
  scope(host: HostRun, task: Task, inherited: Inherited, speculative?: boolean): TaskScope;
  controller(host: HostRun, task: Task, scope: TaskScope): Controller;
  /** Where and as whom a task on a host runs: the host itself, or where it is delegated to. */
  reach(
    host: HostRun,
    task: Task,
    inherited: Inherited,
    scope: TaskScope,
    delegate?: string,
  ): Reach;
  /** Where and as whom the play's own business on a host runs. */
  reachOfPlay(host: HostRun): Reach;
  /** Ends a task on a host with an outcome that no module made. */
  settle(host: HostRun, task: Task, outcome: Outcome): void;
  report(event: PlayEvent): void;
}
