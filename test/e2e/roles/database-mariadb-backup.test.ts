import { beforeAll, expect, test } from 'vitest';
import { stepwise } from '../support/stepwise.ts';
import { type DatabaseFleet, databaseFleet } from './database-fleet.ts';

let fleet: DatabaseFleet;
const copies = { provision: 'mariadb-backup' };
const hosts = ['db1', 'db2', 'db3'];
const patient = { timeout: 60_000, interval: 250 };

beforeAll(async () => {
  fleet = await databaseFleet('mariadb');
  fleet.declares('db1', copies);
});

stepwise();

test('the fleet stands, and a second run finds nothing to do', async () => {
  const done = await fleet.run('database.yml');
  expect(done.status, done.stdout).toBe(0);
  expect((await fleet.run('database.yml')).with('changed')).toEqual([]);
  await fleet.ask(
    'db1',
    'CREATE TABLE shop.orders (id INT AUTO_INCREMENT PRIMARY KEY, number INT NOT NULL); INSERT INTO shop.orders (number) SELECT seq FROM shop.seq_1_to_100000',
  );
  await sameRows();
});

test('the key for copies can do nothing but copy', async () => {
  const login = `ssh -F none -i /etc/rolecall/copy-key -o BatchMode=yes -o UserKnownHostsFile=/etc/rolecall/copy-known-hosts rolecall-donor@${fleet.lab.host('db1').address}`;
  for (const [command, said] of [
    ['id', 'copy SERIES, and nothing else'],
    ['copy 10.1', 'this server is of MariaDB 11.8, not 10.1'],
    ['', 'copy SERIES, and nothing else'],
  ] as const) {
    const refused = await fleet.lab.exec('db2', [
      'sh',
      '-c',
      `${login} ${command} </dev/null 2>&1`,
    ]);
    expect(refused.status).toBe(2);
    expect(refused.stdout.toString()).toContain(said);
  }
  expect(
    await fleet.lab.sh('db1', 'su -s /bin/sh mysql -c "touch ~rolecall-donor/.ssh/x" 2>&1 || :'),
  ).toContain('Permission denied');
});

test('power lost while it copies: the old data are there, and the next run begins again', async () => {
  await empty('db3');
  // A copy waits for a backup that somebody else takes on the donor.
  const holder = fleet.lab.exec('db1', [
    ...['mariadb', '-e', 'BACKUP STAGE START; SELECT SLEEP(600); BACKUP STAGE END'],
  ]);
  const running = fleet.start('database.yml');
  await expect
    .poll(
      () =>
        fleet.ask(
          'db1',
          "SELECT COUNT(*) FROM information_schema.processlist WHERE info = 'BACKUP STAGE START'",
        ),
      patient,
    )
    .toBe('1');
  expect(await fleet.lab.sh('db3', 'ls /var/lib/mysql.rolecall')).toContain('data');
  await fleet.lab.powerOff('db3');
  expect((await running.ended).status).not.toBe(0);
  // Whoever copied is gone, with its locks.
  await expect.poll(() => fleet.lab.sh('db1', 'pgrep -c mariadb-backup || :'), patient).toBe('0\n');
  await fleet.ask(
    'db1',
    "SELECT CONCAT('KILL ', id) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%' INTO @kill; EXECUTE IMMEDIATE @kill",
  );
  await holder;

  expect(await leftBy('db1')).toBe('');

  await fleet.lab.boot('db3');
  await expect.poll(() => answers('db3'), patient).toBe('');
  const done = await fleet.run('database.yml');
  expect(done.status, done.stdout).toBe(0);
  expect(done.with('changed')).toContain("db3: database : Give the replica the primary's data");
  await sameRows();
  expect(await leftBy('db3')).toBe('');
});

test('power lost when the copy has taken the place of the data: the next run goes on from there', async () => {
  await empty('db3');
  await fleet.lab.sh(
    'db3',
    `mkdir -p /etc/systemd/system/mariadb.service.d
printf '[Service]\nExecStartPre=/bin/sh -c "while [ -e /run/held ]; do sleep 1; done"\n' >/etc/systemd/system/mariadb.service.d/held.conf
systemctl daemon-reload; : >/run/held`,
  );
  const running = fleet.start('database.yml');
  await expect
    .poll(() => fleet.lab.sh('db3', 'ls /var/lib/mysql'), patient)
    .toContain('rolecall-provisioning');
  const copied = await fleet.lab.sh('db3', 'stat -c %i /var/lib/mysql');
  // Hosts of a lab do not lose power in one moment: it would see that the server cannot be started.
  const starts = 'pid=$(pidof systemctl) && kill -STOP $(ps -o ppid= -p $pid)';
  await expect
    .poll(() => fleet.lab.exec('db3', ['sh', '-c', starts]), patient)
    .toMatchObject({ status: 0 });
  await fleet.lab.powerOff('db3');
  expect((await running.ended).status).not.toBe(0);

  await fleet.lab.boot('db3');
  await expect.poll(() => answers('db3'), patient).toContain('shop');
  const refused = await fleet.run('promote.yml', '-e', 'candidate=db3');
  expect(refused.stdout).toContain('db3 is being given the data of another member');
  const done = await fleet.run('database.yml');
  expect(done.status, done.stdout).toBe(0);
  expect(await fleet.lab.sh('db3', 'stat -c %i /var/lib/mysql')).toBe(copied);
  await sameRows();
  expect(await leftBy('db3')).toBe('');
  expect((await fleet.run('database.yml')).with('changed')).toEqual([]);
});

