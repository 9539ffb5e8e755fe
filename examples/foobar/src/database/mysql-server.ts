import { isIP } from 'node:net';
import {
  createPool,
  type Pool,
  type PoolConnection,
  type PoolOptions,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2/promise';
import type {
  Address,
  Credentials,
  DatabaseServer,
  Result,
  Row,
  Session,
  SessionOptions,
} from './contract.ts';
import { isOfStatement, NoConnection } from './failures.ts';
import { within } from './within.ts';

/** Milliseconds until a server that does not answer counts as gone. */
const connectLimit = 1000;
/** Milliseconds to wait for a connection when all of the pool are at work. */
const queueLimit = 1500;

/** What is known of an open connection. */
interface Known {
  readonly hostname: string;
  readonly generation: number;
}

/**
 * A MySQL or MariaDB server behind a pool of mysql2. Without TLS a password for
 * caching_sha2_password travels encrypted with the server's public key.
 *
 * @example const db = new MysqlServer({ host: 'db1', port: 3306 }, config);
 */
export class MysqlServer implements DatabaseServer {
  readonly address: string;
  readonly #pool: Pool;
  readonly #known = new WeakMap<object, Known>();
  /** Connections of an older generation are not used again. */
  #generation = 0;

  constructor(address: Address, credentials: Credentials) {
    const { host, port } = address;
    this.address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    this.#pool = createPool(poolOptions(address, credentials));
  }

  async withSession<T>(
    work: (session: Session) => Promise<T>,
    { limit, fresh = false }: SessionOptions,
  ): Promise<T> {
    const { connection, hostname } = await this.#connect(fresh);
    try {
      const value = await work({
        hostname,
        execute: (sql, values = []) =>
          within(limit, `${this.address}: a statement`, execute(connection, sql, values)),
      });
      connection.release();
      return value;
    } catch (error) {
      if (isOfStatement(error)) connection.release();
      else connection.destroy();
      throw error;
    }
  }

  forget(): void {
    this.#generation += 1;
  }

  async end(): Promise<void> {
    await this.#pool.end();
  }

  async #connect(fresh: boolean): Promise<{ connection: PoolConnection; hostname: string }> {
    for (;;) {
      const connection = await this.#acquire();
      const known = this.#known.get(connection.connection);
      if (!known) return { connection, hostname: await this.#introduce(connection) };
      const usable = known.generation === this.#generation;
      if (usable && (!fresh || (await answers(connection)))) {
        return { connection, hostname: known.hostname };
      }
      connection.destroy();
      if (usable) this.forget(); // where one has died in silence, the others have too
    }
  }

  async #acquire(): Promise<PoolConnection> {
    const acquired = this.#pool.getConnection();
    try {
      return await within(queueLimit, 'a connection', acquired);
    } catch (error) {
      acquired.then(
        (late) => late.release(),
        () => {},
      );
      throw new NoConnection(this.address, error);
    }
  }

  async #introduce(connection: PoolConnection): Promise<string> {
    const generation = this.#generation;
    try {
      const asked = execute(connection, 'SELECT @@hostname AS hostname', []);
      const { rows } = await within(connectLimit, 'the first answer', asked);
      const hostname = String(rows[0]?.hostname);
      this.#known.set(connection.connection, { hostname, generation });
      return hostname;
    } catch (error) {
      connection.destroy();
      throw new NoConnection(this.address, error);
    }
  }
}

async function answers(connection: PoolConnection): Promise<boolean> {
  try {
    await within(connectLimit, 'ping', connection.ping());
    return true;
  } catch {
    return false;
  }
}

async function execute(
  connection: PoolConnection,
  sql: string,
  values: readonly (string | number)[],
): Promise<Result> {
  const [result] = await connection.execute<RowDataPacket[] | ResultSetHeader>(sql, [...values]);
  return Array.isArray(result)
    ? { rows: result as Row[], insertId: 0 }
    : { rows: [], insertId: result.insertId };
}

function poolOptions({ host, port }: Address, credentials: Credentials): PoolOptions {
  const { user, password, database, tls } = credentials;
  return {
    host,
    port,
    user,
    password,
    database,
    charset: 'utf8mb4',
    connectTimeout: connectLimit,
    connectionLimit: 10,
    queueLimit: 200,
    // Node checks names only: of a server that is addressed by number, the certificate's issuer.
    ssl: tls && { ca: tls.ca, minVersion: 'TLSv1.2', verifyIdentity: isIP(host) === 0 },
  };
}
