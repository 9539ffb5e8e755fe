import { Resolver } from 'node:dns/promises';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestLab, useLab } from '../support/lab.ts';
import { type OneRole, useRole } from './one-role.ts';

let lab: TestLab;
let site: OneRole;

const balancers = { group: 'web' };
const whole = {
  zone: 'foobar.com',
  records: [
    { name: '@', ...balancers },
    { name: 'www', ...balancers },
    { name: 'shop', type: 'CNAME', value: 'www' },
    { name: 'old', type: 'CNAME', value: 'elsewhere.test.', ttl: '1h' },
    { name: '@', type: 'MX', value: '10 mail.elsewhere.test.' },
    { name: '@', type: 'TXT', value: 'v=spf1 "-all" \\ ;' },
    { name: 'six', type: 'AAAA', value: 'fd00::6' },
  ],
};

beforeAll(async () => {
  lab = await useLab();
  await lab.reset('app1', 'db1');
  site = await useRole(lab, 'dns', 'app');
});
afterAll(() => site?.close());

test('virgin host: the dry run alters nothing and is right, a second run finds nothing to do', async () => {
  const before = await lab.hashTree('app1');
  const planned = await site.converge(whole, '--check');
  expect(lab.differences(before, await lab.hashTree('app1'))).toEqual([]);
  expect(planned.status, planned.stdout).toBe(0);
  expect(planned.with('unknown')).toEqual([]);

  const done = await site.converge(whole);
  expect(done.status, done.stdout).toBe(0);
  expect(done.with('changed')).toEqual(planned.with('changed'));

  const marks = await marksOf();
  const again = await site.converge(whole, '--detailed-exitcode');
  expect(again.status, again.stdout).toBe(0);
  expect(await marksOf()).toEqual(marks);
});

describe('what it answers', () => {
  test('each kind of record', async () => {
    const dns = resolver();
    const addresses = ['web1', 'web2'].map((host) => lab.host(host).address);
    expect((await dns.resolve4('www.foobar.com')).sort()).toEqual(addresses);
    expect((await dns.resolve4('foobar.com')).sort()).toEqual(addresses);
    expect((await dns.resolve4('shop.foobar.com')).sort()).toEqual(addresses);
    expect(await dns.resolveCname('old.foobar.com')).toEqual(['elsewhere.test']);
    expect(await dns.resolveMx('foobar.com')).toMatchObject([
      { priority: 10, exchange: 'mail.elsewhere.test' },
    ]);
    expect((await dns.resolveTxt('foobar.com')).flat()).toEqual(['v=spf1 "-all" \\ ;']);
    expect(await dns.resolve6('six.foobar.com')).toEqual(['fd00::6']);
    expect(await dns.resolveNs('foobar.com')).toEqual(['ns1.foobar.com']);
    expect(await dns.resolve4('ns1.foobar.com')).toEqual([lab.host('app1').address]);
    expect(await dns.resolve4('www.foobar.com', { ttl: true })).toMatchObject([
      { ttl: 300 },
      { ttl: 300 },
    ]);
  });

  test('nothing of other zones, and not the whole of its own', async () => {
    await expect(resolver().resolve4('nope.foobar.com')).rejects.toThrow('ENOTFOUND');
    await expect(resolver().resolve4('example.org')).rejects.toThrow('EREFUSED');
    expect(await transferStatus()).toBe(refused);
  });
});

describe('the serial', () => {
  const changed = { ...whole, ttl: '1m' };

  test('goes up by one with a change, as the dry run says, and nothing restarts', async () => {
    const serial = await serialNow();
    const start = await startOf();
    const planned = await site.converge(changed, '--check');
    expect(planned.stdout).toContain(`serial ${serial} → ${serial + 1}`);
    const done = await site.converge(changed);
    expect(done.with('changed')).toEqual(['app1: dns : Reload nsd', 'app1: dns : Write the zone']);
    expect(planned.with('changed')).toEqual(done.with('changed'));
    await expect.poll(() => serialNow(), { timeout: 10_000 }).toBe(serial + 1);
    expect(await startOf()).toBe(start);
    await site.converge(whole);
    await expect.poll(() => serialNow(), { timeout: 10_000 }).toBe(serial + 2);
  });

  test('is at least what is asked for', async () => {
    const floor = (await serialNow()) + 1000;
    await site.converge({ ...whole, serial: floor });
    await expect.poll(() => serialNow(), { timeout: 10_000 }).toBe(floor);
    expect((await site.converge(whole, '--detailed-exitcode')).status).toBe(0);
  });

  test('of a zone that is lost begins ahead of what was seen of it', async () => {
    await site.converge({ ...changed });
    const text = await lab.sh('app1', 'cat /etc/nsd/zones/foobar.com.zone');
    const seen = Math.floor(Date.now() / 1000) - 10;
    await lab.sh('app1', 'rm /etc/nsd/zones/foobar.com.zone');
    await site.converge({ ...changed });
    const mended = await lab.sh('app1', 'cat /etc/nsd/zones/foobar.com.zone');
    expect(mended.replace(/\d+ ; serial/, '')).toBe(text.replace(/\d+ ; serial/, ''));
    expect(Number(/(\d+) ; serial/.exec(mended)![1])).toBeGreaterThan(seen);
  });
});

