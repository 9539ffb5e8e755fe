import { createHash } from 'node:crypto';
import { type ApplyStep, type Decision, defineModule, sh, Type, taskOf } from 'rolecall';
import { type Followed, followQuestion, type Thread } from './follow-state.ts';
import type { Engine } from './params.ts';
import { clientOf, notRunning, sqlText } from './sql.ts';

export interface FollowArgs {
  readonly engine: Engine;
  /** Name and address of the host to follow. */
  readonly source: string;
  readonly address: string;
  readonly user: string;
  readonly password: string;
  readonly tls: boolean;
  readonly getSourcePublicKey: boolean;
  /** Seconds. */
  readonly connectRetry: number;
  readonly retryCount: number;
  readonly semiSync: boolean;
}

/** A replica follows its source; it is told anew only when something differs. */
export const databaseFollowModule = defineModule({
  name: 'database_follow',
  summary: 'Makes a database server follow another one by GTID.',
  args: Type.Object({
    engine: Type.Union([Type.Literal('mysql'), Type.Literal('mariadb')], {
      description: 'Which server.',
    }),
    source: Type.String({ description: 'The host that is followed.' }),
    address: Type.String({ description: 'Its address.' }),
    user: Type.String({ description: 'The account to log in with there.' }),
    password: Type.String({ description: 'Its password.' }),
    tls: Type.Boolean({ description: 'Whether over TLS.' }),
    getSourcePublicKey: Type.Boolean({ description: 'Ask for the key that protects passwords.' }),
    connectRetry: Type.Integer({ description: 'Seconds between attempts to connect.' }),
    retryCount: Type.Integer({ description: 'How many attempts.' }),
    semiSync: Type.Boolean({ description: 'Whether it acknowledges what it received.' }),
  }),
  secretArgs: ['password'],
  examples: [
    '- database_follow:\n    engine: mysql\n    source: db1\n    address: 10.0.0.11\n    user: replicator\n    password: "{{ secret }}"\n    tls: true\n    getSourcePublicKey: false\n    connectRetry: 5\n    retryCount: 86400\n    semiSync: false',
  ],
  returns: { source: 'The host that is followed.' },
  observe: ({ engine }: FollowArgs) => ({ followed: followQuestion(engine) }),
  decide(args: FollowArgs, { followed }): Decision {
    if (followed.state === 'down') return notRunning;
    const now = followed.state === 'up' ? followed.value : undefined;
    const differences = differencesOf(args, now);
    const { engine, source } = args;
    const result = { source };
    if (differences.length === 0 && now?.io === 'Yes' && now.sql === 'Yes') {
      if (!args.semiSync || now.acknowledges) {
        return { kind: 'unchanged', reason: `it follows ${source}`, result };
      }
      return change(args, 'told anew to acknowledge', restartReceiver(engine), now);
    }
    if (differences.length === 0) {
      return change(args, `started (was ${stateText(now)})`, [startWord(engine)], now);
    }
    const summary = now ? `follows ${source}: ${differences.join(', ')}` : `follows ${source}`;
    return change(args, summary, changeStatements(args, now), now);
  },
});

export const databaseFollow = taskOf<FollowArgs>(databaseFollowModule);

function differencesOf(args: FollowArgs, now: Followed | undefined): string[] {
  if (!now) return ['source'];
  const { engine } = args;
  const pairs: [string, unknown, unknown][] = [
    ['address', now.address, args.address],
    ['port', now.port, 3306],
    ['user', now.user, args.user],
    ['password', now.passwordSha256, createHash('sha256').update(args.password).digest('hex')],
    ['TLS', now.tls, args.tls],
    ['GTID', now.byGtid, true],
    ['retry', now.connectRetry, args.connectRetry],
    ...(engine === 'mysql'
      ? ([
          ['retry count', now.retryCount, args.retryCount],
          ['public key', now.getSourcePublicKey, args.getSourcePublicKey],
        ] as [string, unknown, unknown][])
      : []),
  ];
  return pairs.filter(([, has, wanted]) => has !== wanted).map(([name]) => name);
}

