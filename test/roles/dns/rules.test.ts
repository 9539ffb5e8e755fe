import { describe, expect, test } from 'vitest';
import role from '../../../roles/dns/role.ts';
import { dnsProblems } from '../../../roles/dns/rules.ts';
import { schemaProblems } from '../support/context.ts';
import { dnsContext, fake, www } from './context.ts';

describe('parameters', () => {
  const base = { zone: 'foobar.com', records: [www] };

  test.each<[string, object]>([
    ['the least', {}],
    [
      'all',
      {
        ttl: '0s',
        negativeTtl: '1w',
        nameservers: [{ name: 'ns.other.test.' }, { name: 'ns1', address: '10.0.0.1' }],
        contact: 'a.b@c.d',
        serial: 4_294_967_295,
        listen: ['::1'],
        allowQuery: ['10.0.0.0/8'],
        secondaries: ['192.0.2.1'],
      },
    ],
    [
      'names',
      {
        records: ['@', '*', '*.a', 'a.b', '_sip._tcp', 'A-1'].map((name) => ({ name, value: 'x' })),
      },
    ],
  ])('%s accepted', (_, given) => {
    expect(schemaProblems(role, { ...base, ...given })).toEqual([]);
  });

  test.each<[object, string]>([
    [{ zone: undefined }, 'missing-parameter '],
    [{ records: undefined }, 'missing-parameter '],
    [{ zone: 'foobar.com.' }, 'invalid-parameter zone'],
    [{ zone: 'Foobar.com' }, 'invalid-parameter zone'],
    [{ records: [] }, 'invalid-parameter records'],
    [{ record: [] }, 'unknown-parameter record did you mean records'],
    [{ records: [{ ...www, typ: 'A' }] }, 'unknown-parameter records.0.typ did you mean type'],
    [{ records: [{ ...www, type: 'DNSKEY' }] }, 'invalid-parameter records.0.type'],
    [{ records: [{ name: 'a..b', value: 'x' }] }, 'invalid-parameter records.0.name'],
    [{ records: [{ name: 'a', value: 'x\ny' }] }, 'invalid-parameter records.0.value'],
    [{ records: [{ ...www, ttl: 300 }] }, 'invalid-parameter records.0.ttl'],
    [{ ttl: '5 minutes' }, 'invalid-parameter ttl'],
    [{ ttl: '5000w' }, 'invalid-parameter ttl'],
    [{ ttl: '99999999m' }, 'invalid-parameter ttl'],
    [{ negativeTtl: '0' }, 'invalid-parameter negativeTtl'],
    [{ contact: 'a@' }, 'invalid-parameter contact'],
    [{ serial: 0 }, 'invalid-parameter serial'],
    [{ serial: 4_294_967_296 }, 'invalid-parameter serial'],
    [{ nameservers: [] }, 'invalid-parameter nameservers'],
  ])('%j is refused', (given, problem) => {
    const merged = JSON.parse(JSON.stringify({ ...base, ...given }));
    expect(schemaProblems(role, merged).map((text) => text.trim())).toContain(problem.trim());
  });
});

describe('rules that hold', () => {
  test.each<[string, object]>([
    ['a role', { records: [{ name: 'www', role: 'load-balancer' }] }],
    ['a group', { records: [{ name: 'www', group: 'balancers' }] }],
    ['a host', { records: [{ name: 'www', value: 'lb1' }] }],
    ['two addresses of one name', { records: [www, { ...www, value: '10.0.0.32' }] }],
    ['other types beside', { records: [www, { name: 'www', type: 'TXT', value: 'x' }] }],
    ['an alias of a name', { records: [www, { name: 'a', type: 'CNAME', value: 'www' }] }],
    [
      'an alias of a wildcard',
      {
        records: [
          { ...www, name: '*.a' },
          { name: 'b', type: 'CNAME', value: 'x.a' },
        ],
      },
    ],
    ['an alias of a name server', { records: [www, { name: 'a', type: 'CNAME', value: 'ns1' }] }],
    ['an alias of the outside', { records: [{ name: 'a', type: 'CNAME', value: 'b.test.' }] }],
    [
      'lists',
      {
        listen: ['::1'],
        allowQuery: ['10.0.0.0/8', '::/0', '10.0.0.1'],
        secondaries: ['lb1', '::1'],
      },
    ],
    ['name servers', { nameservers: [{ name: 'a', address: 'lb1' }, { name: 'b.c.' }] }],
  ])('%s', (_, given) => {
    expect(dnsProblems(dnsContext(given))).toEqual([]);
  });
});

