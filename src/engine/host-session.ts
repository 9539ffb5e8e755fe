import type {
  Become,
  Command,
  CommandResult,
  Connect,
  Connection,
  Target,
} from '../connection/connection.ts';
import type { Phase } from '../events.ts';
import type { Answers } from '../modules/contract.ts';
import {
  type Collector,
  type Observation,
  type Observations,
  observationId,
} from '../observe/observation.ts';
import { type Timer, timed } from '../timings/timer.ts';
import { Unknown } from '../values.ts';
import { HostLock } from './host-lock.ts';
import type { HostKnowledge } from './observations.ts';
import { userKey } from './user-key.ts';

/** How long an answer may take, and whether predictions of a dry run count. */
export interface AnswerOptions {
  readonly deadlineMs?: number | undefined;
  readonly real?: boolean;
  /** No package brings what is asked for: what is absent stays so. */
  readonly ours?: boolean;
  /** What the time counts as that it takes. */
  readonly phase?: 'observe' | 'verify';
}

/** How a session behaves; the same for all hosts of a run. */
export interface SessionOptions {
  readonly connect: Connect;
  readonly collectors: ReadonlyMap<string, Collector<unknown>>;
  readonly signal: AbortSignal;
  readonly timer: Timer;
  /** Who holds the hosts' locks: `anna@laptop pid 4711 site.yml`; absent in check mode, which takes none. */
  readonly lockHolder: string | undefined;
  onConnecting(host: string): void;
  onConnected(host: string, durationMs: number): void;
}

/**
 * One way to one host during a run: its connection, opened at the first use, and its lock. What is known
 * of the machine is shared by all ways to it.
 */
export class HostSession {
  readonly name: string;
  readonly knowledge: HostKnowledge;
  readonly #options: SessionOptions;
  readonly #target: Target;
  readonly #login: string;
  #opening: Promise<Connection> | undefined;
  /** Why the last attempt failed, for whoever asks next: looking ahead must not cost a second timeout. */
  #refusal: unknown;
  #lock: HostLock | undefined;
  #connection: Connection | undefined;

  constructor(name: string, target: Target, knowledge: HostKnowledge, options: SessionOptions) {
    this.name = name;
    this.#target = target;
    this.#login = `login ${target.user ?? ''}`;
    this.#options = options;
    this.knowledge = knowledge;
  }

