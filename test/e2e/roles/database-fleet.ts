import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Connection, createConnection } from 'mysql2/promise';
import { type TestLab, useLab } from '../support/lab.ts';
import { type Ended, type Running, startRun } from '../support/rolecall.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));
const password = 'a-password-of-tests';

/** Members of a fleet, a host without data, and a place for backups. */
export interface DatabaseFleet {
  readonly lab: TestLab;
  /** Runs a playbook of the project, or `database.yml`: the role on the members. */
  run(playbook: string, ...words: readonly string[]): Promise<Ended>;
  /** The same, to be watched or killed. */
  start(playbook: string, ...words: readonly string[]): Running;
  /** What the inventory says, with parameters besides the usual ones. */
  declares(primary: string, params?: object): void;
  /** As root over the socket; columns by tabs, no names. */
  ask(host: string, sql: string): Promise<string>;
  /** As the application does. */
  connect(host: string): Promise<Connection>;
  /** Two tables of the database, one with an odd name. */
  fill(): Promise<void>;
}

type Engine = 'mysql' | 'mariadb';

/** Fresh hosts: db1, db2, db3 with the server installed and nothing else, db9 too, store1 without. */
export async function databaseFleet(engine: Engine = 'mysql'): Promise<DatabaseFleet> {
  const server = {
    packages: [`${engine}-server`],
    suite: engine === 'mysql' ? 'sid' : 'trixie',
  };
  const lab = await useLab(engine === 'mysql' ? 'db' : 'ma', [
    ...['db1', 'db2', 'db3'].map((name) => ({ name, ...server, groups: ['databases'] })),
    { name: 'db9', ...server },
    { name: 'store1', packages: [] },
  ]);
  await lab.reset();
  // An image has the identity of the server that was installed in it, and directories of an overlay's
  // lower layer cannot be renamed, which the end of a copy does.
  const service = engine === 'mysql' ? 'mysql' : 'mariadb';
  const forget = `systemctl stop ${service}; cd /var/lib; cp -a mysql own; rm -rf mysql; mv own mysql; rm -f mysql/auto.cnf; systemctl start ${service}`;
  await Promise.all(['db1', 'db2', 'db3', 'db9'].map((host) => lab.sh(host, forget)));
  const folder = lab.inventoryFile.replace(/\/[^/]*$/, '');
  const inventory = `${folder}/fleet.yml`;
  const playbook = `${folder}/database.yml`;
  writeFileSync(
    playbook,
    '- hosts: databases\n  gather_facts: false\n  any_errors_fatal: true\n  roles: [database]\n',
  );
  writeFileSync(`${folder}/password`, password);
  const start = (name: string, ...words: readonly string[]) => {
    const file = name === 'database.yml' ? playbook : `${project}/playbooks/${name}`;
    return startRun([file, '-i', inventory, ...words], { cwd: project });
  };
  const connect = (host: string) =>
    createConnection({
      host: lab.host(host).address,
      user: 'app',
      password,
      database: 'shop',
      connectTimeout: 2000,
    });
  return {
    lab,
    start,
    run: (...words) => start(...words).ended,
    declares: (primary, params = {}) =>
      writeFileSync(inventory, JSON.stringify(inventoryOf(lab, primary, folder, engine, params))),
    ask: async (host, sql) =>
      (await lab.sh(host, `${engine} -N -B -e "${sql.replaceAll('"', '\\"')}"`)).trim(),
    connect,
    async fill() {
      const client = await connect('db1');
      await client.query(
        'CREATE TABLE orders (id INT AUTO_INCREMENT PRIMARY KEY, number INT, note BLOB)',
      );
      await client.query('CREATE TABLE `odd ``name` (id INT PRIMARY KEY, text VARCHAR(50))');
      await client.query("INSERT INTO `odd ``name` VALUES (1, 'ünïcode'), (2, NULL)");
      for (let number = 0; number < 300; number++) {
        const note = Buffer.from(
          Array.from({ length: 2000 }, (_, index) => (index * number) % 256),
        );
        await client.execute('INSERT INTO orders (number, note) VALUES (?, ?)', [number, note]);
      }
      await client.end();
    },
  };
}

function inventoryOf(
  lab: TestLab,
  primary: string,
  folder: string,
  engine: Engine,
  params: object,
): object {
  const members = ['db1', 'db2', 'db3'];
  const hostsOf = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, { ansible_host: lab.host(name).address }]));
  const secret = `{{ lookup('file', '${folder}/password') }}`;
  return {
    all: {
      vars: {
        ansible_user: 'deploy',
        ansible_become: true,
        ansible_ssh_private_key_file: lab.keyFile,
        ansible_ssh_common_args: `-o UserKnownHostsFile=${lab.knownHosts} -o StrictHostKeyChecking=yes`,
        database_primary: primary,
        database: {
          engine,
          primary: '{{ database_primary }}',
          replicas: "{{ groups['databases'] | difference([database_primary]) }}",
          databases: [{ name: 'shop' }],
          users: [
            {
              name: 'app',
              password: secret,
              grants: [{ scope: 'shop.*', privileges: ['SELECT', 'INSERT', 'CREATE', 'ALTER'] }],
            },
          ],
          replication: { password: secret },
          guard: { password: secret },
          semiSync: { enabled: true, acks: 1, timeout: '1h' },
          backup: { keep: 2, restoreTest: {}, destination: { host: 'store1' } },
          ...params,
        },
      },
      children: {
        databases: { hosts: hostsOf(members) },
        spare: { hosts: hostsOf(['db9']) },
        stores: { hosts: hostsOf(['store1']) },
        app: { hosts: {} },
      },
    },
  };
}

/** Clients that write numbered rows until they are told to stop or are refused, and what was acknowledged to them. */
export interface Writers {
  readonly acknowledged: readonly number[];
  stop(): Promise<void>;
}

export function startWriters(fleet: DatabaseFleet, host: string, count: number): Writers {
  const acknowledged: number[] = [];
  let isOver = false;
  let next = 0;
  const one = async () => {
    const connection = await fleet.connect(host);
    connection.on('error', () => {});
    while (!isOver) {
      const number = ++next;
      await connection.execute('INSERT INTO orders (number) VALUES (?)', [number]);
      acknowledged.push(number);
    }
    await connection.end();
  };
  const all = Array.from({ length: count }, () => one().catch(() => {}));
  return {
    acknowledged,
    async stop() {
      isOver = true;
      await Promise.race([Promise.all(all), sleep(3000)]);
    },
  };
}
