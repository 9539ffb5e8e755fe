import { type Decision, defineModule, type Observation, Type, taskOf } from 'rolecall';
import { declaredGrants, grantLines, grantStatements, parseGrants } from './grants.ts';
import type { DatabaseUser, Engine } from './params.ts';
import { isPassword } from './passwords.ts';
import { type Answer, ask, notRunning, runSql, sqlAccount, sqlText } from './sql.ts';

export interface UserArgs extends DatabaseUser {
  readonly engine: Engine;
}

interface Account {
  readonly plugin: string;
  readonly hex: string;
  readonly requiresTls: boolean;
}

const grant = Type.Object({
  scope: Type.String({ description: 'Where they hold.' }),
  privileges: Type.Array(Type.String(), { description: 'Which.' }),
});

/** An account with exactly these grants; its password is compared, not rewritten. */
export const databaseUserModule = defineModule({
  name: 'database_user',
  summary: 'Makes an account of a database server, with exactly the grants that are given.',
  args: Type.Object({
    engine: Type.Union([Type.Literal('mysql'), Type.Literal('mariadb')], {
      description: 'Which server.',
    }),
    name: Type.String({ description: 'Name of the account.' }),
    host: Type.String({ description: 'Where it may log in from.' }),
    password: Type.String({ description: 'Its password.' }),
    grants: Type.Array(grant, { description: 'All that it may do.' }),
    requireTls: Type.Boolean({ description: 'Whether it can log in over TLS only.' }),
  }),
  secretArgs: ['password'],
  examples: [
    "- database_user:\n    engine: mysql\n    name: app\n    host: '%'\n    password: '{{ secret }}'\n    grants: []\n    requireTls: false",
  ],
  returns: { account: 'The account.' },
  observe: (args: UserArgs) => ({ account: accountQuestion(args) }),
  refine: (args: UserArgs, { account }): Record<string, GrantsQuestion> =>
    account.state === 'up' && account.value ? { grants: grantsQuestion(args) } : {},
  decide(args: UserArgs, observed): Decision {
    const { account } = observed as { account: Answer<Account | undefined> };
    if (account.state === 'down') return notRunning;
    const { grants } = observed as { grants?: Answer<readonly string[]> };
    const name = sqlAccount(args);
    const held = account.state === 'up' ? account.value : undefined;
    const lines = grants?.state === 'up' ? grants.value : [];
    const has = parseGrants(args.engine, lines);
    const wanted = declaredGrants(args.engine, args.grants);
    const samePassword = held !== undefined && isPassword(held, args.password);
    const sameTls = held?.requiresTls === args.requireTls;
    const changes = grantStatements(args, has, wanted);
    if (samePassword && sameTls && changes.length === 0) {
      return {
        kind: 'unchanged',
        reason: `${name} has this password and these grants`,
        result: { account: name },
      };
    }
    const identity = [
      ...(samePassword ? [] : [identified(args)]),
      ...(samePassword && sameTls ? [] : [`REQUIRE ${args.requireTls ? 'SSL' : 'NONE'}`]),
    ].join(' ');
    const statements = [
      ...(identity === '' ? [] : [`${held ? 'ALTER' : 'CREATE'} USER ${name} ${identity}`]),
      ...changes,
    ];
    const what = [
      ...(held ? [] : ['created']),
      ...(held && !samePassword ? ['password'] : []),
      ...(held && !sameTls ? [args.requireTls ? 'TLS required' : 'TLS not required'] : []),
      ...(held && changes.length > 0 ? ['grants'] : []),
    ];
    return {
      kind: 'change',
      summary: `${name}: ${what.join(', ')}`,
      diff: [
        {
          header: `account ${name}`,
          before: held ? text(grantLines(has.grants), has.roles, held.requiresTls) : '',
          after: text(grantLines(wanted), [], args.requireTls),
        },
      ],
      apply: [runSql(args.engine, statements)],
      touches: [accountQuestion(args), grantsQuestion(args)],
      predicts: [],
      result: { account: name },
      verify: true,
    };
  },
});

export const databaseUser = taskOf<UserArgs>(databaseUserModule);

type GrantsQuestion = Observation<Answer<readonly string[]>>;

function accountQuestion({ engine, name, host }: UserArgs) {
  const sql = `SELECT plugin, HEX(authentication_string), ssl_type FROM mysql.user WHERE user = ${sqlText(name)} AND host = ${sqlText(host)}`;
  return ask(engine, `account ${name}@${host}`, sql, ([row]): Account | undefined =>
    row === undefined
      ? undefined
      : { plugin: row[0] ?? '', hex: row[1] ?? '', requiresTls: (row[2] ?? '') !== '' },
  );
}

function grantsQuestion(args: UserArgs): GrantsQuestion {
  return ask(args.engine, 'grants', `SHOW GRANTS FOR ${sqlAccount(args)}`, (rows) =>
    rows.map(([line]) => line ?? ''),
  );
}

function identified({ engine, password }: UserArgs): string {
  return engine === 'mysql'
    ? `IDENTIFIED WITH caching_sha2_password BY ${sqlText(password)}`
    : `IDENTIFIED VIA mysql_native_password USING PASSWORD(${sqlText(password)})`;
}

function text(grants: readonly string[], roles: readonly string[], requiresTls: boolean): string {
  return [
    ...grants,
    ...roles.map((role) => `role ${role}`),
    `TLS required: ${requiresTls}`,
    '',
  ].join('\n');
}
