import {
  block,
  type EntryPoint,
  expression,
  nearestName,
  type RoleContext,
  type RoleNode,
  type RoleProblem,
  type Static,
  Type,
} from 'rolecall';
import { type DatabaseParams, type databaseParams, memberNames } from './params.ts';
import { databaseFence } from './promotion-fence.ts';
import { databaseRecord } from './promotion-record.ts';
import { databaseState } from './promotion-state.ts';
import {
  databaseClosed,
  databaseDetached,
  databaseDrained,
  databaseFollows,
  databaseOpened,
} from './promotion-steps.ts';
import { databaseReceived, promotionPlan } from './promotion-tasks.ts';

const promoteParams = Type.Object({
  candidate: Type.String({ description: 'The replica that becomes the primary.', minLength: 1 }),
  oldPrimaryGone: Type.Boolean({
    description: 'The old primary is switched off and cannot be reached: go on without fencing it.',
    default: false,
  }),
  force: Type.Boolean({
    description:
      'Promote even where a server that has more is passed over: its transactions are lost.',
    default: false,
  }),
});

type PromoteParams = DatabaseParams & Static<typeof promoteParams>;

/** `tasks_from: promote`: makes a replica the primary. Every step looks first, so it may be run again after any interruption. */
export const promote = {
  summary: 'Makes a replica the primary: fences the old one, loses nothing that was received.',
  params: promoteParams,
  check: candidateProblems,
  tasks: promoteTasks,
} satisfies EntryPoint<typeof databaseParams, typeof promoteParams, unknown>;

function candidateProblems({ params }: RoleContext<PromoteParams>): RoleProblem[] {
  const members = memberNames(params);
  if (members.includes(params.candidate)) return [];
  return [
    {
      path: ['candidate'],
      message: `the candidate '${params.candidate}' is no member`,
      expected: `one of ${members.join(', ')}`,
      ...nearest(params.candidate, members),
    },
  ];
}

/** Phases: a block each, so that on all hosts one ends before the next begins. */
function promoteTasks({ params, host, fleet }: RoleContext<PromoteParams>): readonly RoleNode[] {
  const { engine, candidate, primary, oldPrimaryGone, force, semiSync } = params;
  const members = addressesOf(memberNames(params), fleet);
  const on = (isFor: boolean, ...tasks: readonly RoleNode[]) => block(isFor ? tasks : []);
  const isCandidate = host.name === candidate;
  const plan = `hostvars['${candidate}'].database_promotion.plan`;
  const when = (list: string) => ({ when: `inventory_hostname in ${plan}.${list}` });
  return [
    on(
      true,
      databaseState('Ask every member what it is', { engine }, { register: 'database_state' }),
    ),
    on(
      isCandidate,
      promotionPlan(
        'Judge the promotion',
        {
          ...{ engine, candidate, members, oldPrimaryGone, force },
          declared: primary,
          states: expression(statesOf(Object.keys(members), 'database_state')),
        },
        { register: 'database_promotion' },
      ),
    ),
    on(
      !isCandidate,
      databaseClosed('Close the old primary for writes', { engine }, when('awaited')),
    ),
    on(
      !isCandidate,
      databaseState(
        'Ask the closed primary what it has',
        { engine },
        { ...when('awaited'), register: 'database_closed' },
      ),
    ),
    on(
      isCandidate,
      databaseReceived('Receive everything that the closed primary has', {
        engine,
        closed: expression(closedStates(candidate)),
      }),
    ),
    on(
      !isCandidate,
      databaseFence('Fence the old primary', { engine, state: 'fenced' }, when('fence')),
    ),
    on(
      isCandidate,
      databaseDrained('Apply everything that was received', { engine }),
      databaseDetached('Replicate from nobody', { engine }),
    ),
    on(
      !isCandidate,
      databaseFollows(
        'Follow the new primary',
        { engine, source: members[candidate]! },
        when('follow'),
      ),
    ),
    on(
      isCandidate,
      databaseOpened('Open the new primary for writes', {
        engine,
        waits: semiSync.enabled
          ? expression(`(database_promotion.plan.follow | length) >= ${semiSync.acks}`)
          : false,
      }),
      databaseRecord('Record the new primary', {
        engine,
        primary: candidate,
        members: expression('database_promotion.plan.record') as never,
        term: expression('database_promotion.plan.term') as never,
      }),
    ),
  ];
}

/** Addresses of members by their names. */
export function addressesOf(
  names: readonly string[],
  fleet: RoleContext<unknown>['fleet'],
): Record<string, string> {
  const address = (name: string) => fleet.hosts.find((one) => one.name === name)?.address ?? name;
  return Object.fromEntries(names.map((name) => [name, address(name)]));
}

/** What was registered on each of the hosts, null where nothing was. */
export function statesOf(names: readonly string[], register: string): string {
  const items = names.map(
    (name) => `'${name}': ((hostvars['${name}'].${register} | default({})).state | default(none))`,
  );
  return `{${items.join(', ')}}`;
}

function closedStates(candidate: string): string {
  const awaited = `hostvars['${candidate}'].database_promotion.plan.awaited`;
  return `${awaited} | map('extract', hostvars, 'database_closed') | map(attribute='state') | list`;
}

function nearest(name: string, names: readonly string[]): { nearest?: string } {
  const found = nearestName(name, names);
  return found === undefined ? {} : { nearest: found };
}
