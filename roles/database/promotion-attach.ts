import {
  type ApplyStep,
  type Decision,
  defineModule,
  type Sh,
  type Static,
  sh,
  Type,
  taskOf,
} from 'rolecall';
import { databasePort, type Engine } from './params.ts';
import { clientOf, sql, sqlText } from './promotion-sql.ts';
import { engineArgument } from './promotion-state.ts';
import { change, notWaiting, stateOf } from './promotion-steps.ts';
import { provisionSteps } from './provision-module.ts';
import { type ServerState, stateQuestion } from './server-state.ts';
import type { Answer } from './sql.ts';

const attachArgs = Type.Object({
  engine: engineArgument,
  source: Type.String({ description: 'Address of the primary.' }),
  user: Type.String({ description: 'The account of replication.' }),
  password: Type.String({ description: 'Its password.' }),
  tls: Type.Boolean({ description: 'Whether it is done over TLS.' }),
  getSourcePublicKey: Type.Boolean({ description: 'Without TLS: ask for the key.' }),
  connectRetrySeconds: Type.Integer({ description: 'Pause between attempts.' }),
  retryCount: Type.Integer({ description: 'Attempts.' }),
  how: Type.Union([Type.Literal('clone'), Type.Literal('mariadb-backup'), Type.Literal('dump')], {
    description: 'In what way data are copied.',
  }),
  reclone: Type.Boolean({
    description: 'Throw its data away first and copy those of the primary.',
  }),
});

export type AttachArgs = Static<typeof attachArgs>;

/** Makes a server that was a primary a replica; it stays read-only. Waits until replication runs. */
export const databaseAttached = taskOf<
  Omit<AttachArgs, 'reclone' | 'source'> & {
    readonly source: unknown;
    readonly reclone: unknown;
  }
>(
  defineModule({
    name: 'database_attached',
    summary: 'Attaches an old primary as a replica.',
    args: attachArgs,
    secretArgs: ['password'],
    examples: ['- database_attached: { engine: mysql, source: 10.0.0.12 }'],
    returns: {},
    observe: ({ engine }) => ({ state: stateOf(engine), server: stateQuestion(engine) }),
    decide(args, { state, server }): Decision {
      const { engine, source, reclone } = args;
      if (state.source === source && state.receiving && state.applying && !state.waits) {
        return { kind: 'unchanged', reason: `it replicates from ${source}` };
      }
      const attach = {
        script: attachScript(engine),
        stdin: Buffer.from(attachStatements(args, state.waits)),
      };
      return {
        ...change(
          reclone
            ? `its data thrown away, those of ${source} copied, replicate from there`
            : `replicate from ${source}`,
          engine,
          [],
        ),
        apply: reclone ? [...copySteps(args, server), attach] : [attach],
      };
    },
  }),
);

/** The statements come on stdin, for they hold the password. */
export function attachStatements(args: AttachArgs, waits: boolean): string {
  const { engine, source, user, password, tls, connectRetrySeconds, retryCount } = args;
  const account = (word: string) =>
    `${word}_HOST = ${sqlText(source)}, ${word}_PORT = ${databasePort}, ${word}_USER = ${sqlText(user)}, ${word}_PASSWORD = ${sqlText(password)}, ${word}_CONNECT_RETRY = ${connectRetrySeconds}, ${word}_SSL = ${Number(tls)}`;
  const configure =
    engine === 'mariadb'
      ? `SET GLOBAL gtid_slave_pos = @@GLOBAL.gtid_current_pos;
CHANGE MASTER TO ${account('MASTER')}, MASTER_SSL_VERIFY_SERVER_CERT = ${Number(tls)}, MASTER_USE_GTID = slave_pos`
      : `CHANGE REPLICATION SOURCE TO ${account('SOURCE')}, SOURCE_RETRY_COUNT = ${retryCount}, SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = ${Number(args.getSourcePublicKey)}`;
  return ['STOP REPLICA', ...notWaiting(engine, waits), configure, 'START REPLICA']
    .map((statement) => `${statement};\n`)
    .join('');
}

/** The data of the source take the place of its own. */
function copySteps(args: AttachArgs, server: Answer<ServerState>): ApplyStep[] {
  const { engine, how, source } = args;
  if (how === 'clone') {
    return [{ script: cloneScript(engine), stdin: Buffer.from(cloneStatements(args)) }];
  }
  const schemas = server.state === 'up' ? server.value.schemas : [];
  return [
    { script: sql(engine, 'STOP REPLICA', 'RESET REPLICA ALL') },
    ...provisionSteps({ ...args, address: source }, [...schemas, 'rolecall']),
  ];
}

function cloneStatements({ source, user, password, tls }: AttachArgs): string {
  return `STOP REPLICA;
RESET REPLICA ALL;
SET GLOBAL clone_valid_donor_list = ${sqlText(`${source}:${databasePort}`)};
SET GLOBAL super_read_only = OFF;
CLONE INSTANCE FROM ${sqlText(user)}@${sqlText(source)}:${databasePort} IDENTIFIED BY ${sqlText(password)}${tls ? ' REQUIRE SSL' : ''};
`;
}

/** Both threads must run within a minute. */
function attachScript(engine: Engine): Sh {
  const status = sh`${clientOf(engine)} -E --column-names -e 'SHOW REPLICA STATUS'`;
  return sh`${clientOf(engine)} || exit
for _ in $(seq 60); do
  [ "$(${status} | grep -Ec '(IO|SQL)_Running: Yes')" = 2 ] && exit 0
  sleep 1
done
${status} | grep -E 'Last_(IO|SQL)_Error: .' >&2
exit 1`;
}

/**
 * Cloning ends with a restart of the server; the client sees error 3707 where the server cannot restart
 * itself, or a lost connection. What counts is what the new server says about it.
 */
function cloneScript(engine: Engine): Sh {
  const client = clientOf(engine);
  return sh`before=$(${client} -e 'SELECT @@server_uuid')
${client} -e "SELECT 1 FROM information_schema.plugins WHERE plugin_name = 'clone'" | grep -q 1 || ${client} -e "SET GLOBAL super_read_only = OFF; INSTALL PLUGIN clone SONAME 'mysql_clone.so'" || exit
message=$(${client} 2>&1) || case $message in
  *'ERROR 3707'*) systemctl restart mysql ;;
  *'ERROR 2013'* | *'ERROR 2006'*) ;;
  *) printf '%s\n' "$message" >&2; ${client} -e 'SET GLOBAL super_read_only = ON'; exit 1 ;;
esac
for _ in $(seq 120); do
  after=$(${client} -e 'SELECT @@server_uuid' 2>/dev/null) && break
  sleep 1
done
[ -n "$after" ] || { echo 'the server did not come back after the clone' >&2; exit 1; }
${client} -e "SELECT state FROM performance_schema.clone_status" 2>/dev/null | grep -q Failed && exit 1
exit 0`;
}
