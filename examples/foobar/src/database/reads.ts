import type { DatabaseServer, Session } from './contract.ts';
import { messageOf } from './failures.ts';

/** Milliseconds for which a replica that failed is not asked. */
const restFor = 5000;
/** Milliseconds that each statement of a read may take. */
const readLimit = 1000;

export interface Read<T> {
  readonly value: T;
  /** `@@hostname` of the server that answered. */
  readonly hostname: string;
  /** True when no replica answered and the primary did. */
  readonly fallback: boolean;
}

/** None of the servers answered a read; `cause` says of each why. */
export class NoReader extends Error {
  constructor(failures: readonly string[]) {
    super('no database answers', { cause: new Error(failures.join('; ')) });
    this.name = 'NoReader';
  }
}

/**
 * Reads from the replicas in turn. One that fails rests for five seconds and the next is asked, then
 * the primary, and when that fails too, the resting ones after all.
 *
 * @example const { value, hostname } = await reads.run((session) => newestNotes(session));
 */
export class Reads {
  readonly #replicas: readonly DatabaseServer[];
  readonly #primary: DatabaseServer;
  readonly #now: () => number;
  readonly #restsUntil = new Map<DatabaseServer, number>();
  #turn = 0;

  constructor(
    replicas: readonly DatabaseServer[],
    primary: DatabaseServer,
    now: () => number = () => performance.now(),
  ) {
    this.#replicas = replicas;
    this.#primary = primary;
    this.#now = now;
  }

  async run<T>(work: (session: Session) => Promise<T>): Promise<Read<T>> {
    const failures: string[] = [];
    for (const server of this.#order()) {
      try {
        return await server.withSession(
          async (session) => ({
            value: await work(session),
            hostname: session.hostname,
            fallback: server === this.#primary,
          }),
          { limit: readLimit },
        );
      } catch (error) {
        failures.push(messageOf(error));
        if (server !== this.#primary) this.#restsUntil.set(server, this.#now() + restFor);
      }
    }
    throw new NoReader(failures);
  }

  #order(): DatabaseServer[] {
    const start = this.#turn++ % Math.max(1, this.#replicas.length);
    const inTurn = [...this.#replicas.slice(start), ...this.#replicas.slice(0, start)];
    const now = this.#now();
    const rests = (server: DatabaseServer) => (this.#restsUntil.get(server) ?? 0) > now;
    return [
      ...inTurn.filter((server) => !rests(server)),
      this.#primary,
      ...inTurn.filter((server) => rests(server)),
    ];
  }
}
