import { RolecallError } from '../errors.ts';
import { killScript } from '../shell/loop.ts';
import { becomeFailure, shellStart } from './become.ts';
import type { Channel } from './channel.ts';
import type { Become, Command, CommandResult } from './connection.ts';
import { Job } from './job.ts';
import { type SessionEnd, type SessionEvents, ShellSession } from './shell-session.ts';
import type { TrafficCount } from './traffic.ts';

/** What a user's shell needs from its connection. */
export interface ShellHost {
  readonly endpoint: string;
  /** Starts a command; may wait for, or make, room among the sessions that the host allows. */
  open(command: string): Promise<Channel>;
  /** The connection is gone or closed: nothing may be opened again. */
  readonly closed: boolean;
  readonly traffic: TrafficCount;
}

/** The commands of one user on one host, in order, on a shell that is opened when it is needed. */
export class UserShell {
  readonly #host: ShellHost;
  readonly #become: Become | undefined;
  #queue: Job[] = [];
  #session: ShellSession | undefined;
  #opening: Promise<void> | undefined;
  #flushing = false;
  /** Shells in a row that ended without a job having started on them. */
  #fruitless = 0;
  #jobs = 0;
  /** A password that was refused is not tried again: that could lock the account. */
  #refused: RolecallError | undefined;
  /** Overdue commands that are being ended; until then nothing else is sent. */
  #ending = 0;
  /** Sessions whose end is already dealt with. */
  readonly #retired = new Set<ShellSession>();

  constructor(host: ShellHost, become: Become | undefined) {
    this.#host = host;
    this.#become = become;
  }

