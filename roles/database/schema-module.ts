import { type Decision, defineModule, Type, taskOf } from 'rolecall';
import type { Engine } from './params.ts';
import { ask, notRunning, runSql, sqlName, sqlText } from './sql.ts';

export interface SchemaArgs {
  readonly engine: Engine;
  readonly name: string;
  readonly charset: string;
  readonly collation?: string;
}

interface Schema {
  readonly charset: string;
  readonly collation: string;
}

/** A database with its defaults; tables keep what they were made with. */
export const databaseSchemaModule = defineModule({
  name: 'database_schema',
  summary: 'Makes a database on a database server.',
  args: Type.Object({
    engine: Type.Union([Type.Literal('mysql'), Type.Literal('mariadb')], {
      description: 'Which server.',
    }),
    name: Type.String({ description: 'Name of the database.' }),
    charset: Type.String({ description: 'Its default character set.' }),
    collation: Type.Optional(Type.String({ description: 'Its default collation.' })),
  }),
  examples: ['- database_schema:\n    engine: mysql\n    name: shop\n    charset: utf8mb4'],
  returns: { name: 'The database.' },
  observe: (args: SchemaArgs) => ({ schema: schemaQuestion(args) }),
  decide(args: SchemaArgs, { schema }): Decision {
    if (schema.state === 'down') return notRunning;
    const { engine, name, charset, collation } = args;
    const found = schema.state === 'up' ? schema.value : undefined;
    const isSame =
      found?.charset === charset && (collation === undefined || found.collation === collation);
    if (isSame) {
      return { kind: 'unchanged', reason: `there is ${name}, ${charset}`, result: { name } };
    }
    const defaults = `CHARACTER SET ${charset}${collation === undefined ? '' : ` COLLATE ${collation}`}`;
    return {
      kind: 'change',
      summary: found ? `${name}: ${found.charset} → ${charset}` : `${name} created`,
      diff: [
        {
          header: `database ${name}`,
          before: found ? `${found.charset} ${found.collation}\n` : '',
          after: `${charset}${collation === undefined ? '' : ` ${collation}`}\n`,
        },
      ],
      apply: [
        runSql(engine, [`${found ? 'ALTER' : 'CREATE'} DATABASE ${sqlName(name)} ${defaults}`]),
      ],
      touches: [schemaQuestion(args)],
      predicts: [],
      result: { name },
      verify: true,
    };
  },
});

export const databaseSchema = taskOf<SchemaArgs>(databaseSchemaModule);

function schemaQuestion({ engine, name }: SchemaArgs) {
  const sql = `SELECT default_character_set_name, default_collation_name FROM information_schema.schemata WHERE schema_name = ${sqlText(name)}`;
  return ask(engine, `database ${name}`, sql, ([row]): Schema | undefined =>
    row === undefined ? undefined : { charset: row[0] ?? '', collation: row[1] ?? '' },
  );
}
