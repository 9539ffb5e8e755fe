import type { DatabaseServer, Session } from './contract.ts';
import { isOfStatement, isReadOnly, NoConnection } from './failures.ts';

/** Milliseconds for a statement; a semi-synchronous primary waits ten seconds for its replicas. */
const writeLimit = 15_000;

export interface Written<T> {
  readonly value: T;
  /** `@@hostname` of the primary. */
  readonly hostname: string;
}

/** Why a write was not, or perhaps not, made; `cause` has what the driver said. */
export class WriteFailed extends Error {
  /** `unknown`: the connection was lost after the statement was sent. */
  readonly outcome: 'not written' | 'unknown';
  readonly reason: 'read-only' | 'unreachable' | 'lost';
  /** `@@hostname` of the server that refused, where one answered. */
  readonly hostname?: string;

  constructor(
    reason: WriteFailed['reason'],
    message: string,
    { cause, hostname }: { cause: unknown; hostname?: string },
  ) {
    super(message, { cause });
    this.name = 'WriteFailed';
    this.reason = reason;
    this.outcome = reason === 'lost' ? 'unknown' : 'not written';
    this.hostname = hostname;
  }
}

/**
 * Runs work on the primary, once: what might have been written is never sent again. When it returns,
 * the work is committed (each statement commits by itself).
 * Throws `WriteFailed`, or what the database says of the statement.
 */
export async function write<T>(
  primary: DatabaseServer,
  work: (session: Session) => Promise<T>,
): Promise<Written<T>> {
  let hostname: string | undefined;
  try {
    const value = await primary.withSession(
      (session) => {
        hostname = session.hostname;
        return work(session);
      },
      { limit: writeLimit, fresh: true },
    );
    return { value, hostname: hostname ?? primary.address };
  } catch (error) {
    throw explain(error, primary, hostname);
  }
}

function explain(error: unknown, primary: DatabaseServer, hostname: string | undefined): unknown {
  const options = { cause: error, hostname };
  if (isReadOnly(error)) {
    primary.forget(); // the primary may have moved: the next connection looks the host up again
    const message = `${hostname ?? primary.address} is read-only: it is not the primary now; nothing was written`;
    return new WriteFailed('read-only', message, options);
  }
  if (error instanceof NoConnection) {
    const message = 'the primary cannot be reached; nothing was written';
    return new WriteFailed('unreachable', message, options);
  }
  if (isOfStatement(error)) return error;
  primary.forget();
  const message = 'the connection to the primary was lost; whether the write was made is not known';
  return new WriteFailed('lost', message, options);
}
