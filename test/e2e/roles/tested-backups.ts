import { expect, test } from 'vitest';
import type { DatabaseFleet } from './database-fleet.ts';

const scratch = '/var/tmp/rolecall-restore-test';
const folder = '/srv/backups/database';
const latest = `"$(ls -d ${folder}/*.sql.gz | tail -n 1)"`;

/**
 * Declares the tests of `backup.restoreTest` on a fleet whose db2 takes backups: a good backup, damaged
 * ones, and a test that is killed.
 */
export function testTestedBackups(fleet: () => DatabaseFleet): void {
  const unit = 'systemctl start rolecall-backup-test';
  const recorded = async (host = 'db2') =>
    (await fleet().lab.sh(host, 'cat /var/lib/rolecall/backup-tested')).trim();
  /** What a test has besides the server that serves. */
  const leftovers = (host = 'db2') =>
    fleet().lab.sh(host, `ls -d ${scratch} 2>/dev/null; pgrep -f '[d]atadir=${scratch}' || :`);
  const said = () =>
    fleet().lab.sh('db2', 'journalctl --no-pager -q -o cat -n 20 -u rolecall-backup-test');

  test('the timer of tests is there, and a second run changes nothing', async () => {
    const timers = await fleet().lab.sh('db2', 'systemctl list-timers --all --no-legend');
    expect(timers).toContain('rolecall-backup-test.timer');
    const again = await fleet().run('database.yml');
    expect(again.status, again.stdout).toBe(0);
    expect(again.with('changed')).toEqual([]);
  });

  test('a good backup: restored beside the server that serves, all checksums equal', async () => {
    expect((await fleet().run('backup.yml')).status).toBe(0);
    const serves = await fleet().ask(
      'db2',
      'SELECT @@hostname, @@datadir, COUNT(*) FROM shop.orders',
    );
    await fleet().lab.sh('db2', unit);
    const record = await recorded();
    figure(`restore test: ${record}`);
    expect(record).toMatch(
      /^tested=\S+Z backup=\S+-db2\.sql\.gz sha256=[0-9a-f]{64} tables=2 compared=2 result=ok$/,
    );
    expect(await leftovers()).toBe('');
    expect(
      await fleet().ask('db2', 'SELECT @@hostname, @@datadir, COUNT(*) FROM shop.orders'),
    ).toBe(serves);
  });

  test('a member that is not elected tests nothing', async () => {
    await fleet().lab.sh('db3', unit);
    const journal = 'journalctl --no-pager -q -o cat -u rolecall-backup-test';
    expect(await fleet().lab.sh('db3', journal)).toContain('db2 tests it');
    await fleet().lab.sh('db3', '[ ! -e /var/lib/rolecall/backup-tested ]');
  });

  test('restore-test.yml says what was found', async () => {
    const done = await fleet().run('restore-test.yml');
    expect(done.status, done.stdout).toBe(0);
    expect(done.with('changed')).toEqual([
      'db2: database : Restore the latest backup in a scratch server and compare the checksums',
    ]);
    expect(done.stdout).toMatch(/db2 .*-db2\.sql\.gz: 2 of 2 tables are as backed up/);
  });

  test('killed in its middle: the next test clears what it left', async () => {
    await fleet().lab.sh(
      'db2',
      `rolecall-backup test >/dev/null 2>&1 </dev/null &
       until [ -S ${scratch}/tmp/sock ]; do kill -0 $! || exit 1; sleep 0.05; done
       kill -KILL $!`,
    );
    expect(await leftovers()).toMatch(/rolecall-restore-test\n\d+\n/);
    await fleet().lab.sh('db2', unit);
    expect(await recorded()).toContain('result=ok');
    expect(await leftovers()).toBe('');
  });

  test('killed as a unit it leaves nothing at all', async () => {
    await fleet().lab.sh(
      'db2',
      `systemctl start --no-block rolecall-backup-test
       timeout 60 sh -c 'until [ -S ${scratch}/tmp/sock ]; do sleep 0.05; done'
       kill -KILL "$(systemctl show -P MainPID rolecall-backup-test)"
       while systemctl is-active rolecall-backup-test | grep -q activ; do sleep 0.2; done`,
    );
    expect(await fleet().lab.sh('db2', 'systemctl is-failed rolecall-backup-test')).toBe(
      'failed\n',
    );
    expect(await leftovers()).toBe('');
  });

  test('a row that is another than it was is found by its table', async () => {
    await fleet().lab.sh(
      'store1',
      `cd ${folder} && file=${latest} && gzip -dc "$file" >/tmp/dump &&
       sed 's/ünïcode/unicode/' /tmp/dump >/tmp/other && ! cmp -s /tmp/dump /tmp/other &&
       gzip </tmp/other >"$file" && name=\${file##*/} && sha256sum "$name" >"$name.sha256"`,
    );
    await expect(fleet().lab.sh('db2', unit)).rejects.toThrow();
    expect(await recorded()).toMatch(
      /compared=2 result=failed reason=these tables of \S+ are not as they were backed up: shop\.odd `name$/,
    );
    expect(await said()).toContain('not as they were backed up: shop.odd `name');
    expect(await leftovers()).toBe('');
    const run = await fleet().run('restore-test.yml');
    expect(run.status).not.toBe(0);
    expect(run.stdout).toContain('not as they were backed up');
  });

  test('bytes that are damaged at the destination are found', async () => {
    await fleet().lab.sh(
      'store1',
      `printf x | dd of=${latest} bs=1 seek=200 conv=notrunc 2>/dev/null`,
    );
    await expect(fleet().lab.sh('db2', unit)).rejects.toThrow();
    expect(await fleet().lab.sh('db2', 'systemctl is-failed rolecall-backup-test')).toBe(
      'failed\n',
    );
    expect(await recorded()).toMatch(/result=failed reason=\S+-db2\.sql\.gz arrived damaged$/);
    expect(await said()).toContain('arrived damaged');
    expect(await leftovers()).toBe('');
  });
}

function figure(text: string): void {
  process.stdout.write(`experiment 20: ${text}\n`);
}
