import type { Become, Connection } from '../connection/connection.ts';
import { RolecallError } from '../errors.ts';
import { lockScript, readLockAnswer, unlockScript } from './lock.ts';
import { userKey } from './user-key.ts';

/** The lock of a host as one connection holds it: each user's shell has its share. */
export class HostLock {
  readonly #host: string;
  readonly #connection: Connection;
  readonly #holder: string | undefined;
  readonly #shares = new Map<string, Share>();

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
    const [first] = this.#shares.values();
    if (first && !this.#shares.has(user)) await first.locked;
    let share = this.#shares.get(user);
    if (!share || this.#isLost(share)) {
      share = this.#share(become);
      this.#shares.set(user, share);
    }
    return { locked: share.locked };
  }

  /** Gives it back, the shares of it ahead. Never rejects. */
  async release(): Promise<void> {
    if (this.#holder === undefined || this.#connection.closed) return;
    const [first, ...others] = this.#shares.values();
    if (!first) return;
    await Promise.all(others.map((share) => this.#giveBack(share)));
    await this.#giveBack(first);
  }

  #share(become: Become | undefined): Share {
    const share: Share = { become, locked: this.#ask(become) };
    share.locked.then(
      () => {
        share.shell = this.#connection.shellOf?.(become);
      },
      (error) => {
        // A user who is not there yet, when something looks ahead, may be there later.
        const user = userKey(become);
        if (codeOf(error) !== 'host-locked' && this.#shares.get(user) === share)
          this.#shares.delete(user);
      },
    );
    return share;
  }

  /** The lock went with its shell, which was replaced: behind a deadline, or to make room. */
  #isLost({ become, shell }: Share): boolean {
    return shell !== undefined && this.#connection.shellOf?.(become) !== shell;
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

  async #giveBack(share: Share): Promise<void> {
    if (this.#isLost(share)) return;
    const { become } = share;
    await this.#connection
      .run({ script: unlockScript(), become, deadlineMs: 5000, last: true })
      .catch(() => undefined);
  }
}

interface Share {
  readonly become: Become | undefined;
  readonly locked: Promise<void>;
  /** Known once it is locked. */
  shell?: object | undefined;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof RolecallError ? error.code : undefined;
}
