import {
  type Completion,
  defineModule,
  type ProbeAnswer,
  type Sh,
  sh,
  Type,
  taskOf,
} from 'rolecall';
import { serverUnit } from './boot-guard-unit.ts';
import type { Engine } from './params.ts';
import { clientOf, waitsVariable } from './promotion-sql.ts';
import { provisioningMark } from './provision-dump.ts';

/** Keeps a fenced server off the network even when somebody starts it by hand. */
export const fenceFile = '/etc/mysql/conf.d/zz-rolecall-fenced.cnf';

/** What a member is in truth, whatever the inventory says. */
export interface MemberState {
  /** Whether its server answers on its socket. */
  readonly running: boolean;
  /** Whether systemd refuses to start it. */
  readonly masked: boolean;
  readonly fenced: boolean;
  readonly writable: boolean;
  /** Whether its commits wait for acknowledgements. */
  readonly waits: boolean;
  readonly uuid: string;
  /** Address from which it replicates; empty when it does not. */
  readonly source: string;
  readonly sourceUuid: string;
  readonly receiving: boolean;
  readonly applying: boolean;
  /** GTIDs as the server writes them. */
  readonly received: string;
  readonly executed: string;
  /** MariaDB: the last GTID of each server in each domain. */
  readonly history: string;
  /** Whether its data are being replaced: they are not whole. */
  readonly provisioning: boolean;
  /** The record that it has: 0 and empty when it has none. */
  readonly term: number;
  readonly recordedPrimary: string;
  readonly recordedMembers: string;
  /** What replication says when it does not work. */
  readonly error: string;
}

export const engineArgument = Type.Union([Type.Literal('mysql'), Type.Literal('mariadb')], {
  description: 'The server.',
});

/** Asks a member, each time anew; never changes anything. */
export const databaseState = taskOf<{ engine: Engine }>(
  defineModule({
    name: 'promotion_state',
    summary: 'Says whether a database server takes writes, whom it follows, and what it has.',
    args: Type.Object({ engine: engineArgument }),
    examples: ['- promotion_state: { engine: mysql }'],
    returns: { state: 'What was seen.' },
    observe: () => ({}),
    decide: ({ engine }) => ({
      kind: 'query',
      steps: [{ script: stateScript(engine) }],
      dependsOnEarlierChanges: false,
      complete: ([output]): Completion => ({
        result: { state: { ...parseState(output!) } },
      }),
    }),
  }),
);

/** Read-only; prints `key value` lines, then the replication status as the client shows it vertically. */
export function stateScript(engine: Engine): Sh {
  const executed = engine === 'mariadb' ? '@@GLOBAL.gtid_current_pos' : '@@GLOBAL.gtid_executed';
  const history =
    engine === 'mariadb'
      ? " UNION ALL SELECT CONCAT('history ', CONCAT_WS(',', @@GLOBAL.gtid_binlog_state, @@GLOBAL.gtid_slave_pos, @@GLOBAL.gtid_current_pos))"
      : '';
  const uuid = engine === 'mariadb' ? "''" : '@@server_uuid';
  const question = `SELECT CONCAT('uuid ', ${uuid}) UNION ALL SELECT CONCAT('writable ', IF(@@GLOBAL.read_only, 0, 1)) UNION ALL SELECT CONCAT('executed ', REPLACE(${executed}, '\\n', ''))${history}`;
  const recorded =
    "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'rolecall' AND table_name = 'topology'";
  const record =
    "SELECT CONCAT('term ', term, '\\n', 'primary ', primary_name, '\\n', 'members ', members) FROM rolecall.topology WHERE id = 1";
  const client = clientOf(engine);
  return sh`
echo "enabled $(systemctl is-enabled ${serverUnit(engine)} 2>/dev/null)"
[ -e ${fenceFile} ] && echo 'fenced 1'
[ -e ${provisioningMark} ] && echo 'provisioning 1'
answer=$(timeout 20 ${client} -e ${question} 2>/dev/null) || exit 0
echo 'running 1'
printf '%s\n' "$answer"
${client} -e ${`SHOW GLOBAL VARIABLES LIKE '${waitsVariable(engine)}'`} | tr '\t' ' '
[ "$(${client} -e ${recorded})" = 1 ] && ${client} -e ${record}
${client} -E --column-names -e 'SHOW REPLICA STATUS'
exit 0`;
}

/** @example parseState({ status: 0, stdout: Buffer.from('running 1\nwritable 1\n'), stderr: Buffer.alloc(0) }).writable */
export function parseState({ stdout }: Pick<ProbeAnswer, 'stdout'>): MemberState {
  const facts = new Map<string, string>();
  for (const line of stdout.toString().split('\n')) {
    const match = /^ *([A-Za-z_]+):? (.*)$/.exec(line);
    if (match && !facts.has(match[1]!)) facts.set(match[1]!, match[2]!.trim());
  }
  const first = (...names: readonly string[]) =>
    names.map((name) => facts.get(name)).find((value) => value !== undefined) ?? '';
  return {
    running: first('running') === '1',
    masked: first('enabled').startsWith('masked'),
    fenced: first('fenced') === '1',
    writable: first('writable') === '1',
    waits: first('rpl_semi_sync_source_enabled', 'rpl_semi_sync_master_enabled') === 'ON',
    uuid: first('uuid'),
    source: first('Source_Host', 'Master_Host'),
    sourceUuid: first('Source_UUID'),
    receiving: first('Replica_IO_Running', 'Slave_IO_Running') === 'Yes',
    applying: first('Replica_SQL_Running', 'Slave_SQL_Running') === 'Yes',
    received: receivedIn(stdout.toString()) ?? first('Gtid_IO_Pos'),
    executed: first('executed'),
    history: first('history'),
    provisioning: first('provisioning') === '1',
    term: Number(first('term') || 0),
    recordedPrimary: first('primary'),
    recordedMembers: first('members'),
    error: first('Last_IO_Error') || first('Last_SQL_Error'),
  };
}

/** A long set goes on over several lines. */
function receivedIn(text: string): string | undefined {
  return /Retrieved_Gtid_Set: ([\s\S]*?)\n *Executed_Gtid_Set:/
    .exec(text)?.[1]
    ?.replaceAll(/\s/g, '');
}
