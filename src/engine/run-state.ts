import type { Target } from '../connection/connection.ts';
import { RolecallError } from '../errors.ts';
import type { Module } from '../modules/contract.ts';
import type { Node, Task } from '../playbook/play.ts';
import { selectsTask } from '../playbook/tags.ts';
import { timed } from '../timings/timer.ts';
import type { EngineAction } from './actions/action.ts';
import { engineAction } from './actions/registry.ts';
import type { RunContext } from './context.ts';
import { isGatherTask } from './gather.ts';
import { HostRun } from './host-run.ts';
import { HostSession, type SessionOptions } from './host-session.ts';
import type { Keywords } from './inherit.ts';
import type { Loader } from './loader.ts';
import { HostKnowledge } from './observations.ts';
import { Slots } from './parallel.ts';
import { RoleFleet } from './roles/fleet.ts';
import { type ReadVariable, targetOf } from './target.ts';
import type { PlayVariables, Variables } from './variables.ts';

/** What lives as long as a run: hosts, their sessions, variables. */
export class Run {
  readonly context: RunContext;
  readonly variables: Variables;
  readonly loader: Loader;
  readonly hosts: Map<string, HostRun>;
  readonly #sessions = new Map<string, HostSession>();
  /** By the machine that is reached. */
  readonly #knowledge = new Map<string, HostKnowledge>();
  readonly #sessionOptions: SessionOptions;
  /** The plays at work: they are told when a host of theirs leaves or comes back. */
  readonly plays = new Set<PlayVariables>();
  /** `forks`, for all plays together. */
  readonly slots: Slots;
  /** One person answers one play at a time. */
  readonly questions = new Slots(1);
  #waitingForStart: string | undefined;
  /** Which hosts have which typed roles: read before the first play. */
  fleet: RoleFleet;

  constructor(
    context: RunContext,
    hosts: Map<string, HostRun>,
    variables: Variables,
    loader: Loader,
  ) {
    this.context = context;
    this.hosts = hosts;
    this.variables = variables;
    this.loader = loader;
    this.#waitingForStart = context.options.startAtTask;
    this.fleet = new RoleFleet(context.inventory, () => undefined);
    const { options, services } = context;
    this.slots = new Slots(options.forks);
    this.#sessionOptions = {
      connect: services.connect,
      collectors: services.collectors,
      signal: options.signal,
      timer: services.timer,
      lockHolder: options.checkMode ? undefined : options.holder,
      onConnecting: (host) => services.report({ type: 'host-connecting', host }),
      onConnected: (host, durationMs) =>
        services.report({ type: 'host-connected', host, durationMs }),
    };
  }

  get interrupted(): boolean {
    return this.context.options.signal.aborted;
  }

  /** Throws `interrupted` once the run is to stop: between tasks, never inside one. */
  checkInterrupted(): void {
    if (!this.interrupted) return;
    throw new RolecallError({ code: 'interrupted', message: 'the run was interrupted' });
  }

  host(name: string): HostRun {
    let host = this.hosts.get(name);
    if (!host) {
      host = new HostRun(name, () => {
        for (const play of this.plays) play.hostsChanged();
      });
      this.hosts.set(name, host);
    }
    return host;
  }

  /**
   * The session for a host under these connection keywords (without templates) and variables. What leads
   * to the same login is one session; what is known of a machine is shared by all sessions to it.
   */
  session(name: string, keywords: Keywords, read: ReadVariable): HostSession {
    const target = targetOf(name, read, keywords, this.context.options.connection);
    const key = JSON.stringify(target);
    let session = this.#sessions.get(key);
    if (!session) {
      session = new HostSession(name, target, this.#knowledgeOf(target), this.#sessionOptions);
      this.#sessions.set(key, session);
      for (const secret of [target.password, target.passphrase]) {
        if (secret) this.context.services.redactor.add(secret);
      }
    }
    return session;
  }

  #knowledgeOf({ driver, address, port, sshArgs }: Target): HostKnowledge {
    const place = driver === 'local' ? driver : JSON.stringify([address, port ?? 22, sshArgs]);
    let knowledge = this.#knowledge.get(place);
    if (!knowledge) {
      knowledge = new HostKnowledge(this.context.services.collectors);
      this.#knowledge.set(place, knowledge);
    }
    return knowledge;
  }

  /** Drops all connections at once; what runs on the hosts is ended there. */
  async abandon(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session.disconnect()));
  }

  /** Ends all connections, and with them the locks. */
  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session.close()));
  }

  /** The name of --start-at-task, as long as no task of that name has come. */
  get startNotFound(): string | undefined {
    return this.#waitingForStart;
  }

  /** Whether the command line's tags and --start-at-task let a task run. */
  selects(task: Task): boolean {
    const { tags, skipTags } = this.context.options;
    if (!selectsTask(task.tags, tags, skipTags)) return false;
    if (this.#waitingForStart === undefined || isGatherTask(task)) return true;
    if (!matchesName(task, this.#waitingForStart)) return false;
    this.#waitingForStart = undefined;
    return true;
  }

  /** The module or action that a task calls. */
  async callee(task: Task): Promise<Module | EngineAction> {
    const { module, at, written } = task.action;
    const found =
      ownModule(task) ?? engineAction(module) ?? (await this.context.services.loadModule(module));
    if (found) return found;
    throw new RolecallError({
      code: 'unknown-module',
      message: `no module is called '${written}'`,
      at,
    });
  }

  /** Loads the modules of all tasks ahead of their turn. */
  async loadModules(
    nodes: readonly Node[],
    handlers: readonly { readonly task: Task }[],
  ): Promise<void> {
    const names = new Set(
      handlers.filter(({ task }) => !ownModule(task)).map(({ task }) => task.action.module),
    );
    const visit = (node: Node): void => {
      if (node.kind === 'task') {
        if (!node.action.definition) names.add(node.action.module);
      } else for (const inner of [...node.block, ...node.rescue, ...node.always]) visit(inner);
    };
    nodes.forEach(visit);
    const { timer, loadModule } = this.context.services;
    await timed(timer, 'start', undefined, () =>
      Promise.all([...names].map((name) => engineAction(name) ?? loadModule(name))),
    );
  }

  /** Whether a task will run as far as tags and --start-at-task tell: looking ahead at it is worth while. */
  foresees(task: Task): boolean {
    const { tags, skipTags } = this.context.options;
    return this.#waitingForStart === undefined && selectsTask(task.tags, tags, skipTags);
  }

  calleeNow(task: Task): Module | EngineAction | undefined {
    const { module } = task.action;
    return ownModule(task) ?? engineAction(module) ?? this.context.services.loadedModule(module);
  }
}

/** A module that a typed role brought along. */
function ownModule({ action }: Task): Module | undefined {
  return action.definition as Module | undefined;
}

function matchesName(task: Task, wanted: string): boolean {
  const names = [task.name ?? task.action.module];
  if (task.role) names.push(`${task.role.name} : ${names[0]}`);
  const pattern = new RegExp(`^${wanted.split('*').map(escapeRegExp).join('.*')}$`);
  return names.some((name) => pattern.test(name));
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
