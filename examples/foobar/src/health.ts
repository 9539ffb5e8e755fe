import type { DatabaseServer } from './database/contract.ts';
import { messageOf } from './database/failures.ts';
import { within } from './database/within.ts';

export interface Health {
  readonly ok: boolean;
  /** What is wrong, a sentence each; may be there even though `ok`. */
  readonly problems: readonly string[];
  /** Server address → what it answered. */
  readonly servers: Readonly<Record<string, 'ok' | string>>;
}

export interface HealthQuestion {
  readonly primary: DatabaseServer;
  readonly replicas: readonly DatabaseServer[];
  readonly healthReads: 'replica' | 'any';
  readonly shuttingDown: boolean;
}

/** Milliseconds for all of it: balancers wait two seconds. */
const healthLimit = 1000;

/**
 * Whether requests can be served now: not shutting down, the primary takes writes, reads are
 * answered, and the tables are there. Every server is asked, all at the same time.
 */
export async function checkHealth(question: HealthQuestion): Promise<Health> {
  const { primary, replicas, healthReads, shuttingDown } = question;
  const [writes, ...reads] = await Promise.all([
    ask(primary, true),
    ...replicas.map((replica) => ask(replica, false)),
  ]);
  const replicaOk = reads.includes('ok');
  const readsOk = replicaOk || (healthReads === 'any' && writes === 'ok');
  return {
    ok: !shuttingDown && writes === 'ok' && readsOk,
    problems: [
      ...(shuttingDown ? ['shutting down'] : []),
      ...(writes === 'ok' ? [] : [`the primary does not take writes: ${writes}`]),
      ...(replicaOk ? [] : ['no replica answers']),
    ],
    servers: Object.fromEntries([
      ...replicas.map(({ address }, index) => [address, reads[index]]),
      [primary.address, writes],
    ]),
  };
}

async function ask(server: DatabaseServer, writes: boolean): Promise<string> {
  try {
    const asked = server.withSession((session) => session.execute(sql), { limit: healthLimit });
    const { rows } = await within(healthLimit, server.address, asked);
    return writes && Number(rows[0]?.read_only) !== 0 ? `${server.address} is read-only` : 'ok';
  } catch (error) {
    return messageOf(error);
  }
}

const sql = 'SELECT @@global.read_only AS read_only, (SELECT MAX(id) FROM notes) AS newest';
