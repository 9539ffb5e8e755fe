import { beforeAll, expect, test } from 'vitest';
import { stepwise } from '../support/stepwise.ts';
import { type DatabaseFleet, databaseFleet } from './database-fleet.ts';

const members = ['db1', 'db2', 'db3'];
let fleet: DatabaseFleet;

beforeAll(async () => {
  fleet = await databaseFleet('mariadb');
  fleet.declares('db1');
});

stepwise();

test('a fleet of MariaDB stands', async () => {
  const done = await fleet.run('database.yml');
  expect(done.status, done.stdout).toBe(0);
  const again = await fleet.run('database.yml');
  expect(again.with('changed')).toEqual([]);
  await fleet.ask('db1', 'CREATE TABLE shop.orders (number INT PRIMARY KEY)');
});

let primary = 'db1';
let rows = 0;

test.each([
  ['Close the old primary for writes'],
  ['Fence the old primary'],
  ['Apply everything that was received'],
  ['Replicate from nobody'],
  ['Follow the new primary'],
  ['Open the new primary for writes'],
])('the runner is killed after "%s": run again, the promotion completes', async (task) => {
  const old = primary;
  const candidate = members[(members.indexOf(old) + 1) % members.length]!;
  rows += 1;
  await fleet.ask(old, `INSERT INTO shop.orders VALUES (${rows})`);
  const words = ['promote.yml', '-e', `candidate=${candidate}`] as const;
  const running = fleet.start(...words);
  await running.until({ event: 'host-task-finished', task: `database : ${task}` });
  running.child.kill('SIGKILL');
  await running.ended;
  expect((await writable()).length).toBeLessThanOrEqual(1);

  const completed = await fleet.run(...words);
  expect(completed.status, completed.stdout).toBe(0);
  expect(await writable()).toEqual([candidate]);
  expect(await fleet.ask(candidate, 'SELECT COUNT(*) FROM shop.orders')).toBe(String(rows));
  const again = await fleet.run(...words);
  expect(again.with('changed')).toEqual([]);

  fleet.declares(candidate);
  primary = candidate;
  const rejoined = await fleet.run('rejoin.yml', '-e', `host=${old}`);
  expect(rejoined.status, rejoined.stdout).toBe(0);
});

/** The members that take writes. */
async function writable(): Promise<string[]> {
  const open = await Promise.all(
    members.map((host) => fleet.ask(host, 'SELECT @@read_only').catch(() => 'down')),
  );
  return members.filter((_, index) => open[index] === '0');
}
