import { expect, test } from 'vitest';
import { refusals } from '../support/refusals.ts';

const hosts = `all:
  children:
    dns:
      hosts:
        dns1: { ansible_host: 10.0.0.1 }
    balancers:
      hosts:
        lb1: { ansible_host: 10.0.0.31 }
`;

const play = (record: string) => `- hosts: dns
  roles:
    - role: dns
      zone: foobar.com
      records:
        - { name: www, value: lb1 }
        - ${record}
`;

const ask = (record: string) => refusals({ 'hosts.yml': hosts, 'site.yml': play(record) });

test('what is right is not refused', async () => {
  expect(await ask('{ name: a, group: balancers }')).toEqual([]);
});

test.each<[string, string, string]>([
  [
    'a misspelt key, at its place',
    '{ name: a, valeu: lb1 }',
    "unknown-parameter site.yml:7:22 dns: there is no parameter 'records[1].valeu' (did you mean value)",
  ],
  [
    'a type that does not exist',
    '{ name: a, type: AAA, value: lb1 }',
    'invalid-parameter site.yml:7:28 dns: \'records[1].type\' is "AAA" (did you mean AAAA)',
  ],
  [
    'a host that is not there',
    '{ name: a, value: lb2 }',
    "invalid-parameter site.yml:7:29 dns: 'lb2' is no IPv4 address and no host (did you mean lb1)",
  ],
  [
    'a role that no play gives to a host',
    '{ name: a, role: load-balancer }',
    "invalid-parameter site.yml:7:28 dns: no host has the role 'load-balancer'",
  ],
  [
    'an alias of nothing',
    '{ name: a, type: CNAME, value: ww }',
    "invalid-parameter site.yml:7:42 dns: 'ww.foobar.com.' is within the zone and has no record (did you mean www)",
  ],
])('%s', async (_, record, problem) => {
  expect(await ask(record)).toEqual([problem]);
});
