import { type Decision, defineModule, predict, Type, taskOf } from 'rolecall';
import type { Engine } from './params.ts';
import { isVirgin, stateQuestion, variablesQuestion, withWrites } from './server-state.ts';
import { notRunning, runSql } from './sql.ts';

export interface WritesArgs {
  readonly engine: Engine;
  readonly open: boolean;
  /** A new fleet has no replica yet that a commit could wait for: semi-sync is turned on when it has. */
  readonly withoutSemiSync?: boolean;
}

/** Opens or closes a server for writes until its next start: each boots read-only. */
export const databaseWritesModule = defineModule({
  name: 'database_writes',
  summary: 'Opens a database server for writes, or makes it read-only.',
  args: Type.Object({
    engine: Type.Union([Type.Literal('mysql'), Type.Literal('mariadb')], {
      description: 'Which server.',
    }),
    open: Type.Boolean({ description: 'Whether it takes writes.' }),
    withoutSemiSync: Type.Optional(
      Type.Boolean({ description: 'On a new server: not to wait for replicas for now.' }),
    ),
  }),
  examples: ['- database_writes:\n    engine: mysql\n    open: true'],
  returns: { open: 'Whether it takes writes.' },
  observe: ({ engine }: WritesArgs) => ({
    state: stateQuestion(engine),
    variables: variablesQuestion(engine),
  }),
  decide({ engine, open, withoutSemiSync = false }: WritesArgs, { state, variables }): Decision {
    if (open && state.state === 'down') return notRunning;
    if (open && state.state === 'up' && state.value.guarded) return guarded;
    const isNew = state.state !== 'up' || isVirgin(state.value);
    const switchesOff = isNew && withoutSemiSync;
    // A server that is yet to be started boots read-only.
    const isOpen = state.state === 'up' && state.value.writable;
    const isSealed = state.state === 'up' && state.value.sealed;
    if (
      state.state !== 'absent' &&
      (open ? isOpen : !isOpen && (isSealed || state.state === 'down'))
    ) {
      const reason = open ? 'it takes writes' : 'it is read-only';
      return { kind: 'unchanged', reason, result: { open } };
    }
    if (state.state === 'absent' && !open) {
      return { kind: 'unchanged', reason: 'it starts read-only', result: { open } };
    }
    return {
      kind: 'change',
      summary: open ? 'opened for writes' : 'made read-only',
      diff: [
        {
          header: 'writes',
          before: `${isOpen ? 'open' : 'read-only'}\n`,
          after: `${open ? 'open' : 'read-only'}\n`,
        },
      ],
      apply: [
        runSql(engine, [
          ...(switchesOff ? [`SET GLOBAL ${semiSyncSwitch[engine]} = OFF`] : []),
          ...writeStatements(engine, open),
        ]),
      ],
      touches: [stateQuestion(engine), variablesQuestion(engine)],
      predicts: [
        ...(state.state === 'up'
          ? [
              predict(stateQuestion(engine), {
                state: 'up',
                value: withWrites(state.value, open),
              }),
            ]
          : []),
        ...(switchesOff && variables.state === 'up'
          ? [
              predict(variablesQuestion(engine), {
                state: 'up',
                value: new Map([...variables.value, [semiSyncSwitch[engine], 'OFF']]),
              }),
            ]
          : []),
      ],
      result: { open },
      verify: true,
    };
  },
});

export const databaseWrites = taskOf<WritesArgs>(databaseWritesModule);

/** In a dry run: who opens it first, the boot guard or the run, is not known. */
const guarded: Decision = {
  kind: 'unknown',
  reason: 'the server restarts, and its boot guard may open it for writes first',
};

const semiSyncSwitch: Readonly<Record<Engine, string>> = {
  mysql: 'rpl_semi_sync_source_enabled',
  mariadb: 'rpl_semi_sync_master_enabled',
};

/** MySQL's read_only goes with super_read_only; MariaDB has only the one. */
export function writeStatements(engine: Engine, open: boolean): string[] {
  if (engine === 'mariadb') return [`SET GLOBAL read_only = ${open ? 'OFF' : 'ON'}`];
  return open
    ? ['SET GLOBAL super_read_only = OFF', 'SET GLOBAL read_only = OFF']
    : ['SET GLOBAL super_read_only = ON'];
}
