import { beforeEach, expect, test } from 'vitest';
import { Reads } from '../../../examples/foobar/src/database/reads.ts';
import { FakeServer, lostConnection } from './fake-server.ts';

let now: number;
let primary: FakeServer;
let replicas: FakeServer[];
let reads: Reads;

beforeEach(() => {
  now = 1000;
  primary = new FakeServer('db1');
  replicas = [new FakeServer('db2'), new FakeServer('db3')];
  reads = new Reads(replicas, primary, () => now);
});

test('replicas take turns, the primary is left alone', async () => {
  expect(await whoAnswers(4)).toEqual(['db2', 'db3', 'db2', 'db3']);
  expect(primary.options).toEqual([]);
});

test('one that is down is skipped for five seconds', async () => {
  replicas[0]!.down = true;
  expect(await whoAnswers(4)).toEqual(['db3', 'db3', 'db3', 'db3']);
  expect(replicas[0]!.options).toHaveLength(1);
  replicas[0]!.down = false;
  now += 4999;
  expect(await whoAnswers(2)).toEqual(['db3', 'db3']);
  now += 1;
  expect((await whoAnswers(2)).sort()).toEqual(['db2', 'db3']);
});

test('one that fails during the read is skipped too', async () => {
  replicas[0]!.failure = lostConnection();
  expect(await whoAnswers(3)).toEqual(['db3', 'db3', 'db3']);
  expect(replicas[0]!.statements).toHaveLength(1);
});

test('the primary answers when no replica does, and it is said', async () => {
  for (const replica of replicas) replica.down = true;
  expect(await reads.run(select)).toEqual({ value: 1, hostname: 'db1', fallback: true });
});

test('replicas that rest are asked before the read fails', async () => {
  for (const replica of replicas) replica.down = true;
  await reads.run(select);
  for (const replica of replicas) replica.down = false;
  primary.down = true;
  expect(await whoAnswers(2)).toEqual(['db3', 'db2']);
});

test('when nobody answers each is named', async () => {
  for (const server of [primary, ...replicas]) server.down = true;
  await expect(reads.run(select)).rejects.toMatchObject({
    message: 'no database answers',
    cause: { message: expect.stringMatching(/^db2:3306: .*; db3:3306: .*; db1:3306: connect/) },
  });
});

async function whoAnswers(times: number): Promise<string[]> {
  const names: string[] = [];
  for (let count = 0; count < times; count++) {
    const { hostname, fallback } = await reads.run(select);
    names.push(fallback ? `${hostname} instead` : hostname);
  }
  return names;
}

async function select(session: { execute(sql: string): Promise<unknown> }): Promise<number> {
  await session.execute('SELECT 1');
  return 1;
}