  run(command: Command): Promise<CommandResult> {
    if (this.#refused) return Promise.reject(this.#refused);
    const job = new Job(this.#jobs++, command);
    this.#queue.push(job);
    this.#flush();
    return job.promise;
  }

  /** An open session on which nothing runs; it may be taken away for another user. */
  get idle(): boolean {
    return this.#session?.idle === true && this.#queue.length === 0;
  }

  /** The shell in which the next command runs; undefined where it will be another one. */
  get current(): object | undefined {
    return this.#session?.dirty ? undefined : this.#session;
  }

  get open(): boolean {
    return this.#session !== undefined || this.#opening !== undefined;
  }

  /** Ends an idle shell; the next command opens a new one. */
  async release(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    if (!session) return;
    this.#retired.add(session);
    session.finish();
    await atMost(1000, session.channel.ended);
    session.channel.destroy();
  }

  /** Ends what runs, on the host too, and rejects every job that has not ended. */
  async close(error: RolecallError): Promise<void> {
    const waiting = this.#queue;
    this.#queue = [];
    for (const job of waiting) job.reject(error);
    const session = this.#session;
    if (!session) return;
    if (session.idle) return this.release();
    this.#retired.add(session);
    const jobs = session.abandon();
    await this.#kill(session).catch(() => {});
    session.channel.destroy();
    for (const job of jobs) job.reject(error);
    await this.release();
  }

  #flush(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      this.#send();
    });
  }

  #send(): void {
    if (this.#queue.length === 0 || this.#opening || this.#ending > 0) return;
    const session = this.#session;
    if (session?.dirty && session.idle) {
      void this.release();
      this.#flush();
      return;
    }
    if (session) {
      if (!session.dirty) session.send(this.#queue.splice(0));
      return;
    }
    this.#opening = this.#start().then(
      (started) => {
        this.#opening = undefined;
        this.#session = started;
        this.#flush();
      },
      (error: unknown) => {
        this.#opening = undefined;
        const refused = error instanceof RolecallError && error.code === 'become-failed';
        if (refused && this.#become?.password !== undefined) this.#refused = error;
        for (const job of this.#queue.splice(0)) job.reject(error as Error);
      },
    );
  }

  async #start(): Promise<ShellSession> {
    const { command, prepare } = shellStart(this.#become, this.#host.endpoint);
    const channel = await this.#host.open(command.text);
    try {
      await prepare?.(channel);
    } catch (error) {
      channel.destroy();
      throw error instanceof RolecallError ? error : lost(this.#host.endpoint, error);
    }
    const events: SessionEvents = {
      idle: (session) => {
        if (session.dirty) this.#flush();
      },
      overdue: (session, job) => void this.#overdue(session, job),
      ended: (session, end) => this.#ended(session, end),
    };
    return new ShellSession(channel, events, this.#host.traffic);
  }

  /** The deadline of `job` has passed: ends its process group from a second shell, which then takes over. */
  async #overdue(session: ShellSession, job: Job): Promise<void> {
    this.#retired.add(session);
    const jobs = session.abandon();
    if (this.#session === session) this.#session = undefined;
    this.#ending += 1;
    const killed = await this.#kill(session).catch(() => false);
    await atMost(500, session.channel.ended);
    session.channel.destroy();
    job.reject(overdue(job, this.#host.endpoint, killed));
    const rest = jobs.filter((other) => other !== job);
    for (const other of rest.filter(({ started }) => started))
      other.reject(lost(this.#host.endpoint));
    this.#queue.unshift(...rest.filter(({ started }) => !started));
    this.#ending -= 1;
    this.#flush();
  }

  /** True when the group is known to be gone. Takes at most six seconds. */
  async #kill(session: ShellSession): Promise<boolean> {
    if (session.group === undefined || session.over || this.#host.closed) return false;
    const work = this.#start().then(async (helper) => {
      const job = new Job(-1, { script: killScript(session.group!) });
      helper.send([job]);
      if (this.#session === undefined || this.#session === session) this.#session = helper;
      else void job.promise.finally(() => helper.finish()).catch(() => {});
      return (await job.promise).status === 0;
    });
    try {
      return (await atMost(6000, work)) ?? false;
    } finally {
      work.catch(() => {});
    }
  }

  #ended(session: ShellSession, end: SessionEnd): void {
    if (this.#retired.delete(session)) return;
    const current = this.#session === session;
    if (current) this.#session = undefined;
    const queued = current ? this.#queue.splice(0) : [];
    const { endpoint } = this.#host;
    if (!end.wasReady && !end.lost) {
      const error = this.#become
        ? becomeFailure(this.#become, endpoint, end.stray || (end.cause?.message ?? ''))
        : shellMissing(endpoint, end);
      for (const job of [...end.unstarted, ...queued]) job.reject(error);
      return;
    }
    const error = end.cause ? stdinFailed(endpoint, end.cause) : lost(endpoint, end.lost);
    end.running?.reject(end.cause || end.lost ? error : shellEnded(endpoint, end));
    this.#fruitless = end.running ? 0 : this.#fruitless + 1;
    if (end.lost || this.#host.closed || this.#fruitless > 2) {
      for (const job of [...end.unstarted, ...queued]) job.reject(error);
      return;
    }
    this.#queue.unshift(...end.unstarted, ...queued);
    this.#flush();
  }
}

/** The error for a connection that broke while something was on its way. */
export function lost(endpoint: string, cause?: unknown): RolecallError {
  const why = cause instanceof Error && cause.message ? `: ${cause.message}` : '';
  return new RolecallError(
    { code: 'connection-lost', message: `the connection to ${endpoint} broke${why}` },
    { cause },
  );
}

function overdue(job: Job, endpoint: string, killed: boolean): RolecallError {
  const seconds = (job.command.deadlineMs ?? 0) / 1000;
  return new RolecallError({
    code: 'deadline-exceeded',
    message: `a command on ${endpoint} ran longer than ${seconds} s and ${killed ? 'was ended there' : 'could not be ended there; it may still run'}`,
  });
}

function shellMissing(endpoint: string, end: SessionEnd): RolecallError {
  const said = end.stray.split('\n').at(-1)?.trim();
  const how = end.cause?.message ?? howEnded(end);
  return new RolecallError({
    code: 'unreachable',
    message: `logged in to ${endpoint}, but its login shell did not start /bin/sh (${how}${said ? `: ${said}` : ''})`,
    hint: 'Check the login shell of the user (getent passwd) and its rc files, and that /bin/sh exists.',
  });
}

function shellEnded(endpoint: string, end: SessionEnd): RolecallError {
  return new RolecallError({
    code: 'connection-lost',
    message: `the shell on ${endpoint} ended (${howEnded(end)}) while a command ran in it`,
  });
}

function howEnded({ signal, status }: SessionEnd): string {
  return signal ? `signal ${signal}` : `status ${status ?? 'unknown'}`;
}

function stdinFailed(endpoint: string, cause: Error): RolecallError {
  return new RolecallError(
    {
      code: 'connection-lost',
      message: `the stdin of a command on ${endpoint} failed: ${cause.message}`,
    },
    { cause },
  );
}

/** What the work gives, or undefined once the time is up. Leaves no timer behind. */
async function atMost<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  const limit = Promise.withResolvers<undefined>();
  const timer = setTimeout(limit.resolve, ms, undefined);
  try {
    return await Promise.race([work, limit.promise]);
  } finally {
    clearTimeout(timer);
  }
}
