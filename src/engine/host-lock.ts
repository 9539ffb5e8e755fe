import type { Become, Connection } from '../connection/connection.ts';
import { RolecallError } from '../errors.ts';
import { lockScript, readLockAnswer, unlockScript } from './lock.ts';
import { userKey } from './user-key.ts';

/** The lock of a host as one connection holds it: each user's shell has its share. */
export class HostLock {
  readonly #host: string;
  readonly #connection: Connection;
  readonly #holder: string | undefined;
  readonly #shells = new Map<string, { become: Become | undefined; locked: Promise<void> }>();

  /** Without a holder nothing is locked. */
  constructor(host: string, connection: Connection, holder: string | undefined) {
    this.#host = host;
    this.#connection = connection;
    this.#holder = holder;
  }

  /**
   * Takes the lock for a user's shell. The script goes ahead of the shell's own first question, in the same
   * write: `locked` tells when it may change something. Other users wait until the first one has it.
   */
  async take(become: Become | undefined): Promise<{ locked: Promise<void> }> {
    const user = userKey(become);
    const [first] = this.#shells.values();
    if (first && !this.#shells.has(user)) await first.locked;
    let shell = this.#shells.get(user);
    if (!shell) {
      shell = { become, locked: this.#ask(become) };
      this.#shells.set(user, shell);
      // A user who is not there yet, when something looks ahead, may be there later.
      shell.locked.catch((error) => {
        if (codeOf(error) !== 'host-locked') this.#shells.delete(user);
      });
    }
    return { locked: shell.locked };
  }

  /** Gives it back, the shares of it ahead. Never rejects. */
  async release(): Promise<void> {
    if (this.#holder === undefined || this.#connection.closed) return;
    const [first, ...others] = this.#shells.values();
    if (!first) return;
    await Promise.all(others.map(({ become }) => this.#giveBack(become)));
    await this.#giveBack(first.become);
  }

  async #ask(become: Become | undefined): Promise<void> {
    if (this.#holder === undefined) return;
    const script = lockScript(this.#holder);
    const lock = readLockAnswer(await this.#connection.run({ script, become, deadlineMs: 30_000 }));
    if (lock.taken) return;
    throw new RolecallError({
      code: lock.holder === undefined ? 'module-failed' : 'host-locked',
      message:
        lock.holder === undefined
          ? `the host's lock could not be taken: ${lock.message}`
          : `another run is at work on this host: ${lock.holder}`,
      host: this.#host,
    });
  }

  async #giveBack(become: Become | undefined): Promise<void> {
    await this.#connection
      .run({ script: unlockScript(), become, deadlineMs: 5000, last: true })
      .catch(() => undefined);
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof RolecallError ? error.code : undefined;
}