  /** Does a part of the work for the host, whose time counts as this phase's. */
  timed<T>(phase: Phase, work: () => T): T {
    return timed(this.#options.timer, phase, this.name, work);
  }

  /** Runs a command, under the host's lock. */
  async run(command: Command, phase: Phase = 'apply'): Promise<CommandResult> {
    const { connection, locked } = await this.#ready(command.become);
    return this.timed(phase, async () => {
      await locked;
      return connection.run(command);
    });
  }

  /**
   * Runs commands that change the host, none waiting for the one ahead, and in the same write asks again what
   * is asked for: one round trip for apply and verify.
   */
  async change(
    commands: readonly Command[],
    touches: readonly Observation<unknown>[] | 'everything',
    ask: readonly Observation<unknown>[],
  ): Promise<readonly CommandResult[]> {
    const { become, deadlineMs } = commands[0]!;
    const { connection, locked } = await this.#ready(become);
    await locked;
    const ran = this.timed('apply', () =>
      Promise.allSettled(commands.map((command) => connection.run(command))),
    );
    const own = this.knowledge.changing(touches);
    const asking = { connection, become, deadlineMs, own, real: true };
    const asked = this.knowledge.collect(ask, this.#asker(become), asking);
    const settled = Promise.allSettled([asked]);
    const ends = await ran;
    // What is still open behind the change are the questions that verify it.
    const [answers] = await this.timed('verify', () => settled);
    this.knowledge.changed(own);
    const broken = ends.find((end) => end.status === 'rejected');
    if (broken) {
      this.knowledge.touch('everything');
      throw broken.reason;
    }
    const results = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
    if (results.some(({ status }) => status !== 0)) this.knowledge.touch('everything');
    else if (answers.status === 'rejected') throw answers.reason;
    return results;
  }

  /** Answers a record of observations under its names; asks the host what is not known yet. */
  async answer(
    observations: Observations,
    become: Become | undefined,
    options: AnswerOptions = {},
  ): Promise<Answers> {
    const known: { [name: string]: unknown } = {};
    if (this.#answerKnown(observations, become, options, known)) return known;
    const fresh = await this.collect(Object.values(observations), become, options);
    const answers: { [name: string]: unknown } = {};
    for (const [name, observation] of Object.entries(observations)) {
      const id = observationId(observation);
      answers[name] = fresh.has(id) ? fresh.get(id) : known[name];
    }
    return answers;
  }

  /** The same without asking the host; undefined where it has to be asked. */
  answerNow(
    observations: Observations,
    become: Become | undefined,
    options: AnswerOptions = {},
  ): Answers | undefined {
    const known: { [name: string]: unknown } = {};
    return this.#answerKnown(observations, become, options, known) ? known : undefined;
  }

  /** Puts in what is known, and says whether that is all. */
  #answerKnown(
    observations: Observations,
    become: Become | undefined,
    options: AnswerOptions,
    into: { [name: string]: unknown },
  ): boolean {
    const asker = this.#asker(become);
    let isAll = true;
    for (const name in observations) {
      const found = this.knowledge.state(observations[name]!, asker, options);
      if (found) into[name] = found.state;
      else isAll = false;
    }
    return isAll;
  }

  /** What is known already of an observation, without asking. */
  known(observation: Observation<unknown>, become: Become | undefined): unknown {
    return this.knowledge.state(observation, this.#asker(become))?.state;
  }

  /** Begins to connect; what fails is kept for whoever needs the host first. */
  connectAhead(): void {
    this.#connect().catch((error: unknown) => {
      if (!this.connected) this.#refusal = error;
    });
  }

  /** Collects ahead of time; what fails is kept for the task that needs the host. */
  async collectAhead(
    observations: readonly Observation<unknown>[],
    become: Become | undefined,
  ): Promise<void> {
    try {
      await this.collect(observations, become);
    } catch (error) {
      if (!this.connected) this.#refusal = error;
      throw error;
    }
  }

  /** Collects what of these is not known, in one round trip; its states by id. */
  async collect(
    observations: readonly Observation<unknown>[],
    become: Become | undefined,
    { deadlineMs, real = false, ours = false, phase = 'observe' }: AnswerOptions = {},
  ): Promise<ReadonlyMap<string, unknown>> {
    const missing = this.knowledge.missing(observations, this.#asker(become), real);
    if (missing.length === 0) return new Map();
    const { connection, locked } = await this.#ready(become);
    const asking = { connection, become, deadlineMs: deadlineMs ?? longestQuestionMs, real, ours };
    return this.timed(phase, async () => {
      const collected = this.knowledge.collect(missing, this.#asker(become), asking);
      const [, states] = await Promise.all([locked, collected]);
      return states;
    });
  }

  #asker(become: Become | undefined): string {
    return become ? userKey(become) : this.#login;
  }

  /** Ends the connection and with it the lock; the next use opens a new one. */
  async disconnect(): Promise<void> {
    const connection = this.#connection ?? (await this.#opening?.catch(() => undefined));
    this.#connection = undefined;
    await connection?.close();
  }

  /** Releases the lock and ends the connection. Never rejects. */
  close(): Promise<void> {
    return this.timed('connect', () => this.#close());
  }

  async #close(): Promise<void> {
    await this.#lock?.release();
    await this.disconnect().catch(() => undefined);
  }

  /** What it changes may be what the controller reads. */
  get isLocal(): boolean {
    return this.#target.driver === 'local';
  }

  get connected(): boolean {
    return this.#connection !== undefined && !this.#connection.closed;
  }

  /** A connection, and when this user may run on it. */
  async #ready(
    become: Become | undefined,
  ): Promise<{ connection: Connection; locked: Promise<void> }> {
    const connection = await this.#connect();
    return { connection, ...(await this.#lock!.take(become)) };
  }

  async #connect(): Promise<Connection> {
    if (this.#connection && !this.#connection.closed) return this.#connection;
    const refusal = this.#refusal;
    this.#refusal = undefined;
    if (refusal !== undefined) throw refusal;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(): Promise<Connection> {
    const started = performance.now();
    this.#options.onConnecting(this.name);
    const connection = await this.timed('connect', () =>
      this.#options.connect(this.#target, this.#options.signal),
    );
    this.#connection = connection;
    this.#lock = new HostLock(this.name, connection, this.#options.lockHolder);
    this.#options.onConnected(this.name, performance.now() - started);
    return connection;
  }
}

/** A question that hangs (a dead network mount) must not hang the run. */
const longestQuestionMs = 10 * 60_000;

/** The first unknown among answers, for a task that cannot be decided without it. */
export function firstUnknown(answers: Answers): Unknown | undefined {
  return Object.values(answers).find((answer): answer is Unknown => answer instanceof Unknown);
}
