import type {
  DatabaseServer,
  Result,
  Session,
  SessionOptions,
} from '../../../examples/foobar/src/database/contract.ts';
import { NoConnection } from '../../../examples/foobar/src/database/failures.ts';

export type Execute = (sql: string, values: readonly (string | number)[]) => Partial<Result>;

/** A database server without a database: statements go to a function, faults are set by tests. */
export class FakeServer implements DatabaseServer {
  readonly address: string;
  readonly hostname: string;
  readonly statements: [sql: string, values: readonly (string | number)[]][] = [];
  readonly options: SessionOptions[] = [];
  forgotten = 0;
  /** No connection can be had. */
  down = false;
  /** Every statement fails with it. */
  failure: Error | undefined;
  /** Statements wait for it. */
  pause: Promise<void> | undefined;
  readonly #execute: Execute;

  constructor(hostname: string, execute: Execute = () => ({})) {
    this.hostname = hostname;
    this.address = `${hostname}:3306`;
    this.#execute = execute;
  }

  async withSession<T>(
    work: (session: Session) => Promise<T>,
    options: SessionOptions,
  ): Promise<T> {
    this.options.push(options);
    if (this.down) throw new NoConnection(this.address, new Error('connect ECONNREFUSED'));
    return await work({
      hostname: this.hostname,
      execute: async (sql, values = []) => {
        await this.pause;
        this.statements.push([sql, values]);
        if (this.failure) throw this.failure;
        return { rows: [], insertId: 0, ...this.#execute(sql, values) };
      },
    });
  }

  forget(): void {
    this.forgotten += 1;
  }

  async end(): Promise<void> {}
}

/** An error as mysql2 makes it of what the server answers. */
export function sqlError(errno: number, message: string): Error {
  return Object.assign(new Error(message), { errno });
}

/** An error as mysql2 makes it of a connection that broke. */
export function lostConnection(): Error {
  return Object.assign(new Error('Connection lost'), {
    code: 'PROTOCOL_CONNECTION_LOST',
    fatal: true,
  });
}
