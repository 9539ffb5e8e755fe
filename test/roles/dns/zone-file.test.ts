import { describe, expect, test } from 'vitest';
import { serialIn, withSerial, zoneFile } from '../../../roles/dns/zone-file.ts';
import { dnsContext } from './context.ts';

describe('a zone file', () => {
  test('SOA, both name servers with their addresses, the records', () => {
    expect(zoneFile(dnsContext())).toBe(`; Written by rolecall (role dns). Changes are overwritten.
$ORIGIN foobar.com.
$TTL 300
foobar.com. IN SOA ns1.foobar.com. hostmaster.foobar.com. (
    @SERIAL@ ; serial
    3600 ; refresh
    900 ; retry
    1209600 ; expire
    300 ) ; negative answers
foobar.com. IN NS ns1.foobar.com.
foobar.com. IN NS ns2.foobar.com.
ns1.foobar.com. IN A 10.0.0.1
ns2.foobar.com. IN A 10.0.0.2
www.foobar.com. IN A 10.0.0.31
`);
  });

  test.each<[string, object, string[]]>([
    [
      'all hosts with a role',
      { name: '@', role: 'load-balancer' },
      ['foobar.com. IN A 10.0.0.31', 'foobar.com. IN A 10.0.0.32'],
    ],
    [
      'all hosts of a group, with a ttl of its own',
      { name: 'LB', group: 'balancers', ttl: '1h' },
      ['lb.foobar.com. 3600 IN A 10.0.0.31', 'lb.foobar.com. 3600 IN A 10.0.0.32'],
    ],
    ['a host', { name: 'x', value: 'lb2' }, ['x.foobar.com. IN A 10.0.0.32']],
    ['IPv6', { name: 'x', type: 'AAAA', value: 'six' }, ['x.foobar.com. IN AAAA fd00::6']],
    [
      'an alias within the zone',
      { name: 'x', type: 'CNAME', value: 'www' },
      ['x.foobar.com. IN CNAME www.foobar.com.'],
    ],
    [
      'an alias of the outside',
      { name: '*', type: 'CNAME', value: 'Other.test.' },
      ['*.foobar.com. IN CNAME other.test.'],
    ],
    [
      'mail',
      { name: '@', type: 'MX', value: '10 mail.other.test.' },
      ['foobar.com. IN MX 10 mail.other.test.'],
    ],
    [
      'a text with all that is special',
      { name: '@', type: 'TXT', value: 'a "b" \\ ; é' },
      ['foobar.com. IN TXT "a \\034b\\034 \\092 ; \\195\\169"'],
    ],
    [
      'a long text',
      { name: '@', type: 'TXT', value: 'x'.repeat(256) },
      [`foobar.com. IN TXT "${'x'.repeat(255)}" "x"`],
    ],
  ])('%s', (_, record, lines) => {
    const all = zoneFile(dnsContext({ records: [record] })).split('\n');
    expect(all.slice(13, -1)).toEqual(lines);
  });

  test('name servers as told, those outside without an address', () => {
    const nameservers = [
      { name: 'a', address: 'six' },
      { name: 'b', address: '192.0.2.1' },
      { name: 'ns.other.test.' },
    ];
    const lines = zoneFile(dnsContext({ nameservers, contact: 'dns.admin@other.test' })).split(
      '\n',
    );
    expect(lines[3]).toBe('foobar.com. IN SOA a.foobar.com. dns\\.admin.other.test. (');
    expect(lines.slice(9, 14)).toEqual([
      'foobar.com. IN NS a.foobar.com.',
      'foobar.com. IN NS b.foobar.com.',
      'foobar.com. IN NS ns.other.test.',
      'a.foobar.com. IN AAAA fd00::6',
      'b.foobar.com. IN A 192.0.2.1',
    ]);
  });

  test('hosts of another zone are no name servers of this one', () => {
    const text = zoneFile(dnsContext({ zone: 'other.test' }));
    expect(text.match(/ IN NS .*/g)).toEqual([' IN NS ns1.other.test.']);
    expect(text).toContain('ns1.other.test. IN A 10.0.0.1\n');
  });

  test('times', () => {
    const text = zoneFile(dnsContext({ ttl: '1d', negativeTtl: '30s' }));
    expect(text).toContain('$TTL 86400\n');
    expect(text).toContain('    30 ) ; negative answers\n');
  });
});

describe('the serial in it', () => {
  test('is found where it was put', () => {
    expect(serialIn(withSerial(zoneFile(dnsContext()), 4_294_967_295))).toBe(4_294_967_295);
  });

  test.each(['', '@ SOA a b 1 2 3 4 5', zoneFile(dnsContext())])('is not there: %#', (text) => {
    expect(serialIn(text)).toBeUndefined();
  });
});
