import { type ApplyStep, type Decision, defineModule, path, predict, Type, taskOf } from 'rolecall';
import { missingGtids } from './gtid.ts';
import type { Engine, Provisioning } from './params.ts';
import { cloneSteps } from './provision-clone.ts';
import { dumpSteps, provisioningMark } from './provision-dump.ts';
import { physicalSteps } from './provision-physical.ts';
import { isVirgin, type MemberState, type ServerState, stateQuestion } from './server-state.ts';
import { notRunning } from './sql.ts';

export interface ProvisionArgs {
  readonly engine: Engine;
  readonly how: Provisioning;
  /** Name and address of the host whose data is taken. */
  readonly donor: string;
  readonly address: string;
  readonly user: string;
  readonly password: string;
  readonly tls: boolean;
  /** What the donor said of itself in this run. */
  readonly donorState?: MemberState;
  /** Give up what this host has and the donor lacks. */
  readonly discard?: boolean;
}

/** Gives a replica the data of the primary, once: a server that has data is never overwritten unasked. */
export const databaseProvisionModule = defineModule({
  name: 'database_provision',
  summary: "Gives an empty replica the primary's data.",
  args: Type.Object({
    engine: Type.Union([Type.Literal('mysql'), Type.Literal('mariadb')], {
      description: 'Which server.',
    }),
    how: Type.Union([Type.Literal('clone'), Type.Literal('mariadb-backup'), Type.Literal('dump')], {
      description: 'In what way.',
    }),
    donor: Type.String({ description: 'The host that has the data.' }),
    address: Type.String({ description: 'Its address.' }),
    user: Type.String({ description: 'The account to log in with there.' }),
    password: Type.String({ description: 'Its password.' }),
    tls: Type.Boolean({ description: 'Whether over TLS.' }),
    donorState: Type.Optional(Type.Unknown({ description: 'What the donor said of itself.' })),
    discard: Type.Optional(
      Type.Boolean({ description: 'Give up transactions that the donor lacks.' }),
    ),
  }),
  secretArgs: ['password'],
  reportedArgs: ['donorState'],
  examples: [
    '- database_provision:\n    engine: mysql\n    how: clone\n    donor: db1\n    address: 10.0.0.11\n    user: replicator\n    password: "{{ secret }}"\n    tls: true',
  ],
  returns: {},
  observe: ({ engine }: ProvisionArgs) => ({
    state: stateQuestion(engine),
    mark: path(provisioningMark),
  }),
  decide(args: ProvisionArgs, { state, mark }): Decision {
    if (state.state !== 'up') {
      return state.state === 'absent' ? provision(args, undefined) : notRunning;
    }
    const server = state.value;
    if (isVirgin(server) || mark.exists) return provision(args, server);
    if (server.source) {
      return { kind: 'unchanged', reason: `it has data and follows ${server.source.address}` };
    }
    return decideWithData(args, server);
  },
  decideUnknown: (args: ProvisionArgs) => provision(args, undefined),
});

export const databaseProvision = taskOf<
  Omit<ProvisionArgs, 'donorState'> & { donorState?: unknown }
>(databaseProvisionModule);

/** Data and no source: an interrupted run, an old primary that came back, or somebody's own server. */
function decideWithData(args: ProvisionArgs, server: ServerState): Decision {
  const { engine, donor, donorState, discard = false } = args;
  const said = donorState?.server;
  if (!said) {
    return {
      kind: 'failed',
      message: `this host has data, and whether ${donor} has all of it is not known: ${donor} was not asked`,
      hint: `Run without --limit, or with ${donor} in it.`,
    };
  }
  const missing =
    server.gtid === ''
      ? server.schemas.join(', ')
      : missingGtids(engine, server.gtid, said.known, { except: said.id });
  if (missing === '') {
    return { kind: 'unchanged', reason: `${donor} has all that this host has` };
  }
  if (discard) return provision(args, server);
  return {
    kind: 'failed',
    message: `this host has what ${donor} lacks: ${missing}`,
    hint: 'Save what is needed; then give it up: rolecall run playbooks/rejoin.yml -e host=NAME -e reclone=true.',
  };
}

function provision(args: ProvisionArgs, server: ServerState | undefined): Decision {
  const { how, donor } = args;
  const old = server && !isVirgin(server) ? `databases: ${server.schemas.join(', ')}\n` : 'empty\n';
  return {
    kind: 'change',
    summary: `${done[how]} from ${donor}`,
    diff: [{ header: 'data', before: old, after: `as on ${donor}\n` }],
    apply: provisionSteps(args, server?.schemas ?? []),
    touches: 'everything',
    predicts: [predict(path(provisioningMark), { exists: false })],
    result: { how },
    verify: true,
  };
}

/** What gives a host the data of a donor; `drop` are the databases that it has. */
export function provisionSteps(
  args: Pick<ProvisionArgs, 'engine' | 'how' | 'address' | 'user' | 'password' | 'tls'>,
  drop: readonly string[],
): ApplyStep[] {
  if (args.how === 'clone') return cloneSteps(args);
  return args.how === 'dump' ? dumpSteps(args, drop) : physicalSteps(args);
}

const done: Readonly<Record<Provisioning, string>> = {
  clone: 'cloned',
  'mariadb-backup': 'copied',
  dump: 'loaded',
};
