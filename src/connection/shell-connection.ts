import { RolecallError } from '../errors.ts';
import type { Channel } from './channel.ts';
import type { Become, Command, CommandResult, Connection } from './connection.ts';
import { noTraffic } from './traffic.ts';
import { lost, type ShellHost, UserShell } from './user-shell.ts';

/** What a driver brings: a way to start commands on a host. */
export interface Transport {
  readonly endpoint: string;
  /** Rejects with `SessionRefused` when the host allows no further session. */
  open(command: string): Promise<Channel>;
  /** Lets go of everything. */
  close(): Promise<void>;
  /** Resolves with the reason when the transport breaks; a transport without state never does. */
  readonly broken: Promise<Error>;
}

/** The host allows no further session on this connection (sshd's MaxSessions). */
export class SessionRefused extends Error {}

/** A connection made of persistent shells, one for each user, on any transport. */
export class ShellConnection implements Connection, ShellHost {
  readonly endpoint: string;
  readonly together = true;
  readonly traffic = noTraffic();
  closed = false;
  readonly #transport: Transport;
  readonly #shells = new Map<string, UserShell>();
  #closing: Promise<void> | undefined;
  #broken: Error | undefined;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.endpoint = transport.endpoint;
    void transport.broken.then((error) => this.#broke(error));
  }

  run(command: Command): Promise<CommandResult> {
    if (this.closed || this.#closing) return Promise.reject(this.#gone());
    return this.#userShell(command.become).run(command);
  }

  shellOf(become: Become | undefined): object | undefined {
    return this.#shells.get(keyOf(become))?.current;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async open(command: string): Promise<Channel> {
    if (this.closed) throw this.#gone();
    if ([...this.#shells.values()].filter((shell) => shell.open).length > maxSessions) {
      await this.#evict();
    }
    try {
      return await this.#transport.open(command);
    } catch (error) {
      if (!(error instanceof SessionRefused)) throw this.#broke(error as Error);
      if (!(await this.#evict())) throw this.#tooMany(error);
      return await this.#openAgain(command);
    }
  }

  /** The host counts a session until our close has reached it, shortly after its own. */
  async #openAgain(command: string): Promise<Channel> {
    for (let wait = 5; ; wait *= 2) {
      try {
        return await this.#transport.open(command);
      } catch (error) {
        if (!(error instanceof SessionRefused)) throw this.#broke(error as Error);
        if (wait > 500) throw this.#tooMany(error);
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  async #close(): Promise<void> {
    const error = new RolecallError({
      code: 'connection-lost',
      message: `the connection to ${this.endpoint} was closed`,
    });
    await Promise.all([...this.#shells.values()].map((shell) => shell.close(error)));
    this.closed = true;
    await this.#transport.close();
  }

  async #evict(): Promise<boolean> {
    const idle = [...this.#shells.values()].find((shell) => shell.idle);
    await idle?.release();
    return idle !== undefined;
  }

  #userShell(become: Become | undefined): UserShell {
    const key = keyOf(become);
    const known = this.#shells.get(key);
    // Re-inserted, so that the shell used longest ago is the first to make room.
    this.#shells.delete(key);
    const shell = known ?? new UserShell(this, become);
    this.#shells.set(key, shell);
    return shell;
  }

  /** A transport that cannot start a command is over, also when it has not said so yet. */
  #broke(error: Error): RolecallError {
    this.#broken ??= error;
    this.closed = true;
    return this.#gone();
  }

  #gone(): RolecallError {
    return lost(this.endpoint, this.#broken ?? new Error('it is closed'));
  }

  #tooMany(cause: Error): RolecallError {
    return new RolecallError(
      {
        code: 'unreachable',
        message: `${this.endpoint} allows no further session on its connection (${cause.message})`,
        hint: "Raise MaxSessions in the host's sshd_config to at least 3.",
      },
      { cause },
    );
  }
}

function keyOf(become: Become | undefined): string {
  return become ? JSON.stringify(become, Object.keys(become).sort()) : '';
}

/** sshd allows ten sessions by default; two are left for ending what exceeds its deadline. */
const maxSessions = 8;
