import { beforeEach, expect, test } from 'vitest';
import { checkHealth } from '../../../examples/foobar/src/health.ts';
import { FakeServer, sqlError } from './fake-server.ts';

let readOnly: number;
let primary: FakeServer;
let replicas: [FakeServer, FakeServer];

beforeEach(() => {
  readOnly = 0;
  primary = new FakeServer('db1', () => ({ rows: [{ read_only: readOnly, newest: 3 }] }));
  const replica = () => ({ rows: [{ read_only: 1, newest: 3 }] });
  replicas = [new FakeServer('db2', replica), new FakeServer('db3', replica)];
});

const healthOf = (change: { healthReads?: 'replica' | 'any'; shuttingDown?: boolean } = {}) =>
  checkHealth({ primary, replicas, healthReads: 'replica', shuttingDown: false, ...change });

test('well', async () => {
  expect(await healthOf()).toEqual({
    ok: true,
    problems: [],
    servers: { 'db1:3306': 'ok', 'db2:3306': 'ok', 'db3:3306': 'ok' },
  });
});

test('one replica is enough, the other is named', async () => {
  replicas[0].down = true;
  expect(await healthOf()).toMatchObject({
    ok: true,
    servers: { 'db2:3306': expect.stringContaining('ECONNREFUSED'), 'db3:3306': 'ok' },
  });
});

test.each([
  ['replica', false],
  ['any', true],
] as const)('no replica, HEALTH_READS=%s: ok is %s', async (healthReads, ok) => {
  for (const replica of replicas) replica.down = true;
  expect(await healthOf({ healthReads })).toMatchObject({ ok, problems: ['no replica answers'] });
});

test('the primary is down', async () => {
  primary.down = true;
  expect(await healthOf({ healthReads: 'any' })).toMatchObject({
    ok: false,
    problems: [expect.stringMatching(/the primary does not take writes: db1:3306.*ECONNREFUSED/)],
  });
});

test('the primary is read-only', async () => {
  readOnly = 1;
  expect(await healthOf()).toMatchObject({
    ok: false,
    problems: ['the primary does not take writes: db1:3306 is read-only'],
  });
});

test('the tables are missing', async () => {
  primary.failure = sqlError(1146, "Table 'foobar.notes' doesn't exist");
  expect(await healthOf()).toMatchObject({
    ok: false,
    problems: [expect.stringContaining("doesn't exist")],
  });
});

test('a server that does not answer counts as down', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const replica of replicas) replica.pause = promise;
  const health = await healthOf();
  resolve();
  expect(health).toMatchObject({ ok: false, problems: ['no replica answers'] });
  expect(health.servers['db2:3306']).toContain('took more than');
});

test('shutting down', async () => {
  expect(await healthOf({ shuttingDown: true })).toMatchObject({
    ok: false,
    problems: ['shutting down'],
  });
});
