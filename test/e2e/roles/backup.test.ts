import { beforeAll, expect, test } from 'vitest';
import { resultOf } from '../support/rolecall.ts';
import { stepwise } from '../support/stepwise.ts';
import { type DatabaseFleet, databaseFleet } from './database-fleet.ts';
import { testTestedBackups } from './tested-backups.ts';

let fleet: DatabaseFleet;

beforeAll(async () => {
  fleet = await databaseFleet();
  fleet.declares('db1');
});

stepwise();

test('a fleet with data', async () => {
  const done = await fleet.run('database.yml');
  expect(done.status, done.stdout).toBe(0);
  await fleet.fill();
});

test('a backup is taken on a replica, whose applier then goes on', async () => {
  const done = await fleet.run('backup.yml');
  expect(done.status, done.stdout).toBe(0);
  expect(done.with('changed')).toEqual(['db2: database : Take the backup']);
  const taken = resultOf(done, 'Take the backup');
  expect(taken).toMatchObject({ tables: '2' });
  figures(
    `backup: ${taken.bytes} bytes, ${taken.tables} tables, ${taken.seconds} s, GTID ${taken.gtid}`,
  );
  expect(await applierOf('db2')).toBe('Yes');
  const kept = await fleet.lab.sh(
    'store1',
    `cd /srv/backups/database && sha256sum -c ${taken.file}.sha256`,
  );
  expect(kept).toBe(`${taken.file}: OK\n`);
});

test('killed in its middle it leaves nothing under a final name, and the applier goes on', async () => {
  const before = await fleet.lab.sh('store1', 'ls /srv/backups/database');
  await fleet.lab.sh(
    'db2',
    `timeout 30 sh -c 'until pkill -STOP -x mysqldump; do :; done' &
     stopper=$!
     rolecall-backup take >/dev/null 2>&1 </dev/null &
     wait $stopper
     kill -KILL $!
     pkill -KILL -x mysqldump`,
  );
  await expect.poll(() => applierOf('db2'), { timeout: 20_000, interval: 500 }).toBe('Yes');
  expect(await fleet.lab.sh('store1', 'ls /srv/backups/database')).toBe(before);
});

test('the newest are kept', async () => {
  const second = resultOf(await fleet.run('backup.yml'), 'Take the backup');
  const third = resultOf(await fleet.run('backup.yml'), 'Take the backup');
  const listed = await fleet.lab.sh('store1', 'cd /srv/backups/database && ls *.sql.gz');
  expect(listed.trim().split('\n')).toEqual([second.file, third.file]);
});

test('restored on another host, every table has the checksum of the source', async () => {
  const done = await fleet.run('restore.yml', '-e', 'target=db9');
  expect(done.status, done.stdout).toBe(0);
  const restored = resultOf(done, 'Restore it and compare the checksums');
  expect(restored).toMatchObject({ compared: '2' });
  for (const table of ['orders', '\\`odd \\`\\`name\\`']) {
    const sums = ['db1', 'db9'].map((host) => fleet.ask(host, `CHECKSUM TABLE shop.${table}`));
    const [source, copy] = await Promise.all(sums);
    expect(copy).toBe(source);
    expect(copy).toMatch(/\t[1-9]\d*$/);
  }
  figures(
    `restored on db9: ${restored.compared} tables compared, all equal, ${restored.seconds} s, sha256 ${restored.sha256}`,
  );
  const again = await fleet.run('restore.yml', '-e', 'target=db9');
  expect(again.status, again.stdout).toBe(0);
  expect(again.with('changed')).toEqual([]);
});

test.each(['db1', 'db3'])('a backup is not restored on %s, which serves', async (target) => {
  const refused = await fleet.run('restore.yml', '-e', `target=${target}`);
  expect(refused.status).not.toBe(0);
  expect(refused.stdout).toContain('a backup is not restored here: it is a member of a fleet');
  expect(await fleet.ask(target, 'SELECT COUNT(*) FROM shop.orders')).toBe('300');
});

test('what is written later does not matter; a damaged backup is refused and nothing is lost', async () => {
  const client = await fleet.connect('db1');
  await client.query('INSERT INTO orders (number) VALUES (1000)');
  await client.end();
  const force = ['-e', 'target=db9', '-e', 'force=true'];
  const restored = await fleet.run('restore.yml', ...force);
  expect(resultOf(restored, 'Restore it and compare the checksums')).toMatchObject({
    compared: '2',
  });
  const latest = '"$(ls -d /srv/backups/database/*.sql.gz | tail -n 1)"';
  await fleet.lab.sh('store1', `printf x | dd of=${latest} bs=1 seek=200 conv=notrunc 2>/dev/null`);
  const refused = await fleet.run('restore.yml', ...force);
  expect(refused.status).not.toBe(0);
  expect(refused.stdout).toContain('arrived damaged');
  expect(await fleet.ask('db9', 'SELECT COUNT(*) FROM shop.orders')).toBe('300');
});

testTestedBackups(() => fleet);

async function applierOf(host: string): Promise<string | undefined> {
  const status = await fleet.lab.sh(host, "mysql -E -e 'SHOW REPLICA STATUS'");
  return /Replica_SQL_Running: (\w+)/.exec(status)?.[1];
}

function figures(text: string): void {
  process.stdout.write(`experiment 20: ${text}\n`);
}