test('a secondary follows', async () => {
  const primary = lab.host('app1').address;
  const given = { ...whole, secondaries: ['db1'] };
  await site.converge(given);
  await lab.sh(
    'db1',
    `export DEBIAN_FRONTEND=noninteractive
apt-get install -y -q nsd >/dev/null
cat >/etc/nsd/nsd.conf.d/zone.conf <<'END'
zone:
    name: foobar.com
    request-xfr: AXFR ${primary} NOKEY
    allow-notify: ${primary} NOKEY
END
systemctl restart nsd`,
  );
  const serial = await serialNow();
  await expect.poll(() => serialNow('db1').catch(() => 0), { timeout: 20_000 }).toBe(serial);
  const records = [...whole.records, { name: 'new', value: 'web1' }];
  await site.converge({ ...given, records });
  await expect
    .poll(() => resolver('db1').resolve4('new.foobar.com').catch(String), { timeout: 20_000 })
    .toEqual([lab.host('web1').address]);
});

test('who may ask', async () => {
  await site.converge({ ...whole, allowQuery: ['192.0.2.0/24'] });
  await expect
    .poll(() => resolver().resolve4('www.foobar.com').catch(String), { timeout: 10_000 })
    .toContain('EREFUSED');
  await site.converge(whole);
  await expect(resolver().resolve4('www.foobar.com')).resolves.toHaveLength(2);
});

test('a zone that the checker refuses never gets in place', async () => {
  const before = await lab.sh('app1', 'cat /etc/nsd/zones/foobar.com.zone');
  // the rules of the role leave nothing that the checker would refuse
  const checker = '/usr/sbin/nsd-checkzone';
  await lab.sh(
    'app1',
    `mv ${checker} ${checker}.real; printf '#!/bin/sh\necho bad; exit 1\n' >${checker}; chmod 755 ${checker}`,
  );
  const run = await site.converge({ ...whole, ttl: '10m' });
  await lab.sh('app1', `mv ${checker}.real ${checker}`);
  expect(run.status, run.stdout).toBe(2);
  expect(await lab.sh('app1', 'cat /etc/nsd/zones/foobar.com.zone')).toBe(before);
  expect(await lab.sh('app1', 'ls -A /etc/nsd/zones')).toBe('foobar.com.zone\n');
  await expect(resolver().resolve4('www.foobar.com')).resolves.toHaveLength(2);
});

function resolver(host = 'app1'): Resolver {
  const dns = new Resolver({ timeout: 2000, tries: 2 });
  dns.setServers([lab.host(host).address]);
  return dns;
}

const serialNow = async (host = 'app1') => (await resolver(host).resolveSoa('foobar.com')).serial;

const startOf = () => lab.sh('app1', 'systemctl show -p ActiveEnterTimestamp -p MainPID nsd');

/** What a run that changes nothing leaves as it was. */
const marksOf = async () => [
  await startOf(),
  await serialNow(),
  await lab.sh('app1', "stat -c '%n %y' /etc/nsd/zones/* /etc/nsd/nsd.conf.d/*"),
];

const refused = 5;

/** The status of the answer to a request for the whole zone (AXFR, by TCP). */
function transferStatus(): Promise<number> {
  const name = ['foobar', 'com'].map((label) => String.fromCharCode(label.length) + label).join('');
  const question = Buffer.concat([
    Buffer.from([0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
    Buffer.from(`${name}\0`, 'latin1'),
    Buffer.from([0, 252, 0, 1]),
  ]);
  const length = Buffer.from([0, question.length]);
  return new Promise((resolve, reject) => {
    const socket = connect(53, lab.host('app1').address, () =>
      socket.write(Buffer.concat([length, question])),
    );
    socket.once('data', (answer) => {
      socket.destroy();
      resolve(answer[5]! & 15);
    });
    socket.once('error', reject);
  });
}
