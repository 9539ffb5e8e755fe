import { type Observation, probe, sh } from 'rolecall';
import type { Engine } from './params.ts';
import { type Answer, ask, type Row } from './sql.ts';

export type Thread = 'Yes' | 'No' | 'Connecting';

/** How a replica follows, as it is configured and as it goes. */
export interface Followed {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Of the stored password, in hexadecimal digits. */
  readonly passwordSha256: string;
  readonly tls: boolean;
  readonly byGtid: boolean;
  readonly connectRetry: number;
  readonly retryCount: number;
  readonly getSourcePublicKey: boolean;
  readonly io: Thread;
  readonly sql: Thread;
  /** Semi-sync works: the source waits for this replica. */
  readonly acknowledges: boolean;
}

/** Asks a server how it follows; undefined: it follows nobody. A connection that is being made is waited for. */
export function followQuestion(engine: Engine): Observation<Answer<Followed | undefined>> {
  if (engine === 'mysql') {
    return ask(engine, 'replication', mysqlFollow, parseFollow, { whileHas: 'CONNECTING' });
  }
  return mariadbQuestion();
}

const mysqlFollow = `SELECT m.Host, m.Port, m.User_name, SHA2(m.User_password, 256), m.Enabled_ssl, m.Enabled_auto_position, m.Connect_retry, m.Retry_count, m.Get_public_key, c.service_state, a.service_state, (SELECT variable_value FROM performance_schema.global_status WHERE variable_name = 'Rpl_semi_sync_replica_status') FROM mysql.slave_master_info m JOIN performance_schema.replication_connection_status c ON c.channel_name = m.Channel_name JOIN performance_schema.replication_applier_status a ON a.channel_name = m.Channel_name WHERE m.Channel_name = '' AND m.Host <> ''`;

const mariadbFollow = `SELECT Master_Host, Master_Port, Master_User, '-', Master_SSL_Allowed = 'Yes', Using_Gtid = 'Slave_Pos', Connect_Retry, 0, 0, Slave_IO_Running, Slave_SQL_Running, (SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'Rpl_semi_sync_slave_status') FROM information_schema.SLAVE_STATUS WHERE Connection_name = '' AND Master_Host <> ''`;

/** MariaDB keeps the password in a file: its sixth line. */
function mariadbQuestion(): Observation<Answer<Followed | undefined>> {
  const settled = ask('mariadb', 'replication', mariadbFollow, parseFollow, {
    whileHas: 'Connecting',
  });
  const { script, parse } = settled.probe!;
  const digest = sh`sed -n 6p /var/lib/mysql/master.info 2>/dev/null | tr -d '\\n' | sha256sum | cut -c1-64`;
  const both = sh`(
${script}
) || exit
${digest}`;
  return probe('database: replication', both, (answer): Answer<Followed | undefined> => {
    const lines = answer.stdout.toString().trimEnd().split('\n');
    const passwordSha256 = lines.pop() ?? '';
    const stdout = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    const read = parse({ ...answer, stdout: answer.status === 0 ? stdout : answer.stdout });
    if (read.state !== 'up' || !read.value) return read;
    return { state: 'up', value: { ...read.value, passwordSha256 } };
  });
}

const threads: Readonly<Record<string, Thread>> = {
  ON: 'Yes',
  Yes: 'Yes',
  CONNECTING: 'Connecting',
  Connecting: 'Connecting',
  Preparing: 'Connecting',
};

function parseFollow([row]: readonly Row[]): Followed | undefined {
  if (!row) return undefined;
  const [address, port, user, hash, tls, gtid, retry, count, key, io, sql, semiSync] = row;
  return {
    address: address ?? '',
    port: Number(port),
    user: user ?? '',
    passwordSha256: hash ?? '',
    tls: tls === '1',
    byGtid: gtid === '1',
    connectRetry: Number(retry),
    retryCount: Number(count),
    getSourcePublicKey: key === '1',
    io: threads[io ?? ''] ?? 'No',
    sql: threads[sql ?? ''] ?? 'No',
    acknowledges: semiSync === 'ON',
  };
}
