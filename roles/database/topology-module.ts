import { type Decision, defineModule, type Plain, Type, taskOf } from 'rolecall';
import type { Engine } from './params.ts';
import { type MemberState, type ServerState, stateQuestion } from './server-state.ts';
import type { Answer } from './sql.ts';
import { type Fleet, topologyConflict } from './topology.ts';

const engine = Type.Union([Type.Literal('mysql'), Type.Literal('mariadb')], {
  description: 'Which server.',
});

/** Only asks. The result is kept with `register`, for the tasks of all members. */
export const databaseStateModule = defineModule({
  name: 'database_state',
  summary: 'Asks a database server whether it takes writes, and whom it follows.',
  args: Type.Object({ engine }),
  examples: ['- database_state:\n    engine: mysql\n  register: state'],
  returns: { member: '`state` (absent, down, up) and `server`, what it said.' },
  observe: (args: { engine: Engine }) => ({ state: stateQuestion(args.engine) }),
  decide: (_args: { engine: Engine }, { state }): Decision => ({
    kind: 'unchanged',
    reason: describe(state),
    result: { member: memberOf(state) as unknown as Plain },
  }),
});

export const databaseState = taskOf<{ engine: Engine }>(databaseStateModule);

/** Refuses to go on when the real topology is not the declared one. */
export const databaseTopologyModule = defineModule({
  name: 'database_topology',
  summary: 'Compares the declared primary with the real one.',
  args: Type.Object({
    engine,
    primary: Type.String({ description: 'The declared primary.' }),
    members: Type.Array(Type.Object({ name: Type.String(), address: Type.String() }), {
      description: 'All members.',
    }),
    states: Type.Unknown({ description: 'What each said, by name.' }),
  }),
  reportedArgs: ['states'],
  examples: [
    '- database_topology:\n    engine: mysql\n    primary: db1\n    members: []\n    states: {}',
  ],
  returns: {},
  observe: () => ({}),
  decide(args: Fleet): Decision {
    const conflict = topologyConflict(args);
    return conflict
      ? { kind: 'failed', message: conflict.message, hint: conflict.hint }
      : { kind: 'unchanged', reason: `nothing speaks against ${args.primary} as primary` };
  },
});

export const databaseTopology = taskOf<object>(databaseTopologyModule);

function memberOf(answer: Answer<ServerState>): MemberState {
  return answer.state === 'up' ? { state: 'up', server: answer.value } : { state: answer.state };
}

function describe(answer: Answer<ServerState>): string {
  if (answer.state !== 'up') {
    return answer.state === 'absent' ? 'no server is installed' : 'the server does not run';
  }
  const { writable, source } = answer.value;
  const follows = source ? `follows ${source.address}` : 'follows nobody';
  return `${writable ? 'takes writes' : 'read-only'}, ${follows}`;
}
