import {
  type Change,
  type Decision,
  defineModule,
  probe,
  rawSh,
  type Sh,
  type Static,
  sh,
  Type,
  taskOf,
} from 'rolecall';
import { guardUnit } from './boot-guard-unit.ts';
import { databasePort, type Engine } from './params.ts';
import { gtidSet, missing, size } from './promotion-gtid.ts';
import { clientOf, setReadOnly, setWaits, sql, sqlText } from './promotion-sql.ts';
import { engineArgument, type MemberState, parseState, stateScript } from './promotion-state.ts';

const engineOnly = Type.Object({ engine: engineArgument });
const openArgs = Type.Object({
  engine: engineArgument,
  waits: Type.Boolean({ description: 'Whether commits wait for acknowledgements.' }),
});
const followArgs = Type.Object({
  engine: engineArgument,
  source: Type.String({ description: 'Address of the new primary.' }),
});

/** Lets nobody write on a server that runs; its replicas go on. */
export const databaseClosed = taskOf<Static<typeof engineOnly>>(
  defineModule({
    name: 'database_closed',
    summary: 'Closes a database server for writes.',
    args: engineOnly,
    examples: ['- database_closed: { engine: mysql }'],
    returns: {},
    observe: ({ engine }) => ({ state: stateOf(engine) }),
    decide({ engine }, { state }): Decision {
      if (!state.running) return unchanged('its server does not run');
      if (!state.writable) return unchanged('it takes no writes');
      return change('takes writes → read-only', engine, [
        sh`systemctl stop ${guardUnit} 2>/dev/null; timeout 60 ${sql(engine, ...setReadOnly(engine, true))}`,
      ]);
    },
  }),
);

/** Makes a replica apply all that it has received, and receive no more. */
export const databaseDrained = taskOf<Static<typeof engineOnly>>(
  defineModule({
    name: 'database_drained',
    summary: 'Applies the relay log of a replica to its end.',
    args: engineOnly,
    examples: ['- database_drained: { engine: mysql }'],
    returns: {},
    observe: ({ engine }) => ({ state: stateOf(engine) }),
    decide({ engine }, { state }): Decision {
      if (state.source === '') return unchanged('it replicates from nobody');
      if (!state.receiving && isApplied(engine, state)) {
        return unchanged('all that it received is applied');
      }
      return change(`apply what came from ${state.source}, receive no more`, engine, [
        drain(engine, state),
      ]);
    },
  }),
);

/** Forgets whom a replica followed; only after `databaseDrained`, for unapplied relay logs go with it. */
export const databaseDetached = taskOf<Static<typeof engineOnly>>(
  defineModule({
    name: 'database_detached',
    summary: 'Ends the replication of a server.',
    args: engineOnly,
    examples: ['- database_detached: { engine: mysql }'],
    returns: {},
    observe: ({ engine }) => ({ state: stateOf(engine) }),
    decide({ engine }, { state }): Decision {
      if (state.source === '') return unchanged('it replicates from nobody');
      return change(`replicates from ${state.source} → from nobody`, engine, [
        sql(engine, 'STOP REPLICA', 'RESET REPLICA ALL'),
      ]);
    },
  }),
);

/** Lets clients write. */
export const databaseOpened = taskOf<{ readonly engine: Engine; readonly waits: unknown }>(
  defineModule({
    name: 'database_opened',
    summary: 'Opens a database server for writes.',
    args: openArgs,
    examples: ['- database_opened: { engine: mysql, waits: true }'],
    returns: {},
    observe: ({ engine }) => ({ state: stateOf(engine) }),
    decide({ engine, waits }, { state }): Decision {
      const waitsAlready = state.waits || !waits;
      if (state.writable && waitsAlready) return unchanged('it takes writes');
      return change('read-only → takes writes', engine, [
        sql(
          engine,
          ...(waitsAlready ? [] : [setWaits(engine, true)]),
          ...setReadOnly(engine, false),
        ),
      ]);
    },
  }),
);

