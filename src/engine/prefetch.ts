import type { Become } from '../connection/connection.ts';
import { RolecallError } from '../errors.ts';
import type { Args, Module } from '../modules/contract.ts';
import type { Observation, Observations } from '../observe/observation.ts';
import type { Node, Task } from '../playbook/play.ts';
import { Unknown } from '../values.ts';
import { evaluateArguments } from './arguments.ts';
import type { HostRun } from './host-run.ts';
import type { HostSession } from './host-session.ts';
import { descend, type Inherited } from './inherit.ts';
import { passesOf } from './loops.ts';
import { observationsOf, preparedArguments } from './module-run.ts';
import { owedObservation } from './owed.ts';
import { forEachLimited } from './parallel.ts';
import type { PlayContext } from './play-context.ts';
import { decideConditions } from './task-item.ts';
import { KeywordUnknown } from './task-keywords.ts';
import { userKey } from './user-key.ts';

interface Upcoming {
  readonly task: Task;
  readonly outer: Inherited;
}

/** A call of a module that is foreseen, and what it will ask first. */
interface Foreseen {
  readonly module: Module;
  readonly args: Args;
  readonly first: Observations;
  readonly become: Become | undefined;
}

/** The last look ahead for a host: what was known behind it, and from which task to which it went. */
interface Asked {
  readonly knowledge: number;
  readonly from: number;
  readonly until: number;
}

/**
 * Looks ahead: the observations of upcoming tasks whose arguments are known already are asked for in one
 * round trip. Nothing depends on it but speed: what cannot be foreseen is asked when its task runs.
 */
export class Prefetch {
  readonly #play: PlayContext;
  #upcoming: readonly Upcoming[] = [];
  #positions: ReadonlyMap<Task, number> = new Map();
  readonly #asked = new Map<HostRun, Asked>();

  constructor(play: PlayContext) {
    this.#play = play;
  }

  /** The tasks of the play, and the first look ahead, with what handlers each host is owed. */
  async begin(hosts: readonly HostRun[], nodes: readonly Node[]): Promise<void> {
    this.#upcoming = flatten(nodes, this.#play.inherited);
    this.#positions = new Map(this.#upcoming.map(({ task }, position) => [task, position]));
    await this.#ask(hosts, () => this.#upcoming.slice(0, lookAhead), [owedObservation]);
    this.#note(hosts, 0, lookAhead);
  }

  /** Tasks that an include brought. */
  async more(
    hosts: readonly HostRun[],
    nodes: readonly Node[],
    inherited: Inherited,
  ): Promise<void> {
    const upcoming = flatten(nodes, inherited).slice(0, lookAhead);
    await this.#ask(hosts, () => upcoming, []);
    for (const host of hosts) {
      const asked = this.#asked.get(host);
      if (asked) this.#asked.set(host, { ...asked, knowledge: this.#knowledgeOf(host) });
    }
  }

  /**
   * Before a task: look ahead from it again, if what was known of the host has been dropped since or the
   * last look did not reach so far. Each look goes as far as the last one was good for, and as far again:
   * a play whose every task drops what is known costs no more than its length.
   */
  async before(task: Task, hosts: readonly HostRun[]): Promise<void> {
    const position = this.#positions.get(task);
    if (position === undefined) return;
    const stale = hosts.filter((host) => {
      const asked = this.#asked.get(host);
      return !asked || position >= asked.until || asked.knowledge !== this.#knowledgeOf(host);
    });
    if (stale.length === 0) return;
    const reach = (host: HostRun): number => {
      const good = position - (this.#asked.get(host)?.from ?? position);
      return Math.min(lookAhead, Math.max(leastLookAhead, 2 * good));
    };
    await this.#ask(stale, (host) => this.#upcoming.slice(position, position + reach(host)), []);
    for (const host of stale) this.#note([host], position, position + reach(host));
  }

  #note(hosts: readonly HostRun[], from: number, until: number): void {
    for (const host of hosts)
      this.#asked.set(host, { knowledge: this.#knowledgeOf(host), from, until });
  }

