/** Where a database server listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What it takes to log in to any of the database servers. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Undefined: no TLS. Without `ca`, certificates are checked against those that Node trusts. */
  readonly tls?: { readonly ca?: string };
}

export type Row = Readonly<Record<string, string | number | null>>;

export interface Result {
  /** Empty for statements that return none. */
  readonly rows: readonly Row[];
  /** The AUTO_INCREMENT value that an INSERT made. */
  readonly insertId: number;
}

/** One connection, for as long as the work that it was lent for. */
export interface Session {
  /** `@@hostname` of the server at the other end. */
  readonly hostname: string;
  /** Runs a prepared statement; values never become part of its text. */
  execute(sql: string, values?: readonly (string | number)[]): Promise<Result>;
}

export interface SessionOptions {
  /** Milliseconds that each statement may take. */
  readonly limit: number;
  /**
   * Asks the server for a sign of life first, so that a connection that died while it was idle is
   * replaced before the work starts. For work that cannot be repeated.
   */
  readonly fresh?: boolean;
}

/**
 * One database server, by address, with its pool of connections. What an implementer owes:
 * - `withSession` opens a connection within a second or fails with `NoConnection`, by which the
 *   caller knows that no statement was sent;
 * - a connection on which a statement failed for any reason but its own (lost, timed out, server
 *   read-only) is not used again;
 * - when the server is back, the next `withSession` succeeds: nothing has to be restarted.
 */
export interface DatabaseServer {
  /** `host:port`, as configured. */
  readonly address: string;
  withSession<T>(work: (session: Session) => Promise<T>, options: SessionOptions): Promise<T>;
  /** Closes all connections that are not at work, so that the next ones look the host up again. */
  forget(): void;
  end(): Promise<void>;
}
