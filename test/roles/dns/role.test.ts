import { expect, test } from 'vitest';
import { nsdConf } from '../../../roles/dns/nsd-conf.ts';
import role from '../../../roles/dns/role.ts';
import { flat, tasksOf } from '../support/context.ts';
import { dnsContext } from './context.ts';

test('the configuration', () => {
  const given = { listen: ['10.0.0.1'], allowQuery: ['10.0.0.0/8'], secondaries: ['lb1'] };
  expect(
    nsdConf(dnsContext(given)),
  ).toBe(`# Written by rolecall (role dns). Changes are overwritten.
server:
    ip-address: 10.0.0.1
    ip-freebind: yes
    hide-version: yes
    refuse-any: yes
    round-robin: yes

zone:
    name: foobar.com
    zonefile: /etc/nsd/zones/foobar.com.zone
    allow-query: 10.0.0.0/8 NOKEY
    provide-xfr: 10.0.0.31 NOKEY
    notify: 10.0.0.31 NOKEY
`);
  expect(nsdConf(dnsContext())).not.toMatch(/ip-address|allow-query|provide-xfr|notify/);
});

test('tasks, and what each of them notifies', () => {
  const tasks = flat(tasksOf(role, dnsContext({ serial: 9 }) as never));
  expect(tasks.map(({ name, options }) => [name, options.notify])).toEqual([
    ['Install nsd', undefined],
    ['Write the zone', { handler: 'reload' }],
    ['Configure nsd', { handler: 'restart' }],
    ['Run nsd', undefined],
  ]);
  expect(tasks[1]!.args).toMatchObject({ path: '/etc/nsd/zones/foobar.com.zone', atLeast: 9 });
  expect(tasks[3]!.args).toMatchObject({ state: 'started', enabled: true, masked: false });
  expect(tasks[2]!.args.validate).toBe('nsd-checkconf %s');
});

test('it answers on port 53 by both protocols, under names of their own', () => {
  const endpoints = role.publishes(dnsContext() as never);
  expect(endpoints.map(({ port, protocol }) => `${port}/${protocol}`)).toEqual([
    '53/udp',
    '53/tcp',
  ]);
  expect(new Set(endpoints.map(({ name }) => name)).size).toBe(2);
});
