import { describe, expect, test } from 'vitest';
import role from '../../../roles/load-balancer/role.ts';
import { schemaProblems } from '../support/context.ts';
import { balancer, usual, withBackend } from './context.ts';

const server = { name: 'a', address: '10.0.0.1', port: 80 };

describe('parameters that are taken', () => {
  test.each<[string, object]>([
    ['nothing but frontends and backends', {}],
    ['an address', { frontends: [{ ...usual.frontends[0], bind: '10.0.0.5' }] }],
    ['tcp', { frontends: [{ ...usual.frontends[0], mode: 'tcp', clientTimeout: '8h' }] }],
    ['active-passive', withBackend({ topology: 'active-passive', active: 'web1' })],
    ['leastconn', withBackend({ algorithm: 'leastconn' })],
    ['source', withBackend({ algorithm: 'source' })],
    ['a list', withBackend({ servers: [{ ...server, weight: 256, backup: true }] })],
    ['a group with weights', withBackend({ servers: { group: 'web', weights: { web1: 0 } } })],
    ['a role', withBackend({ servers: { role: 'web', port: 8080 } })],
    ['all backups', withBackend({ allBackups: true })],
    [
      'a check',
      withBackend({ check: { type: 'tcp', port: 81, inter: '500ms', fall: 1, rise: 1 } }),
    ],
    ['an HTTP check', withBackend({ check: { path: '/up?x=1', host: 'a.example', expect: 204 } })],
    [
      'timeouts of a backend',
      withBackend({ timeouts: { connect: '1s', server: '8h', check: '1s' } }),
    ],
    ['no retries for a backend', withBackend({ retry: false })],
    ['timeouts', { timeouts: { connect: '1s', client: '10m', server: '1h', check: '900ms' } }],
    ['retries', { retry: { retries: 0, redispatch: false, on: ['503', 'response-timeout'] } }],
    ['maintenance', { maintenance: ['web2'], drainTimeout: '5s', hardStopAfter: '5s' }],
    ['the rest', { maxConnections: 1000, stats: { port: 9000 }, identify: true }],
  ])('%s', (_, params) => {
    expect(schemaProblems(role, { ...usual, ...params })).toEqual([]);
  });

  test('what is left out is filled in', () => {
    expect(balancer().params).toMatchObject({
      frontends: [{ bind: '*', mode: 'http' }],
      backends: [
        {
          topology: 'active-active',
          algorithm: 'roundrobin',
          check: { path: '/healthz', expect: 200, inter: '2s', fall: 3, rise: 2 },
        },
      ],
      timeouts: { connect: '5s', client: '50s', server: '50s', check: '2s' },
      retry: { retries: 3, redispatch: true, on: ['conn-failure', 'empty-response', '502', '503'] },
      drainTimeout: '30s',
      hardStopAfter: '60s',
      stats: { port: 8404 },
      identify: false,
      maintenance: [],
    });
  });
});

describe('parameters that are refused', () => {
  test.each<[string, object, string[]]>([
    ['no frontends', { frontends: undefined }, ['missing-parameter']],
    ['an empty list', { backends: [] }, ['invalid-parameter backends']],
    [
      'a misspelt name',
      { drainTimout: '5s' },
      ['unknown-parameter drainTimout did you mean drainTimeout'],
    ],
    [
      'a misspelt name further down',
      withBackend({ algoritm: 'source' }),
      ['unknown-parameter backends.0.algoritm did you mean algorithm'],
    ],
    [
      'a misspelt name in a list of servers',
      withBackend({ servers: [{ ...server, wieght: 2 }] }),
      ['unknown-parameter backends.0.servers.0.wieght did you mean weight'],
    ],
    [
      'a misspelt name in a group of servers',
      withBackend({ servers: { groop: 'web' } }),
      ['unknown-parameter backends.0.servers.groop did you mean group'],
    ],
    [
      'a misspelt algorithm',
      withBackend({ algorithm: 'leastcon' }),
      ['invalid-parameter backends.0.algorithm did you mean leastconn'],
    ],
    ['a topology', withBackend({ topology: 'active' }), ['invalid-parameter backends.0.topology']],
    [
      'a mode',
      { frontends: [{ ...usual.frontends[0], mode: 'https' }] },
      ['invalid-parameter frontends.0.mode did you mean http'],
    ],
    [
      'a port',
      { frontends: [{ ...usual.frontends[0], port: 70000 }] },
      ['invalid-parameter frontends.0.port'],
    ],
    [
      'a name that HAProxy cannot take',
      { frontends: [{ ...usual.frontends[0], name: 'a b' }] },
      ['invalid-parameter frontends.0.name'],
    ],
    [
      'a weight',
      withBackend({ servers: [{ ...server, weight: 257 }] }),
      ['invalid-parameter backends.0.servers.0.weight'],
    ],
    ['a time without unit', { timeouts: { client: '50' } }, ['invalid-parameter timeouts.client']],
    [
      'a status',
      withBackend({ check: { expect: 99 } }),
      ['invalid-parameter backends.0.check.expect'],
    ],
    [
      'a path that would end the line',
      withBackend({ check: { path: '/ hdr' } }),
      ['invalid-parameter backends.0.check.path'],
    ],
    ['fall 0', withBackend({ check: { fall: 0 } }), ['invalid-parameter backends.0.check.fall']],
    [
      'what is tried again',
      { retry: { on: ['conn-failur'] } },
      ['invalid-parameter retry.on.0 did you mean conn-failure'],
    ],
    ['what a later issue brings', { vip: {} }, ['unknown-parameter vip']],
  ])('%s', (_, params, problems) => {
    const found = schemaProblems(role, JSON.parse(JSON.stringify({ ...usual, ...params })));
    expect(
      found.map((line) => (problems[0]!.includes('did you') ? line : line.split(' did you')[0])),
    ).toEqual(problems);
  });
});
