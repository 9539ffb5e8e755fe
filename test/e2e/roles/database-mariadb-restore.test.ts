import { beforeAll, expect, test } from 'vitest';
import { stepwise } from '../support/stepwise.ts';
import { type DatabaseFleet, databaseFleet } from './database-fleet.ts';
import { testTestedBackups } from './tested-backups.ts';

let fleet: DatabaseFleet;

beforeAll(async () => {
  fleet = await databaseFleet('mariadb');
  fleet.declares('db1');
});

stepwise();

test('a fleet with data', async () => {
  const done = await fleet.run('database.yml');
  expect(done.status, done.stdout).toBe(0);
  await fleet.fill();
});

testTestedBackups(() => fleet);
