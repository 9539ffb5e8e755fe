import { describe, expect, test } from 'vitest';
import role from '../../../roles/load-balancer/role.ts';
import type { Endpoint } from '../../../src/roles/role.ts';
import { type FakeSite, flat, tasksOf } from '../support/context.ts';
import { balancer, fakeSite, usual, withBackend } from './context.ts';

const names = [
  'Put servers in and out of service',
  'Install HAProxy',
  'Cut the sessions of servers that go down',
  'Configure HAProxy',
  'Run HAProxy, now and at boot',
];

test.each<[string, object]>([
  ['the usual', {}],
  ['everything', { identify: true, maintenance: ['web1'], stats: { port: 1 } }],
])('tasks of %s', (_, params) => {
  const tasks = flat(tasksOf(role, balancer({ ...params })));
  expect(tasks.map(({ name }) => name)).toEqual(names);
  expect(tasks.at(-1)!.args).toMatchObject({ state: 'started', enabled: true, masked: false });
  expect(tasks.flatMap(({ name, options }) => (options.notify ? [name] : []))).toEqual(
    names.slice(2, 4),
  );
  expect(tasks[3]!.args).toMatchObject({ validate: 'haproxy -c -f %s', mode: '0644' });
});

test('maintenance and the time for draining reach the task', () => {
  const [first] = flat(tasksOf(role, balancer({ maintenance: ['web1'], drainTimeout: '1m' })));
  expect(first!.args).toMatchObject({ maintenance: ['web1'], drainSeconds: 60 });
});

test('the only handler reloads', () => {
  const handlers = role.handlers(balancer());
  expect(Object.values(handlers).map(({ name }) => name)).toEqual(['Reload HAProxy']);
});

describe('where it answers', () => {
  const www = usual.frontends[0]!;
  test.each<[string, object, Partial<Endpoint>]>([
    ['the web', {}, { name: 'www', port: 80, reach: 'public' }],
    ['the host alone', { frontends: [{ ...www, bind: '127.0.0.1' }] }, { reach: 'loopback' }],
    [
      'the fleet',
      {
        frontends: [{ ...www, mode: 'tcp', port: 3306 }],
        ...withBackend({ servers: { group: 'db', port: 3306 } }),
      },
      { port: 3306, reach: 'fleet' },
    ],
  ])('%s', (_, params, endpoint) => {
    const [first, statistics] = role.publishes(balancer({ ...params }));
    expect(first).toMatchObject({ ...endpoint, protocol: 'tcp' });
    expect(statistics).toMatchObject({ name: 'stats', port: 8404, reach: 'loopback' });
  });
});

describe('whom it talks to', () => {
  const http = {
    name: 'http',
    port: 8080,
    protocol: 'tcp',
    purpose: 'pages',
    reach: 'fleet',
  } as const;
  const site: FakeSite = {
    ...fakeSite,
    roles: { nginx: { web1: {}, web2: {} }, other: { web1: {} } },
    published: { nginx: { web1: [http], web2: [http] } },
  };
  const base = {
    port: 8080,
    protocol: 'tcp',
    purpose: 'requests for web',
    need: 'web',
    path: ['backends', 0, 'servers'],
  };
  const group = { servers: { group: 'web', port: 8080 } };
  test.each<[string, object, object[]]>([
    [
      'alternatives, and the role that answers there',
      withBackend(group),
      [
        { ...base, to: 'web1', role: 'nginx' },
        { ...base, to: 'web2', role: 'nginx' },
      ],
    ],
    [
      'a standby',
      withBackend({ ...group, topology: 'active-passive', active: 'web1' }),
      [
        { ...base, to: 'web1', role: 'nginx' },
        { ...base, to: 'web2', role: 'nginx', standby: true },
      ],
    ],
    [
      'not those in maintenance',
      { ...withBackend(group), maintenance: ['web1'] },
      [{ ...base, to: 'web2', role: 'nginx' }],
    ],
    [
      'R7: the role that is asked for, whatever it answers on',
      withBackend({ servers: { role: 'nginx', port: 81 } }),
      [
        { ...base, to: 'web1', role: 'nginx', port: 81 },
        { ...base, to: 'web2', role: 'nginx', port: 81 },
      ],
    ],
    [
      'nobody in particular on another port',
      withBackend({ servers: { group: 'web', port: 81 } }),
      [
        { ...base, to: 'web1', port: 81 },
        { ...base, to: 'web2', port: 81 },
      ],
    ],
    [
      'a list: hosts of the inventory and others',
      withBackend({
        servers: [
          { name: 'a', address: '10.0.0.11', port: 8080 },
          { name: 'b', address: '192.0.2.1', port: 8080 },
        ],
      }),
      [
        { ...base, to: 'web1', role: 'nginx', path: ['backends', 0, 'servers', 0, 'port'] },
        { ...base, to: '192.0.2.1', path: ['backends', 0, 'servers', 1, 'port'] },
      ],
    ],
  ])('%s', (_, params, edges) => {
    expect(role.connects(balancer({ ...params }, site))).toEqual(edges);
  });
});
