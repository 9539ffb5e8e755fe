import { beforeEach, expect, test } from 'vitest';
import { migrate } from '../../../examples/foobar/src/migrate.ts';
import { migrations } from '../../../examples/foobar/src/migrations.ts';
import { FakeServer, sqlError } from './fake-server.ts';

const two = [
  { id: '001', statements: ['CREATE one', 'ALTER one'] },
  { id: '002', statements: ['CREATE two'] },
];
let recorded: string[] | undefined;
let locked: number;
let primary: FakeServer;

beforeEach(() => {
  recorded = undefined;
  locked = 1;
  primary = new FakeServer('db1', (sql, values) => {
    if (sql.includes('GET_LOCK')) return { rows: [{ locked }] };
    if (sql.includes('information_schema')) return { rows: [{ tables_found: recorded ? 1 : 0 }] };
    if (sql.startsWith('CREATE TABLE IF NOT EXISTS schema_migrations')) recorded = [];
    if (sql.startsWith('SELECT id')) return { rows: recorded!.map((id) => ({ id })) };
    if (sql.startsWith('INSERT')) recorded!.push(String(values[0]));
    return {};
  });
});

test('makes all of them in order on an empty database', async () => {
  expect(await migrate(primary, two)).toEqual(['001', '002']);
  expect(sent().filter((sql) => /one|two/.test(sql))).toEqual([
    'CREATE one',
    'ALTER one',
    'CREATE two',
  ]);
});

test('makes what is missing', async () => {
  recorded = ['001'];
  expect(await migrate(primary, two)).toEqual(['002']);
});

test('writes nothing when nothing is missing', async () => {
  recorded = ['001', '002'];
  expect(await migrate(primary, two)).toEqual([]);
  expect(sent().filter((sql) => /^(CREATE|ALTER|INSERT)/.test(sql))).toEqual([]);
});

test('a migration that fails is not recorded, and the lock is given back', async () => {
  const failing = [two[0]!, { id: '002', statements: ['SELECT id'] }];
  primary = new FakeServer('db1', (sql) => {
    if (sql === 'SELECT id') throw sqlError(1064, 'syntax');
    if (sql.includes('GET_LOCK')) return { rows: [{ locked: 1 }] };
    return {};
  });
  await expect(migrate(primary, failing)).rejects.toThrow('syntax');
  expect(sent().filter((sql) => sql.startsWith('INSERT'))).toHaveLength(1);
  expect(sent().at(-1)).toContain('RELEASE_LOCK');
});

test('does nothing without the lock', async () => {
  locked = 0;
  await expect(migrate(primary, two)).rejects.toThrow('another migration');
  expect(sent()).toHaveLength(1);
});

test('ids of the real ones are unique and sorted', () => {
  const ids = migrations.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].sort());
});

function sent(): string[] {
  return primary.statements.map(([sql]) => sql);
}