function change(
  { engine, source, address }: FollowArgs,
  summary: string,
  statements: readonly string[],
  now: Followed | undefined,
): Decision {
  return {
    kind: 'change',
    summary,
    diff: [
      {
        header: 'replication',
        before: now ? `${now.user}@${now.address} ${stateText(now)}\n` : '',
        after: `${source} (${address}) running\n`,
      },
    ],
    apply: [follow(engine, statements)],
    touches: 'everything',
    predicts: [],
    result: { source },
    complete: ([output]) =>
      output && output.status !== 0
        ? { result: { source }, failed: failureText(source, output.stderr.toString().trim()) }
        : { result: { source } },
    verify: true,
  };
}

/** Runs the statements, then waits until both threads run, or tells why not. */
function follow(engine: Engine, statements: readonly string[]): ApplyStep {
  const script = sh`${clientOf(engine)} || exit 1
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
state=$(echo ${threadsQuery(engine)} | ${clientOf(engine)})
case $state in YES*) exit 0 ;; esac
sleep 1
done
printf '%s\\n' "$state" >&2
exit 1`;
  return { script, stdin: Buffer.from(statements.map((one) => `${one};\n`).join('')) };
}

function threadsQuery(engine: Engine): string {
  return engine === 'mysql'
    ? "SELECT IF(c.service_state = 'ON' AND a.service_state = 'ON', 'YES', 'NO'), c.last_error_message, (SELECT GROUP_CONCAT(last_error_message) FROM performance_schema.replication_applier_status_by_worker) FROM performance_schema.replication_connection_status c JOIN performance_schema.replication_applier_status a USING (channel_name)"
    : "SELECT IF(Slave_IO_Running = 'Yes' AND Slave_SQL_Running = 'Yes', 'YES', 'NO'), Last_IO_Error, Last_SQL_Error FROM information_schema.SLAVE_STATUS";
}

function changeStatements(args: FollowArgs, now: Followed | undefined): string[] {
  const { engine, address, user, password, tls, connectRetry, retryCount } = args;
  if (engine === 'mysql') {
    const options = [
      `SOURCE_HOST = ${sqlText(address)}`,
      'SOURCE_PORT = 3306',
      `SOURCE_USER = ${sqlText(user)}`,
      `SOURCE_PASSWORD = ${sqlText(password)}`,
      'SOURCE_AUTO_POSITION = 1',
      `SOURCE_SSL = ${tls ? 1 : 0}`,
      'SOURCE_SSL_VERIFY_SERVER_CERT = 0',
      `GET_SOURCE_PUBLIC_KEY = ${args.getSourcePublicKey ? 1 : 0}`,
      `SOURCE_CONNECT_RETRY = ${connectRetry}`,
      `SOURCE_RETRY_COUNT = ${retryCount}`,
    ];
    return ['STOP REPLICA', `CHANGE REPLICATION SOURCE TO ${options.join(', ')}`, 'START REPLICA'];
  }
  const options = [
    `MASTER_HOST = ${sqlText(address)}`,
    'MASTER_PORT = 3306',
    `MASTER_USER = ${sqlText(user)}`,
    `MASTER_PASSWORD = ${sqlText(password)}`,
    'MASTER_USE_GTID = slave_pos',
    `MASTER_SSL = ${tls ? 1 : 0}`,
    `MASTER_SSL_VERIFY_SERVER_CERT = ${tls ? 1 : 0}`,
    `MASTER_CONNECT_RETRY = ${connectRetry}`,
  ];
  return [
    'STOP SLAVE',
    // What it wrote itself when it was the primary counts as received.
    ...(now ? [] : ['SET GLOBAL gtid_slave_pos = @@global.gtid_current_pos']),
    `CHANGE MASTER TO ${options.join(', ')}`,
    'START SLAVE',
  ];
}

function restartReceiver(engine: Engine): string[] {
  const what = engine === 'mysql' ? 'REPLICA' : 'SLAVE';
  return [`STOP ${what} IO_THREAD`, `START ${what} IO_THREAD`];
}

function startWord(engine: Engine): string {
  return engine === 'mysql' ? 'START REPLICA' : 'START SLAVE';
}

function stateText(now: { readonly io: Thread; readonly sql: Thread } | undefined): string {
  return now ? `receiving: ${now.io}, applying: ${now.sql}` : 'not there';
}

function failureText(source: string, error: string): string {
  const [, purged] = /(purged|1236|missing transactions)/i.exec(error) ?? [];
  const advice = purged
    ? ' What is missing is no longer in the logs of the primary: this host has to be cloned again.'
    : '';
  return `it does not follow ${source}: ${error || 'no answer'}.${advice}`;
}
