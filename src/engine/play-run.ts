import { RolecallError } from '../errors.ts';
import type { PlayEvent, RunEvent } from '../events.ts';
import type { Controller, Module } from '../modules/contract.ts';
import type { Node, Play, RoleScope, Task } from '../playbook/play.ts';
import type { EngineAction } from './actions/action.ts';
import { controllerFor } from './controller.ts';
import { finishTask, settle } from './finish.ts';
import { flushHandlers, forceHandlers } from './flush-handlers.ts';
import { gatherTask } from './gather.ts';
import { guardOf } from './guard.ts';
import { type Handler, Handlers } from './handlers.ts';
import type { Failure, HostRun } from './host-run.ts';
import { include } from './include.ts';
import { descend, type Inherited, inheritFromPlay } from './inherit.ts';
import { meta } from './meta.ts';
import type { Outcome } from './outcome.ts';
import { OwedHandlers } from './owed-handlers.ts';
import { forEachLimited } from './parallel.ts';
import type { PlayContext } from './play-context.ts';
import type { PlayState } from './play-state.ts';
import { Prefetch } from './prefetch.ts';
import { type Reach, reachOf } from './reach.ts';
import { runTypedRole } from './roles/run-role.ts';
import type { Run } from './run-state.ts';
import { isTrue } from './target.ts';
import { flagOf, isHarmless, KeywordUnknown, positiveNumber } from './task-keywords.ts';
import { runTask } from './task-run.ts';
import type { TaskScope } from './task-scope.ts';
import { titleOf } from './title.ts';
import { walk } from './walk.ts';

/** The runs of a run_once task, and how many times each host came to it: a handler may come again. */
interface OnceForAll {
  readonly runs: Promise<void>[];
  readonly turns: Map<HostRun, number>;
}

/** One play on one batch of its hosts. */
export class PlayRun implements PlayContext {
  readonly state: Run;
  readonly play: Play;
  /** The hosts of this batch. */
  readonly hosts: readonly HostRun[];
  readonly handlers = new Handlers();
  readonly inherited: Inherited;
  readonly prefetch: Prefetch;
  readonly owed: OwedHandlers;
  readonly variables: PlayState;
  #ended = false;
  /** run_once tasks under the strategy free: who comes second waits for the first. */
  readonly #once = new Map<Task, OnceForAll>();
  readonly #reachOfPlay = new WeakMap<TaskScope, Reach>();

  constructor(state: Run, play: Play, hosts: readonly HostRun[], variables: PlayState) {
    this.state = state;
    this.play = play;
    this.hosts = hosts;
    this.variables = variables;
    this.inherited = inheritFromPlay(play);
    this.handlers.add(play.handlers, this.inherited);
    this.prefetch = new Prefetch(this);
    this.owed = new OwedHandlers(this);
  }

  /** meta end_play: no further batch of this play. */
  get ended(): boolean {
    return this.#ended;
  }

  end(): void {
    this.#ended = true;
  }

  async start(): Promise<void> {
    if (this.play.strategy === 'linear') return this.#sections(this.hosts);
    const { forks } = this.state.context.options;
    await forEachLimited(this.hosts, forks, (host) => this.#sections([host]));
  }

  async #sections(hosts: readonly HostRun[]): Promise<void> {
    const { play } = this;
    const gather = gatherTask(play);
    const sections = [
      [...(gather ? [gather] : []), ...play.preTasks],
      [...play.roles, ...play.tasks],
      play.postTasks,
    ];
    await this.state.loadModules(sections.flat(), this.handlers.list);
    await this.prefetch.begin(hosts, sections.flat());
    for (const [index, nodes] of sections.entries()) {
      // What is owed runs where handlers usually do: behind the tasks, when the host is as declared.
      if (index === 1) this.owed.adopt(hosts);
      await walk(nodes, hosts, this.inherited, this);
      await this.flushHandlers(hosts);
    }
    if (isTrue(play.forceHandlers) || this.state.context.options.forceHandlers) {
      await forceHandlers(
        this,
        hosts.filter((host) => host.state === 'failed'),
      );
    }
    await this.owed.settle(hosts);
  }

  /** Runs a task on hosts that are active. */
  async run(
    task: Task,
    hosts: readonly HostRun[],
    outer: Inherited,
    handler?: Handler,
  ): Promise<void> {
    if (task.typedRole) return runTypedRole(this, task, hosts, outer);
    if (!handler && !this.state.selects(task)) return;
    this.state.checkInterrupted();
    const { module } = task.action;
    if (module === 'meta') return meta(this, task, hosts, outer);
    if (module === 'include_tasks' || module === 'include_role') {
      return include(this, task, hosts, outer, handler !== undefined);
    }
    const callee = await this.state.callee(task);
    if (!this.#runsOnce(callee, task, outer, hosts[0]!)) {
      return this.#onHosts(task, hosts, outer, callee, handler);
    }
    if (this.play.strategy === 'linear') return this.#onceFor(task, hosts, outer, callee, handler);
    const first = hosts[0]!;
    const known = this.#once.get(task) ?? { runs: [], turns: new Map<HostRun, number>() };
    this.#once.set(task, known);
    const turn = known.turns.get(first) ?? 0;
    known.turns.set(first, turn + 1);
    const all = [first, ...this.hosts.filter((host) => host !== first)];
    known.runs[turn] ??= this.#onceFor(task, all, outer, callee, handler);
    await known.runs[turn];
  }

  rescuing(host: HostRun, { counted }: Failure): void {
    if (counted) host.countRescue();
  }

  rescued(host: HostRun, { id, title, counted }: Failure): void {
    if (counted) this.report({ type: 'host-rescued', host: host.name, id, task: title });
  }

