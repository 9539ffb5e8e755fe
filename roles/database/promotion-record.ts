import { type Decision, defineModule, predict, type Static, sh, Type, taskOf } from 'rolecall';
import { clientOf, sqlText, topologyTable } from './promotion-sql.ts';
import { engineArgument, type MemberState } from './promotion-state.ts';
import { change, stateOf } from './promotion-steps.ts';
import { stateQuestion } from './server-state.ts';
import { notRunning } from './sql.ts';

const recordArgs = Type.Object({
  engine: engineArgument,
  primary: Type.String({ description: 'The host that takes writes: this one.' }),
  members: Type.String({ description: '`db1=10.0.0.1,db2=10.0.0.2`.' }),
  term: Type.Optional(
    Type.Integer({
      description: 'Of a promotion: its number. Without it nobody else is replaced.',
    }),
  ),
});

/**
 * Writes down in the database itself who takes writes. It replicates with the data, and its
 * transaction is one that an old primary has not: so the boot guard there knows that it is one.
 */
export const databaseRecord = taskOf<Static<typeof recordArgs>>(
  defineModule({
    name: 'database_record',
    summary: 'Records which host is the primary.',
    args: recordArgs,
    examples: ['- database_record: { engine: mysql, primary: db1, members: "db1=10.0.0.1" }'],
    returns: {},
    observe: ({ engine }) => ({ state: stateOf(engine), server: stateQuestion(engine) }),
    decide: (args, { state, server }) =>
      server.state === 'down' ? notRunning : decideRecord(args, state),
    decideUnknown: (args) => decideRecord(args, undefined),
  }),
);

/** Pure. Without a state: a server that is being set up in a dry run. */
export function decideRecord(
  { engine, primary, members, term }: Static<typeof recordArgs>,
  state: MemberState | undefined,
): Decision {
  const known = state?.running ? state : undefined;
  if (known && known.term > 0 && known.recordedPrimary !== primary && term === undefined) {
    return {
      kind: 'failed',
      message: `the database has it that ${known.recordedPrimary} is the primary, not ${primary}`,
      hint: `Set database_primary: ${known.recordedPrimary} in the inventory, or promote ${primary}.`,
    };
  }
  const next = term ?? Math.max(known?.term ?? 0, 1);
  if (
    known?.term === next &&
    known.recordedPrimary === primary &&
    known.recordedMembers === members
  ) {
    return { kind: 'unchanged', reason: `${primary} is recorded as the primary, term ${next}` };
  }
  const statements = `CREATE DATABASE IF NOT EXISTS rolecall;
CREATE TABLE IF NOT EXISTS ${topologyTable} (
  id TINYINT PRIMARY KEY,
  term BIGINT UNSIGNED NOT NULL,
  primary_name VARCHAR(255) NOT NULL,
  members TEXT NOT NULL,
  since TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
REPLACE INTO ${topologyTable} (id, term, primary_name, members) VALUES (1, ${next}, ${sqlText(primary)}, ${sqlText(members)});
`;
  const made = change(`${primary} is the primary, term ${next}, of ${members}`, engine, []);
  const after = known && {
    ...known,
    term: next,
    recordedPrimary: primary,
    recordedMembers: members,
  };
  return {
    ...made,
    apply: [{ script: sh`${clientOf(engine)}`, stdin: Buffer.from(statements) }],
    predicts: after ? [predict(stateOf(engine), after)] : [],
  };
}