  async #ask(
    hosts: readonly HostRun[],
    upcoming: (host: HostRun) => readonly Upcoming[],
    extra: readonly Observation<unknown>[],
  ): Promise<void> {
    const { context, slots } = this.#play.state;
    await forEachLimited(hosts, context.options.forks, (host) =>
      slots.use(async () => {
        try {
          await this.#askHost(host, upcoming(host), extra);
        } catch (error) {
          if (!(error instanceof RolecallError || error instanceof KeywordUnknown)) throw error;
          // The first task that needs the host reports it.
        }
      }),
    );
  }

  async #askHost(
    host: HostRun,
    upcoming: readonly Upcoming[],
    extra: readonly Observation<unknown>[],
  ): Promise<void> {
    const { session, become } = this.#play.reachOfPlay(host);
    // Logging in takes longer than finding out what to ask.
    if (extra.length > 0) session.connectAhead();
    const foreseen: Foreseen[] = [];
    await session.timed('decide', async () => {
      for (const { task, outer } of upcoming)
        await this.#foresee(host, task, outer, session, foreseen);
    });
    const first = new Questions();
    first.add(extra, become);
    for (const call of foreseen) first.add(Object.values(call.first), call.become);
    await first.ask(session);
    // What depends on the first answers is one round trip more, for all of them together.
    const second = new Questions();
    for (const call of foreseen) {
      if (call.module.refines) second.add(Object.values(refined(call, session)), call.become);
    }
    await second.ask(session);
  }

  /** Adds what a task will ask, as far as that is known; nothing when it cannot be foreseen. */
  async #foresee(
    host: HostRun,
    merged: Task,
    outer: Inherited,
    session: HostSession,
    foreseen: Foreseen[],
  ): Promise<void> {
    const task = merged.perHost ? merged.perHost.get(host.name) : merged;
    if (!task) return;
    const callee = this.#play.state.calleeNow(task);
    if (!callee || 'run' in callee || !this.#play.state.foresees(task)) return;
    const inherited = descend(outer, task);
    if (
      inherited.keywords.delegateTo !== undefined ||
      inherited.keywords.connection !== this.#play.inherited.keywords.connection
    )
      return;
    const before = foreseen.length;
    try {
      await this.#calls(host, task, inherited, callee, session, foreseen);
    } catch {
      // Whatever is wrong shows when the task itself runs; here it only means "not foreseeable".
      foreseen.length = before;
    }
  }

  async #calls(
    host: HostRun,
    task: Task,
    inherited: Inherited,
    module: Module,
    ownSession: HostSession,
    foreseen: Foreseen[],
  ): Promise<void> {
    const scope = this.#play.scope(host, task, inherited, true);
    const passes = task.loop ? passesOf(task.loop, scope) : [undefined];
    if (passes instanceof Unknown) return;
    for (const pass of passes.slice(0, lookAhead)) {
      const inner = pass ? scope.withValues(pass.vars) : scope;
      const condition = decideConditions(inherited.when, inner);
      if (condition !== undefined) continue;
      const { args, unknown } = evaluateArguments(module, task, inherited, inner);
      if (unknown) continue;
      const whole = await preparedArguments(module, args, () =>
        this.#play.controller(host, task, inner),
      );
      const { session, become } = this.#play.reach(host, task, inherited, inner);
      if (session !== ownSession) continue;
      foreseen.push({ module, args: whole, first: observationsOf(module, whole), become });
    }
  }

  /** A number that is another one when facts came, or what was known of the host has been dropped. */
  #knowledgeOf(host: HostRun): number {
    try {
      const { knowledge } = this.#play.reachOfPlay(host).session;
      return 2 * knowledge.generation + (host.facts.size > 0 ? 1 : 0);
    } catch (error) {
      if (error instanceof RolecallError || error instanceof KeywordUnknown) return -1;
      throw error;
    }
  }
}

/** What is to be asked, by the user who asks. */
class Questions {
  readonly #byUser = new Map<
    string,
    { become: Become | undefined; asked: Observation<unknown>[] }
  >();

  add(observations: readonly Observation<unknown>[], become: Become | undefined): void {
    const user = userKey(become);
    const own = this.#byUser.get(user);
    if (own) own.asked.push(...observations);
    else this.#byUser.set(user, { become, asked: [...observations] });
  }

  async ask(session: HostSession): Promise<void> {
    const groups = [...this.#byUser.values()];
    await Promise.all(groups.map(({ become, asked }) => session.collectAhead(asked, become)));
  }
}

/** What a call asks behind its first answers; nothing while these are not known. */
function refined({ module, args, first, become }: Foreseen, session: HostSession): Observations {
  const answers: { [name: string]: unknown } = {};
  for (const [name, observation] of Object.entries(first)) {
    const answer = session.known(observation, become);
    if (answer === undefined || answer instanceof Unknown) return {};
    answers[name] = answer;
  }
  try {
    return module.refine(args, answers);
  } catch {
    // What is wrong shows when the task itself runs.
    return {};
  }
}

const lookAhead = 1000;
const leastLookAhead = 8;

function flatten(nodes: readonly Node[], outer: Inherited): Upcoming[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'task') return [{ task: node, outer }];
    return flatten(node.block, descend(outer, node, node.notify));
  });
}
