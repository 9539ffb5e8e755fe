import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Client, clientOf } from '../support/foobar-client.ts';
import { type Infrastructure, useInfrastructure } from '../support/infrastructure.ts';
import { load, loadFigures } from '../support/load.ts';
import { print, rebootAll, standUp } from '../support/stand-up.ts';
import { until } from '../support/until.ts';

const headers = { host: 'www.foobar.com' };

describe.each([
  ['split-tiers', 'mysql'],
  ['split-tiers-mariadb', 'mariadb'],
])('%s', (name, engine) => {
  let site: Infrastructure;
  let client: Client;

  beforeAll(async () => {
    site = await useInfrastructure(name);
    client = clientOf(site);
  });

  test('27, 25: stands up as predicted, then nothing changes', () => standUp(site), 900_000);

  test('the balancer spreads over both servers, and both have the same code base', async () => {
    const report = await load({ url: client.url('/'), headers, requests: 100, clients: 1 });
    print('1', loadFigures(report));
    expect(report).toMatchObject({ failed: 0, bySrv: { web1: 50, app1: 50 } });
    const sums = await Promise.all(
      ['web1', 'app1'].map((host) =>
        site.sh(
          host,
          "cd /srv/foobar/current/ && find . -type f ! -name '.release-*' -exec sha256sum {} + | sort",
        ),
      ),
    );
    expect(sums[0]).toBe(sums[1]);
  });

  test('16: writes go to the primary, reads to the replica, which takes no writes', async () => {
    expect(await client.write('on the primary')).toMatchObject({ status: 201, db: 'db1' });
    const start = performance.now();
    await until(async () => {
      const { body, db } = await client.get('/api/notes');
      expect(db).toBe('db2');
      return (body as { notes: { text: string }[] }).notes.some(
        ({ text }) => text === 'on the primary',
      );
    });
    const ms = performance.now() - start;
    print('16', `${name}: read on db2 after ${ms.toFixed(0)} ms`);
    expect(ms).toBeLessThan(1000);
    const refused = await insertAsApplication(site.host('db2').address, await passwordOf(site));
    print('16', `${engine} refuses an insert on the replica: ${refused}`);
    expect(refused).toMatch(/read-only/);
  });

  test('26: all hosts lose power and come back in random order', async () => {
    await rebootAll(site, () => client.works());
  }, 600_000);
});

/** An insert on a replica with the account of the application: what the server says to it. */
async function insertAsApplication(host: string, password: string): Promise<string> {
  const connection = await createConnection({
    ...{ host, user: 'foobar', password, database: 'foobar' },
    ssl: { rejectUnauthorized: false },
  });
  try {
    await connection.query("INSERT INTO notes (text, written_by) VALUES ('no', 'nobody')");
    return 'accepted';
  } catch (error) {
    return (error as Error).message;
  } finally {
    connection.destroy();
  }
}

async function passwordOf({ folder }: Infrastructure): Promise<string> {
  return (await readFile(join(folder, '.secrets/foobar'), 'utf8')).split(' ')[0]!.trim();
}
