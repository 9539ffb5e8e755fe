import { expect, test } from 'vitest';
import { WriteFailed, write } from '../../../examples/foobar/src/database/writes.ts';
import { FakeServer, lostConnection, sqlError } from './fake-server.ts';

const insert = (session: { execute(sql: string): Promise<{ insertId: number }> }) =>
  session.execute('INSERT');

test('returns what the primary made, on a connection that is known to live', async () => {
  const primary = new FakeServer('db1', () => ({ insertId: 7 }));
  expect(await write(primary, insert)).toMatchObject({ value: { insertId: 7 }, hostname: 'db1' });
  expect(primary.options).toMatchObject([{ fresh: true }]);
});

test.each([
  ['read-only', sqlError(1290, '--super-read-only'), 'not written', 1],
  ['read-only', sqlError(1836, 'read only mode'), 'not written', 1],
  ['lost', lostConnection(), 'unknown', 1],
  ['lost', new Error('a statement took more than 15000 ms'), 'unknown', 1],
])('%s: %s', async (reason, failure, outcome, forgotten) => {
  const primary = new FakeServer('db1');
  primary.failure = failure;
  const error = await write(primary, insert).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(WriteFailed);
  expect(error).toMatchObject({ reason, outcome, hostname: 'db1' });
  expect(primary.forgotten).toBe(forgotten);
  expect(primary.statements).toHaveLength(1); // never sent twice
});

test('unreachable: nothing was sent', async () => {
  const primary = new FakeServer('db1');
  primary.down = true;
  const error = await write(primary, insert).catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    reason: 'unreachable',
    outcome: 'not written',
    hostname: undefined,
  });
});

test('what the database says of the statement is passed on', async () => {
  const primary = new FakeServer('db1');
  primary.failure = sqlError(1146, "Table 'notes' doesn't exist");
  await expect(write(primary, insert)).rejects.toBe(primary.failure);
  expect(primary.forgotten).toBe(0);
});