describe('rules that are broken', () => {
  const records = (...list: object[]) => ({ records: list });
  const at = ['records', 0];

  test.each<[string, object, (string | number)[], RegExp, string?]>([
    ['no value', records({ name: 'a' }), at, /record 'a' has no value/],
    ['two values', records({ ...www, role: 'dns' }), at, /has a value and a role/],
    [
      'a name with its zone',
      records({ ...www, name: 'www.foobar.com' }),
      [...at, 'name'],
      /would be www.foobar.com.foobar.com/,
      'www',
    ],
    [
      'the zone for a name',
      records({ ...www, name: 'foobar.com' }),
      [...at, 'name'],
      /would be/,
      '@',
    ],
    [
      'a part of 64 characters',
      records({ ...www, name: 'a'.repeat(64) }),
      [...at, 'name'],
      /is too long/,
    ],
    [
      'no address',
      records({ name: 'a', value: 'lb3' }),
      [...at, 'value'],
      /'lb3' is no IPv4 address and no host/,
      'lb1',
    ],
    [
      'IPv6 in an A record',
      records({ name: 'a', value: '::1' }),
      [...at, 'value'],
      /no IPv4 address/,
    ],
    [
      'IPv4 in an AAAA record',
      records({ ...www, type: 'AAAA' }),
      [...at, 'value'],
      /no IPv6 address/,
    ],
    [
      'a host with a name for address',
      records({ name: 'a', value: 'db1' }),
      [...at, 'value'],
      /has the address 'db1.internal'/,
    ],
    [
      'a role that nobody has',
      records({ name: 'a', role: 'load-balance' }),
      [...at, 'role'],
      /no host has the role/,
      'load-balancer',
    ],
    [
      'a group that is not there',
      records({ name: 'a', group: 'balancer' }),
      [...at, 'group'],
      /there is no group/,
      'balancers',
    ],
    [
      'a group of IPv6',
      records({ name: 'a', group: 'sixes' }),
      [...at, 'group'],
      /'six' has the address 'fd00::6', which no A record can hold/,
    ],
    [
      'an alias of a role',
      records({ name: 'a', type: 'CNAME', role: 'dns' }),
      [...at, 'type'],
      /cannot be made of the addresses of hosts/,
    ],
    [
      'an alias of nothing',
      records(www, { name: 'a', type: 'CNAME', value: 'wwww' }),
      ['records', 1, 'value'],
      /'wwww.foobar.com.' is within the zone and has no record/,
      'www',
    ],
    [
      'an alias without the dot',
      records({ name: 'a', type: 'CNAME', value: 'b.test' }),
      [...at, 'value'],
      /'b.test.foobar.com.' is within the zone/,
    ],
    [
      'an alias of itself',
      records({ name: 'a', type: 'CNAME', value: 'a' }),
      [...at, 'value'],
      /alias of itself/,
    ],
    [
      'an alias of no name',
      records({ name: 'a', type: 'CNAME', value: 'b c' }),
      [...at, 'value'],
      /'b c' is no name/,
    ],
    [
      'an alias of the zone',
      records({ name: '@', type: 'CNAME', value: 'b.test.' }),
      at,
      /the zone itself cannot be an alias/,
    ],
    [
      'an alias with an address',
      records(www, { name: 'WWW', type: 'CNAME', value: 'b.test.' }),
      ['records', 1],
      /'WWW' is an alias and has other records/,
    ],
    [
      'mail without a preference',
      records({ name: '@', type: 'MX', value: 'mail.test.' }),
      [...at, 'value'],
      /no MX value/,
    ],
    [
      'mail to nothing',
      records({ name: '@', type: 'MX', value: '10 mail' }),
      [...at, 'value'],
      /has no record/,
    ],
    [
      'a record twice',
      records(www, { name: 'www', value: 'lb1' }),
      ['records', 1],
      /is given twice/,
    ],
    [
      'two ttls',
      records(www, { ...www, value: '10.0.0.9', ttl: '1h' }),
      ['records', 1, 'ttl'],
      /a ttl of 300 s and one of 3600 s/,
    ],
    [
      'the name of a name server',
      records({ ...www, name: 'ns2' }),
      [...at, 'name'],
      /'ns2' is a name server/,
    ],
    [
      'a name server twice',
      { nameservers: [{ name: 'a.b.' }, { name: 'a.b.' }] },
      ['nameservers', 1],
      /listed twice/,
    ],
    [
      'a name server without an address',
      { nameservers: [{ name: 'a' }] },
      ['nameservers', 0],
      /has no address/,
    ],
    [
      'a name server with one too many',
      { nameservers: [{ name: 'a.b.', address: 'lb1' }] },
      ['nameservers', 0, 'address'],
      /outside of the zone/,
    ],
    [
      'a name server without a host',
      { nameservers: [{ name: 'a', address: 'lb9' }] },
      ['nameservers', 0, 'address'],
      /neither an address nor a host/,
      'lb1',
    ],
    ['listening on a name', { listen: ['eth0'] }, ['listen', 0], /'eth0' is no address/],
    [
      'a network that is none',
      { allowQuery: ['10.0.0.0/33'] },
      ['allowQuery', 0],
      /no address or network/,
    ],
    [
      'a secondary that is none',
      { secondaries: ['dns3'] },
      ['secondaries', 0],
      /neither an address nor a host/,
      'dns1',
    ],
  ])('%s', (_, given, path, message, nearest) => {
    const problems = dnsProblems(dnsContext(given));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ path, message: expect.stringMatching(message) });
    expect(problems[0]!.nearest).toBe(nearest);
  });

  test('a name server whose address is a name', () => {
    const dns = { dns1: { zone: 'foobar.com' }, db1: { zone: 'foobar.com' } };
    const site = { ...fake, roles: { dns } };
    expect(dnsProblems(dnsContext({}, site))[0]!.message).toMatch(/'db1.internal'/);
  });

  test('port 53 of another role', () => {
    const site = {
      ...fake,
      roles: { ...fake.roles, resolver: { dns1: {} } },
      published: {
        resolver: {
          dns1: [{ name: 'dns', port: 53, protocol: 'udp', purpose: 'resolving', reach: 'fleet' }],
        },
      },
    } as const;
    expect(dnsProblems(dnsContext({}, site))[0]!.message).toBe(
      'port 53 of dns1 is taken by its role resolver (resolving)',
    );
  });
});