/** Points a replica at another source; account, TLS and the rest stay as they are. */
export const databaseFollows = taskOf<Static<typeof followArgs>>(
  defineModule({
    name: 'database_follows',
    summary: 'Points a replica at another primary.',
    args: followArgs,
    examples: ['- database_follows: { engine: mysql, source: 10.0.0.12 }'],
    returns: {},
    observe: ({ engine }) => ({ state: stateOf(engine) }),
    decide({ engine, source }, { state }): Decision {
      if (!state.running) return unchanged('its server does not run');
      const works = state.receiving && state.applying && !state.writable && !state.waits;
      if (state.source === source && works) return unchanged(`it replicates from ${source}`);
      if (state.source === '') {
        return { kind: 'failed', message: 'it is no replica: there is no account to go on with' };
      }
      const summary =
        state.source === source
          ? `start replicating from ${source}`
          : `replicates from ${state.source} → from ${source}`;
      return change(summary, engine, [follow(engine, source, state)]);
    },
  }),
);

/** What modules of the promotion know of their server. */
export function stateOf(engine: Engine) {
  return probe('database state', stateScript(engine), parseState);
}

function isApplied(engine: Engine, { received, executed }: MemberState): boolean {
  return size(missing(gtidSet(engine, received), gtidSet(engine, executed))) === 0;
}

/** The applier runs to the end of the relay log; ten minutes are the limit. */
function drain(engine: Engine, { waits }: MemberState): Sh {
  const client = clientOf(engine);
  const received =
    engine === 'mariadb'
      ? sh`awk '$1 == "Gtid_IO_Pos:" { print $2 }'`
      : sh`awk '/ Retrieved_Gtid_Set: / { on = 1; sub(/.*Retrieved_Gtid_Set: /, "") } / Executed_Gtid_Set: / { on = 0 } on { printf "%s", $0 }'`;
  const wait = engine === 'mariadb' ? 'MASTER_GTID_WAIT' : 'WAIT_FOR_EXECUTED_GTID_SET';
  return sh`set -e
${sql(engine, ...notWaiting(engine, waits), 'STOP REPLICA IO_THREAD', 'START REPLICA SQL_THREAD')}
received=$(${client} -E --column-names -e 'SHOW REPLICA STATUS' | ${received})
[ -n "$received" ] || exit 0
answer=$(${client} -e "SELECT ${rawSh(wait)}('$received', 600)")
[ "$answer" = 0 ] || { echo 'the relay log was not applied within ten minutes' >&2; ${client} -E --column-names -e 'SHOW REPLICA STATUS' | grep Last_SQL_Error: >&2; exit 1; }`;
}

/** Waits until both threads run, for up to a minute. */
function follow(engine: Engine, source: string, { waits }: MemberState): Sh {
  const place =
    engine === 'mariadb'
      ? `CHANGE MASTER TO MASTER_HOST = ${sqlText(source)}, MASTER_PORT = ${databasePort}, MASTER_USE_GTID = slave_pos`
      : `CHANGE REPLICATION SOURCE TO SOURCE_HOST = ${sqlText(source)}, SOURCE_PORT = ${databasePort}`;
  const status = sh`${clientOf(engine)} -E --column-names -e 'SHOW REPLICA STATUS'`;
  return sh`set -e
${sql(engine, ...setReadOnly(engine, true), ...notWaiting(engine, waits), 'STOP REPLICA', place, 'START REPLICA')}
for _ in $(seq 60); do
  [ "$(${status} | grep -Ec '(IO|SQL)_Running: Yes')" = 2 ] && exit 0
  sleep 1
done
${status} | grep -E 'Last_(IO|SQL)_Error: .' >&2
exit 1`;
}

/** For a replica whose applier waits for acknowledgements that nobody gives. */
export function notWaiting(engine: Engine, waits: boolean): string[] {
  return waits ? [setWaits(engine, false)] : [];
}

function unchanged(reason: string): Decision {
  return { kind: 'unchanged', reason };
}

/** A change of the server's state; checked by asking it again. */
export function change(summary: string, engine: Engine, scripts: readonly Sh[]): Change {
  return {
    kind: 'change',
    summary,
    diff: [],
    apply: scripts.map((script) => ({ script })),
    touches: [stateOf(engine)],
    predicts: [],
    verify: true,
  };
}
