import type { Address, Credentials } from './database/contract.ts';
import { type Environment, EnvironmentReader } from './environment.ts';

/** What `migrate` needs. */
export interface PrimaryConfig extends Credentials {
  readonly primary: Address;
}

/** What the server needs. */
export interface Config extends PrimaryConfig {
  readonly host: string;
  readonly port: number;
  /** The name of this app server, for `served_by`. */
  readonly appServer: string;
  readonly replicas: readonly Address[];
  /** What /healthz wants of reads: a replica that answers, or any server, the primary too. */
  readonly healthReads: 'replica' | 'any';
  /** Seconds that running requests get after SIGTERM, the delay included. */
  readonly shutdownGrace: number;
  /** Seconds after SIGTERM in which /healthz answers 503 but connections are still accepted. */
  readonly shutdownDelay: number;
}

/**
 * Reads everything the server needs from environment variables.
 * Throws `ConfigError`, which lists every variable that is missing or wrong.
 *
 * @example const config = readConfig(process.env);
 */
export function readConfig(env: Environment): Config {
  const reader = new EnvironmentReader(env);
  const config: Config = {
    ...primaryOf(reader),
    host: reader.text('HOST', '0.0.0.0'),
    port: reader.port('PORT'),
    appServer: reader.name('APP_SERVER'),
    replicas: reader.addresses('DB_READ_HOSTS', 3306),
    healthReads: reader.oneOf('HEALTH_READS', ['replica', 'any'], 'replica'),
    shutdownGrace: reader.seconds('SHUTDOWN_GRACE', 20),
    shutdownDelay: reader.seconds('SHUTDOWN_DELAY', 0),
  };
  if (config.shutdownDelay > config.shutdownGrace) {
    reader.problem('SHUTDOWN_DELAY', `is ${config.shutdownDelay}, longer than SHUTDOWN_GRACE`);
  }
  reader.finish();
  return config;
}

/** The part that `migrate` needs: the primary and the credentials. Throws like `readConfig`. */
export function readPrimaryConfig(env: Environment): PrimaryConfig {
  const reader = new EnvironmentReader(env);
  const config = primaryOf(reader);
  reader.finish();
  return config;
}

function primaryOf(reader: EnvironmentReader): PrimaryConfig {
  const tls = reader.oneOf('DB_TLS', ['off', 'on'], 'off');
  const ca = reader.file('DB_CA');
  if (tls === 'off' && ca !== undefined) reader.problem('DB_CA', 'is of no use with DB_TLS=off');
  return {
    primary: { host: reader.text('DB_WRITE_HOST'), port: reader.port('DB_WRITE_PORT', 3306) },
    user: reader.text('DB_USER'),
    password: reader.secret('DB_PASSWORD'),
    database: reader.text('DB_NAME'),
    tls: tls === 'on' ? { ca } : undefined,
  };
}
