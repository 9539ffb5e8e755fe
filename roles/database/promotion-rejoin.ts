import {
  block,
  type Decision,
  defineModule,
  type EntryPoint,
  expression,
  type Plain,
  type RoleContext,
  type RoleNode,
  type RoleProblem,
  type Static,
  Type,
  taskOf,
} from 'rolecall';
import { provisionOf } from './accounts.ts';
import { type DatabaseParams, type databaseParams, memberNames } from './params.ts';
import { addressesOf, statesOf } from './promotion.ts';
import { databaseAttached } from './promotion-attach.ts';
import { databaseFence } from './promotion-fence.ts';
import { databaseRecord } from './promotion-record.ts';
import { planRejoin, type RejoinRequest } from './promotion-rejoin-plan.ts';
import { databaseState, engineArgument } from './promotion-state.ts';
import { secondsOf } from './quantities.ts';

const rejoinParams = Type.Object({
  rejoin: Type.String({
    description: 'The member that comes back as a replica, an old primary.',
    minLength: 1,
  }),
  reclone: Type.Boolean({
    description: 'Throw away what it has and copy the data of the primary.',
    default: false,
  }),
});

type RejoinParams = DatabaseParams & Static<typeof rejoinParams>;

const planArgs = Type.Object({
  engine: engineArgument,
  host: Type.String({ description: 'The member that comes back.' }),
  members: Type.Record(Type.String(), Type.String(), { description: 'Addresses by name.' }),
  states: Type.Record(Type.String(), Type.Unknown(), { description: 'What each member said.' }),
  reclone: Type.Boolean({ description: 'Whether its data may be thrown away.' }),
});

const rejoinPlan = taskOf<Omit<Static<typeof planArgs>, 'states'> & { readonly states: unknown }>(
  defineModule({
    name: 'database_rejoin_plan',
    summary: 'Says how an old primary can come back as a replica, or that it cannot.',
    args: planArgs,
    examples: ['- database_rejoin_plan: { engine: mysql, host: db1 }'],
    returns: { plan: 'How, and whom it follows.' },
    observe: () => ({}),
    decide(args): Decision {
      const plan = planRejoin(args as unknown as RejoinRequest);
      if (plan.kind === 'unknown') return plan;
      if (plan.kind === 'refused') {
        return { kind: 'failed', message: plan.message, hint: plan.hint };
      }
      return {
        kind: 'unchanged',
        reason: `${plan.how}: ${args.host} under ${plan.primary}`,
        result: { plan: plan as unknown as Plain },
      };
    },
  }),
);

/** `tasks_from: rejoin`: makes an old primary a replica of the new one. */
export const rejoin = {
  summary: 'Attaches an old primary to the new one, or copies its data anew.',
  params: rejoinParams,
  check: rejoinProblems,
  tasks: rejoinTasks,
} satisfies EntryPoint<typeof databaseParams, typeof rejoinParams, unknown>;

function rejoinProblems({ params }: RoleContext<RejoinParams>): RoleProblem[] {
  const members = memberNames(params);
  if (members.includes(params.rejoin)) return [];
  return [
    {
      path: ['rejoin'],
      message: `'${params.rejoin}' is no member`,
      expected: `one of ${members.join(', ')}`,
    },
  ];
}

/** Its server is started off the network first, so that it can be asked what it has without anybody using it. */
function rejoinTasks({ params, host, fleet }: RoleContext<RejoinParams>): readonly RoleNode[] {
  const { engine, rejoin: name, reclone, replication } = params;
  const members = addressesOf(memberNames(params), fleet);
  const isIt = host.name === name;
  const on = (isFor: boolean, ...tasks: readonly RoleNode[]) => block(isFor ? tasks : []);
  const plan = `hostvars['${name}'].database_rejoin.plan`;
  return [
    on(isIt, databaseFence('Start it off the network', { engine, state: 'local' })),
    on(
      true,
      databaseState('Ask every member what it is', { engine }, { register: 'database_state' }),
    ),
    on(
      isIt,
      rejoinPlan(
        'Judge how it comes back',
        {
          ...{ engine, host: name, members, reclone },
          states: expression(statesOf(Object.keys(members), 'database_state')),
        },
        { register: 'database_rejoin' },
      ),
      databaseAttached('Follow the primary', {
        engine,
        source: expression(`${plan}.source`),
        user: replication?.user ?? '',
        password: replication?.password ?? '',
        tls: replication?.tls ?? true,
        getSourcePublicKey: replication?.getSourcePublicKey ?? false,
        connectRetrySeconds: Math.ceil(secondsOf(replication?.connectRetry ?? '5s')),
        retryCount: replication?.retryCount ?? 86400,
        how: provisionOf(params),
        reclone: expression(`${plan}.how == 'reclone'`),
      }),
      databaseFence('Back on the network', { engine, state: 'free' }),
    ),
    on(
      !isIt,
      databaseRecord(
        'Record the member',
        {
          engine,
          primary: host.name,
          members: expression(`${plan}.record`) as never,
          term: expression(`${plan}.term`) as never,
        },
        { when: `${plan}.primary == inventory_hostname` },
      ),
    ),
  ];
}
