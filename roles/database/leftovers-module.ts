import { type Decision, defineModule, Type, taskOf } from 'rolecall';
import type { Engine } from './params.ts';
import { ask, notRunning, runSql, sqlAccount, sqlName } from './sql.ts';

export interface LeftoversArgs {
  readonly engine: Engine;
  /** Whether a database called `test` is declared. */
  readonly keepTest: boolean;
}

interface Leftovers {
  readonly anonymous: readonly string[];
  readonly test: boolean;
}

/** Installations of old left accounts without a name, which shadow others, and a database for everybody. */
export const databaseLeftoversModule = defineModule({
  name: 'database_leftovers',
  summary: 'Removes accounts without a name and the database called test.',
  args: Type.Object({
    engine: Type.Union([Type.Literal('mysql'), Type.Literal('mariadb')], {
      description: 'Which server.',
    }),
    keepTest: Type.Boolean({ description: 'Whether a database called `test` is declared.' }),
  }),
  examples: ['- database_leftovers:\n    engine: mysql\n    keepTest: false'],
  returns: {},
  observe: ({ engine }: LeftoversArgs) => ({ found: leftoversQuestion(engine) }),
  decide({ engine, keepTest }: LeftoversArgs, { found }): Decision {
    if (found.state === 'down') return notRunning;
    const { anonymous, test } = found.state === 'up' ? found.value : none;
    const accounts = anonymous.map((host) => sqlAccount({ name: '', host }));
    const what = [...accounts, ...(test && !keepTest ? ['database test'] : [])];
    if (what.length === 0) {
      return {
        kind: 'unchanged',
        reason: 'every account has a name, and there is no test database',
      };
    }
    return {
      kind: 'change',
      summary: `removed: ${what.join(', ')}`,
      diff: [{ header: 'leftovers', before: `${what.join('\n')}\n`, after: '' }],
      apply: [
        runSql(engine, [
          ...accounts.map((account) => `DROP USER ${account}`),
          ...(test && !keepTest ? [`DROP DATABASE ${sqlName('test')}`] : []),
        ]),
      ],
      touches: [leftoversQuestion(engine)],
      predicts: [],
      verify: true,
    };
  },
});

export const databaseLeftovers = taskOf<LeftoversArgs>(databaseLeftoversModule);

const none: Leftovers = { anonymous: [], test: false };

function leftoversQuestion(engine: Engine) {
  const sql = `SELECT 'user', host FROM mysql.user WHERE user = ''; SELECT 'test', schema_name FROM information_schema.schemata WHERE schema_name = 'test'`;
  return ask(
    engine,
    'leftovers',
    sql,
    (rows): Leftovers => ({
      anonymous: rows.filter(([kind]) => kind === 'user').map(([, host]) => host ?? ''),
      test: rows.some(([kind]) => kind === 'test'),
    }),
  );
}