test('a folder that is a mount point cannot be exchanged: refused before anything is copied', async () => {
  await empty('db3');
  await fleet.lab.sh('db3', 'mount --bind /var/lib/mysql /var/lib/mysql');
  const refused = await fleet.run('database.yml');
  expect(refused.status).not.toBe(0);
  expect(refused.stdout).toContain('/var/lib/mysql is a mount point');
  expect(await leftBy('db3')).toBe('');
  await fleet.lab.sh('db3', 'umount --lazy /var/lib/mysql');
});

test('a server that does not start on the copy gets its old data back', async () => {
  await fleet.lab.sh(
    'db3',
    `printf '[Service]\nExecStartPre=/bin/sh -c "! [ -e /var/lib/mysql/rolecall-provisioning ]"\n' >/etc/systemd/system/mariadb.service.d/held.conf
systemctl daemon-reload`,
  );
  const failed = await fleet.run('database.yml');
  expect(failed.status).not.toBe(0);
  expect(failed.stdout).toContain('did not start on the copy, and has its old data again');
  expect(await answers('db3')).toBe('');
  expect(await leftBy('db3')).toBe('');
  await fleet.lab.sh('db3', 'rm -r /etc/systemd/system/mariadb.service.d; systemctl daemon-reload');
  const done = await fleet.run('database.yml');
  expect(done.status, done.stdout).toBe(0);
  await sameRows();
});

test.each([
  ['by copying files', 'db1', 'db2', copies],
  ['by dump', 'db2', 'db1', { provision: 'dump' }],
])(
  'rows that no replica has: the old primary is refused, then made anew %s',
  async (_, old, next, params) => {
    fleet.declares(old, params);
    const site = await fleet.run('database.yml');
    expect(site.status, site.stdout).toBe(0);
    await expect
      .poll(() => fleet.ask(old, "SHOW STATUS LIKE 'Rpl_semi_sync_master_clients'"), patient)
      .toContain('2');
    const [first = '', second = ''] = hosts.filter((name) => name !== old);
    for (const host of [first, second]) await fleet.ask(host, 'STOP REPLICA IO_THREAD');
    const client = await fleet.connect(old);
    client.on('error', () => {});
    void client.query('INSERT INTO orders (number) VALUES (-7)').catch(() => {});
    await expect
      .poll(() => fleet.ask(old, "SHOW STATUS LIKE 'Rpl_semi_sync_master_wait_sessions'"), patient)
      .toMatch(/\t1$/);
    await fleet.lab.powerOff(old);
    const gone = ['-e', `candidate=${next}`, '-e', 'old_primary_gone=true'];
    const promoted = await fleet.run('promote.yml', ...gone);
    expect(promoted.status, promoted.stdout).toBe(0);
    fleet.declares(next, params);
    // Its sequence numbers are beyond those of the old primary: they alone would not tell.
    const writer = await fleet.connect(next);
    for (let number = 0; number < 5; number++) {
      await writer.query('INSERT INTO orders (number) VALUES (?)', [number]);
    }
    await writer.end();

    await fleet.lab.boot(old);
    await expect.poll(() => answers(old), patient).toContain('shop');
    const refused = await fleet.run('rejoin.yml', '-e', `host=${old}`);
    expect(refused.status).not.toBe(0);
    expect(refused.stdout).toMatch(
      new RegExp(`${old} has 1 transaction that ${next} has not: 0-\\d+:\\d+`),
    );
    const again = ['rejoin.yml', '-e', `host=${old}`, '-e', 'reclone=true'] as const;
    const planned = await fleet.run(...again, '--check');
    const anew = await fleet.run(...again);
    expect(anew.status, anew.stdout).toBe(0);
    expect(planned.with('changed')).toEqual(anew.with('changed'));
    expect((await fleet.run(...again)).with('changed')).toEqual([]);
    await sameRows();
    expect(await fleet.ask(old, 'SELECT COUNT(*) FROM shop.orders WHERE number = -7')).toBe('0');
    expect(await leftBy(old)).toBe('');
    const settled = await fleet.run('database.yml');
    expect(settled.status, settled.stdout).toBe(0);
    expect((await fleet.run('database.yml')).with('changed')).toEqual([]);
  },
);

/** The databases of a server; `down` where none answers. */
async function answers(host: string): Promise<string> {
  const own = "'mysql','sys','information_schema','performance_schema','rolecall'";
  return await fleet
    .ask(
      host,
      `SELECT GROUP_CONCAT(schema_name) FROM information_schema.schemata WHERE schema_name NOT IN (${own})`,
    )
    .then((names) => names.replace('NULL', ''))
    .catch(() => 'down');
}

/** What a copy keeps while it is made. */
async function leftBy(host: string): Promise<string> {
  return await fleet.lab.sh(
    host,
    'ls -d /var/lib/mysql.* /var/lib/mysql/rolecall-provisioning /var/tmp/rolecall-* 2>/dev/null || :',
  );
}

/** As after its disk was replaced: a server without data, configured as before. */
async function empty(host: string): Promise<void> {
  await fleet.lab.sh(
    host,
    `systemctl stop mariadb; find /var/lib/mysql -mindepth 1 -delete
mariadb-install-db --user=mysql --skip-test-db --disable-log-bin >/dev/null && systemctl start mariadb`,
  );
}

/** The table has the same checksum everywhere, once all have caught up. */
async function sameRows(): Promise<void> {
  await expect
    .poll(async () => {
      const sums = hosts.map((host) => fleet.ask(host, 'CHECKSUM TABLE shop.orders'));
      return new Set(await Promise.all(sums)).size;
    }, patient)
    .toBe(1);
}
