import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Connection, createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestLab, useLab } from '../support/lab.ts';
import { type Ended, rolecallRun } from '../support/rolecall.ts';

const roles = fileURLToPath(new URL('../../../roles', import.meta.url));
/** Packages come over the network, and two cores serve all. */
const installs = { timeout: 600_000 };

const password = `a "password' with \\ in it`;

/** An engine and the hosts it is tried on. */
export interface Trial {
  readonly engine: 'mysql' | 'mariadb';
  readonly suite: 'sid' | 'trixie';
  /** Without the server; the first is the primary. */
  readonly members: readonly string[];
  /** Added to the others later. */
  readonly later: string;
  /** How a replica gets its data; the engine's default when left out. */
  readonly provision?: 'mariadb-backup';
}

/** Declares the tests that hold for both engines. */
export function testReplicatedData({ engine, suite, members, later, provision }: Trial): void {
  const [primary, replica] = members as [string, string];
  const client = engine === 'mysql' ? 'mysql' : 'mariadb';
  const folderOfConf = engine === 'mysql' ? 'mysql.conf.d' : 'mariadb.conf.d';
  const service = engine === 'mysql' ? 'mysql' : 'mariadb';
  let lab: TestLab;
  let folder: string;

  beforeAll(async () => {
    const hosts = [...members, later].map((name) => ({ name, suite, packages: ['procps'] }));
    lab = await useLab(engine, hosts);
    await lab.reset();
    folder = mkdtempSync(join(tmpdir(), 'rolecall-database-'));
    symlinkSync(roles, join(folder, 'roles'));
    writeFileSync(join(folder, 'password'), password);
    writeFileSync(
      join(folder, 'site.yml'),
      '- hosts: databases\n  gather_facts: false\n  roles: [database]\n',
    );
    declare(members);
  });
  afterAll(() => folder && rmSync(folder, { recursive: true, force: true }));

  test(
    'virgin hosts: the dry run alters nothing and is right, a second run finds nothing to do',
    installs,
    async () => {
      const before = await onEach(lab.hashTree);
      const planned = await run('--check');
      const after = await onEach(lab.hashTree);
      expect(after.flatMap((tree, index) => lab.differences(before[index]!, tree))).toEqual([]);
      expect(planned.status, planned.stdout).toBe(0);
      expect(planned.with('unknown')).toEqual([]);

      const began = performance.now();
      const done = await run();
      figure('from virgin hosts', `${seconds(began)} s, ${done.with('changed').length} changes`);
      expect(done.status, done.stdout).toBe(0);
      expect(planned.with('changed')).toEqual(done.with('changed'));

      const marks = await onEach(marksOf);
      const startedAgain = performance.now();
      const again = await run('--detailed-exitcode');
      figure('25 second run', `${seconds(startedAgain)} s`);
      expect(again.with('changed')).toEqual([]);
      expect(again.status, again.stdout).toBe(0);
      expect(await onEach(marksOf)).toEqual(marks);
    },
  );

  test('16: what is written on the primary is read on a replica; the replica refuses writes', async () => {
    const writer = await connect(primary);
    const reader = await connect(replica);
    await writer.query('CREATE TABLE notes (id INT AUTO_INCREMENT PRIMARY KEY, text VARCHAR(200))');
    const waits: number[] = [];
    for (let number = 1; number <= 20; number++) {
      await writer.query('INSERT INTO notes (text) VALUES (?)', [`note ${number}`]);
      const began = performance.now();
      for (;;) {
        const [rows] = await reader
          .query('SELECT COUNT(*) AS count FROM notes')
          .catch(() => [[{ count: 0 }]]);
        if ((rows as { count: number }[])[0]?.count === number) break;
        await sleep(1);
      }
      waits.push(performance.now() - began);
    }
    figure('16 primary → replica', `at most ${Math.max(...waits).toFixed(1)} ms over 20 writes`);
    expect(Math.max(...waits)).toBeLessThan(1000);
    await expect(reader.query("INSERT INTO notes (text) VALUES ('here')")).rejects.toThrow(
      /read-only/,
    );
    await writer.end();
    await reader.end();
  });

  test('28: what was changed by hand is found and corrected once', async () => {
    await sql(
      primary,
      `SET GLOBAL max_connections = 77; DROP USER 'reader'@'%'; GRANT DROP ON shop.* TO 'app'@'%'; CREATE USER ''@'%'; CREATE DATABASE test`,
    );
    await lab.sh(
      replica,
      `echo 'no_such_variable = 1' >>/etc/mysql/${folderOfConf}/zz-rolecall.cnf`,
    );
    await sql(replica, engine === 'mysql' ? 'STOP REPLICA' : 'STOP SLAVE');
    await sql(replica, `SET GLOBAL read_only = OFF`);
    const planned = await run('--check');
    expect(planned.status, planned.stdout).not.toBe(0);
    expect(planned.stdout).toContain(`but ${replica} takes writes`);
    await sql(
      replica,
      engine === 'mysql' ? 'SET GLOBAL super_read_only = ON' : 'SET GLOBAL read_only = ON',
    );
    const found = await run('--check');
    const done = await run();
    expect(done.with('changed')).toEqual([
      `${primary}: database : Make the user app@%`,
      `${primary}: database : Make the user reader@%`,
      `${primary}: database : Remove what old installations left behind`,
      `${primary}: database : Run with the declared settings`,
      `${replica}: database : Configure the database server`,
      `${replica}: database : Follow the primary`,
    ]);
    expect(found.with('changed')).toEqual(done.with('changed'));
    expect((await run()).with('changed')).toEqual([]);
    expect(await sql(primary, 'SELECT @@max_connections')).toBe('151');
  });

  test('another primary in the inventory is refused before anything changes', async () => {
    const marks = await onEach(marksOf);
    const refused = await run('-e', `database_primary=${replica}`);
    expect(refused.status).not.toBe(0);
    expect(refused.with('changed')).toEqual([]);
    expect(refused.stdout).toContain(
      `the inventory says that ${replica} is the primary, but it is a replica of ${primary}`,
    );
    expect(refused.stdout).toContain(`set database_primary: ${primary}`);
    expect(await onEach(marksOf)).toEqual(marks);
  });

  test(
    '19: a replica is added to a populated primary, and has the same data',
    installs,
    async () => {
      const writer = await connect(primary);
      const rows = Array.from({ length: 5000 }, (_, index) => [`row ${index} – ä€😀 \\ '"`]);
      await writer.query('INSERT INTO notes (text) VALUES ?', [rows]);
      await writer.query('CREATE TABLE odd (id INT PRIMARY KEY, data LONGBLOB)');
      await writer.query('INSERT INTO odd VALUES (1, RANDOM_BYTES(1000)), (2, NULL)');
      const marks = await onEach(processOf);
      declare([...members, later]);
      const planned = await run('--check');
      const began = performance.now();
      const done = await run();
      figure('19 a replica added', `${seconds(began)} s`);
      expect(done.status, done.stdout).toBe(0);
      expect(planned.with('changed')).toEqual(done.with('changed'));
      expect(await onEach(processOf)).toEqual(marks);
      await writer.query("INSERT INTO notes (text) VALUES ('afterwards')");
      await writer.end();
      await expect.poll(() => checksums(later)).toEqual(await checksums(primary));
      expect((await run()).with('changed')).toEqual([]);
    },
  );

  test('a setting that is read at the start only restarts the server, and writes open again', async () => {
    const marks = await processOf(primary);
    declare([...members, later], { variables: { back_log: 99, sort_buffer_size: '1M' } });
    const done = await run();
    expect(done.status, done.stdout).toBe(0);
    expect(await sql(primary, 'SELECT @@back_log, @@sort_buffer_size')).toBe('99\t1048576');
    expect(await processOf(primary)).not.toBe(marks);
    expect(await sql(primary, 'SELECT @@read_only')).toBe('0');
    expect((await run()).with('changed')).toEqual([]);
  });

  const onEach = <T>(look: (host: string) => Promise<T>) => Promise.all(members.map(look));

  const run = (...words: string[]): Promise<Ended> =>
    rolecallRun(['site.yml', '-i', 'hosts.json', ...words], { cwd: folder });

  const sql = async (host: string, statements: string) =>
    (await lab.exec(host, [client, '-N', '-B'], statements)).stdout.toString().trim();

  const connect = (host: string): Promise<Connection> =>
    createConnection({ host: lab.host(host).address, user: 'app', password, database: 'shop' });

  /** Its process and when it began. */
  const processOf = (host: string) =>
    lab.sh(host, `systemctl show -p MainPID,ActiveEnterTimestamp ${service}`);

  /** The process, and the times of the role's files. */
  const marksOf = async (host: string) =>
    (await processOf(host)) +
    (await lab.sh(host, 'stat -c "%n %Y" /etc/mysql/*/* /etc/rolecall/* /etc/systemd/system/*'));

  const checksums = async (host: string) =>
    (await sql(host, 'CHECKSUM TABLE shop.notes, shop.odd')).split('\n');

  function declare(names: readonly string[], settings: object = {}): void {
    const secret = `{{ lookup('file', '${folder}/password') }}`;
    const vars = {
      ansible_user: 'deploy',
      ansible_become: true,
      ansible_ssh_private_key_file: lab.keyFile,
      ansible_ssh_common_args: `-o UserKnownHostsFile=${lab.knownHosts} -o StrictHostKeyChecking=yes`,
      database_primary: primary,
      database: {
        engine,
        primary: '{{ database_primary }}',
        replicas: "{{ groups['databases'] | difference([database_primary]) }}",
        databases: [{ name: 'shop' }, { name: 'a_b', charset: 'latin1' }],
        users: [
          {
            name: 'app',
            password: secret,
            grants: [
              {
                scope: 'shop.*',
                privileges: ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'INDEX'],
              },
              { scope: 'a_b.*', privileges: ['ALL'] },
            ],
          },
          {
            name: 'reader',
            password: secret,
            requireTls: true,
            grants: [{ scope: 'shop.*', privileges: ['select', 'show view'] }],
          },
        ],
        replication: { password: secret },
        guard: { password: secret },
        semiSync: { enabled: true },
        ...(provision && { provision }),
        settings,
      },
    };
    const hosts = Object.fromEntries(
      names.map((name) => [name, { ansible_host: lab.host(name).address }]),
    );
    writeFileSync(
      join(folder, 'hosts.json'),
      JSON.stringify({ all: { vars, children: { databases: { hosts } } } }),
    );
  }

  function figure(name: string, what: string): void {
    process.stdout.write(`${engine} ${name}: ${what}\n`);
  }
}

function seconds(began: number): string {
  return ((performance.now() - began) / 1000).toFixed(1);
}