  flushHandlers(hosts: readonly HostRun[]): Promise<void> {
    return flushHandlers(this, hosts);
  }

  #runsOnce(callee: Module | EngineAction, task: Task, outer: Inherited, first: HostRun): boolean {
    if ('run' in callee && callee.once) return true;
    const inherited = descend(outer, task);
    const { runOnce } = inherited.keywords;
    if (runOnce === undefined) return false;
    const scope = this.scope(first, task, inherited);
    return settled(() => flagOf('run_once', runOnce, scope, task.at)) ?? false;
  }

  /** On the first host; its result and its failure are those of all. */
  async #onceFor(
    task: Task,
    hosts: readonly HostRun[],
    outer: Inherited,
    callee: Module | EngineAction,
    handler: Handler | undefined,
  ): Promise<void> {
    const [first, ...others] = hosts;
    await this.#onHosts(task, [first!], outer, callee, handler, others);
  }

  async #onHosts(
    merged: Task,
    hosts: readonly HostRun[],
    outer: Inherited,
    callee: Module | EngineAction,
    handler: Handler | undefined,
    followers: readonly HostRun[] = [],
  ): Promise<void> {
    const inherited = descend(outer, merged);
    const firstScope = this.scope(hosts[0]!, merged, inherited);
    const title = this.#title(merged, firstScope);
    this.report({
      type: 'task-started',
      task: title,
      id: merged.id,
      module: merged.action.module,
      role: merged.role?.name,
      handler: handler !== undefined,
      hosts: hosts.map(({ name }) => name),
    });
    await this.prefetch.before(merged, hosts);
    const { forks } = this.state.context.options;
    const throttle =
      settled(() =>
        positiveNumber('throttle', inherited.keywords.throttle, firstScope, merged.at),
      ) ?? forks;
    const atOnce = Math.min(forks, throttle);
    await forEachLimited(hosts, atOnce, (host) =>
      this.state.slots.use(async () => {
        const task = merged.perHost?.get(host.name) ?? merged;
        this.report({ type: 'host-task-started', host: host.name, id: task.id });
        const scope = this.scope(host, task, inherited);
        const step = {
          play: this.variables.number,
          id: task.id,
          task: this.#title(task, scope),
          host: host.name,
          module: task.action.module,
          role: task.role?.name,
          tags: task.tags,
          handler: handler !== undefined,
          harmless: isHarmless(task),
        };
        const end = await runTask({
          task,
          outer,
          host,
          scope,
          callee,
          context: this.state.context,
          report: (event) => this.report(event),
          handler: handler !== undefined,
          title: step.task,
          guard: (item) => guardOf(this.state.context.services.guard, { ...step, item }),
          controller: (inner) => this.controller(host, task, inner),
          place: { folder: task.folder, playbookDir: this.play.folder, role: task.role },
          readVars: (file) => this.state.loader.vars(file),
          reach: (delegate, inner) => this.reach(host, task, inherited, inner, delegate),
          beforeChange: (inner) => this.owed.before(host, task, inherited, inner),
        });
        finishTask(this, {
          task,
          host,
          inherited,
          end,
          handler,
          followers,
          title: step.task,
        });
      }),
    );
    this.report({ type: 'task-finished', id: merged.id, task: title });
    this.variables.enforceLimits(this, merged, inherited, hosts);
  }

  #title(task: Task, scope: TaskScope): string {
    return this.state.context.services.redactor.redact(titleOf(task, scope));
  }

  scope(host: HostRun, task: Task, inherited: Inherited, speculative = false): TaskScope {
    return this.state.variables.taskScope(host.name, this.variables, task, inherited, speculative);
  }

  controller(host: HostRun, task: Task, scope: TaskScope): Controller {
    return controllerFor(
      host.name,
      task,
      this.play.folder,
      scope,
      this.state.context.options.checkMode,
      this.state.loader,
    );
  }

  /** Where and as whom a task on a host runs: the host itself, or where it is delegated to. */
  reach(
    host: HostRun,
    task: Task,
    inherited: Inherited,
    scope: TaskScope,
    delegate?: string,
  ): Reach {
    const ofHost =
      delegate === undefined || delegate === host.name
        ? scope
        : this.state.variables.taskScope(delegate, this.variables, task, inherited);
    return reachOf(delegate ?? host.name, inherited, task.at, scope, ofHost, this.state);
  }

  /** Where and as whom the play's own business on a host runs. */
  reachOfPlay(host: HostRun): Reach {
    const scope = this.state.variables.playScope(host.name, this.variables);
    let reach = this.#reachOfPlay.get(scope);
    if (!reach) {
      reach = reachOf(host.name, this.inherited, this.play.at, scope, scope, this.state);
      this.#reachOfPlay.set(scope, reach);
    }
    return reach;
  }

  lookAhead(
    hosts: readonly HostRun[],
    nodes: readonly Node[],
    inherited: Inherited,
  ): Promise<void> {
    return this.prefetch.more(hosts, nodes, inherited);
  }

  adoptOwed(hosts: readonly HostRun[], handlers: readonly Handler[]): void {
    this.owed.adopt(hosts, handlers);
  }

  addPublicRoles(roles: readonly RoleScope[]): void {
    this.variables.addRoles(roles);
  }

  /** Ends a task on a host with an outcome that no module made. */
  settle(host: HostRun, task: Task, outcome: Outcome): void {
    settle(this, host, task, outcome);
  }

  report(event: PlayEvent): void {
    const inPlay = { ...event, play: this.variables.number } as RunEvent;
    this.state.context.services.report(inPlay);
  }
}

/** The value of a keyword of all hosts; where it is wrong, each host's own task says so. */
function settled<T>(evaluate: () => T): T | undefined {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof RolecallError || error instanceof KeywordUnknown) return undefined;
    throw error;
  }
}
