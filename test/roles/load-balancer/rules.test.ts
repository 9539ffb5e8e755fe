import { describe, expect, test } from 'vitest';
import role from '../../../roles/load-balancer/role.ts';
import type { Endpoint } from '../../../src/roles/role.ts';
import type { FakeSite } from '../support/context.ts';
import { balancer, fakeSite, usual, withBackend } from './context.ts';

const www = usual.frontends[0]!;
const server = (name: string, more: object = {}) => ({
  name,
  address: '10.0.0.1',
  port: 80,
  ...more,
});
const pair = [server('a'), server('b')];
const passive = { topology: 'active-passive' };

describe('rules that hold', () => {
  test.each<[string, object]>([
    ['the usual', {}],
    ['R1: one active of a group', withBackend({ ...passive, active: 'web2' })],
    [
      'R1: one active of a list',
      withBackend({ ...passive, servers: [server('a', { backup: true }), server('b')] }),
    ],
    [
      'R1: both ways agree',
      withBackend({
        ...passive,
        active: 'b',
        servers: [server('a', { backup: true }), server('b')],
      }),
    ],
    [
      'backups beside active servers',
      withBackend({ allBackups: true, servers: [...pair, server('c', { backup: true })] }),
    ],
    ['all backups of a pair', withBackend({ ...passive, active: 'web1', allBackups: true })],
    [
      'one port on two addresses',
      {
        frontends: [
          { ...www, bind: '10.0.0.5' },
          { ...www, name: 'two', bind: '10.0.0.6' },
        ],
      },
    ],
    [
      'IPv6 beside IPv4',
      {
        frontends: [
          { ...www, bind: '*' },
          { ...www, name: 'two', bind: '::1' },
        ],
      },
    ],
    ['a check that takes its whole interval', withBackend({ check: { inter: '2s' } })],
    ['drained as long as the old process lives', { drainTimeout: '60s' }],
    ['weight 0 beside others', withBackend({ servers: { group: 'web', weights: { web1: 0 } } })],
    ['one in maintenance', { maintenance: ['web1'] }],
    [
      'a server by its name in the inventory',
      withBackend({ servers: [server('a', { address: 'web1' })] }),
    ],
    [
      'tcp with a port',
      {
        frontends: [{ ...www, mode: 'tcp' }],
        ...withBackend({ servers: { group: 'db', port: 3306 } }),
      },
    ],
  ])('%s', (_, params) => {
    expect(role.check(balancer({ ...params }))).toEqual([]);
  });
});

describe('rules that are broken', () => {
  test.each<[string, object, string, RegExp, string?]>([
    [
      'R1: nobody named',
      withBackend(passive),
      'backends.0.topology',
      /2 active servers \(web1, web2\)/,
    ],
    [
      'R1: one server',
      withBackend({ ...passive, servers: [server('a')] }),
      'backends.0.topology',
      /with one server \(a\)/,
    ],
    [
      'R1: two active',
      withBackend({ ...passive, servers: [...pair, server('c', { backup: true })] }),
      'backends.0.topology',
      /2 active servers/,
    ],
    [
      'R1: none active',
      withBackend({
        ...passive,
        active: 'a',
        servers: [server('a', { backup: true }), server('b')],
      }),
      'backends.0.active',
      /no active server/,
    ],
    [
      'R1: a misspelt one',
      withBackend({ ...passive, active: 'web3' }),
      'backends.0.active',
      /no server 'web3'/,
      'web1',
    ],
    [
      'an active one where all are',
      withBackend({ active: 'web1' }),
      'backends.0.active',
      /is active-active/,
    ],
    [
      'backups only',
      withBackend({ servers: [server('a', { backup: true })] }),
      'backends.0.servers',
      /every server .* is a backup/,
    ],
    ['all of no backups', withBackend({ allBackups: true }), 'backends.0.allBackups', /no backup/],
    [
      'a backend that does not exist',
      { frontends: [www, { ...www, name: 'b', port: 81, backend: 'wep' }] },
      'frontends.1.backend',
      /'wep', which does not exist/,
      'web',
    ],
    [
      'a backend that nobody uses',
      { backends: [...usual.backends, { name: 'web-old', servers: pair }] },
      'backends.1.name',
      /no frontend refers to the backend 'web-old'/,
    ],
    [
      'a name twice',
      { frontends: [www, { ...www, port: 81 }] },
      'frontends.1.name',
      /the frontend 'www' is there twice/,
    ],
    [
      'a backend twice',
      { backends: [...usual.backends, ...usual.backends] },
      'backends.1.name',
      /the backend 'web' is there twice/,
    ],
    [
      'the name of the statistics',
      { frontends: [{ ...www, name: 'stats' }] },
      'frontends.0.name',
      /'stats' is the name/,
    ],
    [
      'two modes',
      { frontends: [www, { ...www, name: 'b', port: 81, mode: 'tcp' }] },
      'frontends.1.mode',
      /'b' has mode tcp, 'www' has http/,
    ],
    [
      'a port twice',
      { frontends: [www, { ...www, name: 'b' }] },
      'frontends.1.port',
      /both listen on port 80 of every address/,
    ],
    [
      'a port of one address twice',
      { frontends: [www, { ...www, name: 'b', bind: '10.0.0.5' }] },
      'frontends.1.port',
      /port 80 of 10.0.0.5/,
    ],
    [
      'IPv4 and IPv6 beside IPv6',
      {
        frontends: [
          { ...www, bind: '::' },
          { ...www, name: 'b', bind: '::1' },
        ],
      },
      'frontends.1.port',
      /port 80 of ::1/,
    ],
    [
      'the port of the statistics',
      { frontends: [{ ...www, port: 8404 }] },
      'stats.port',
      /both listen on port 8404/,
    ],
    [
      'no address',
      { frontends: [{ ...www, bind: 'eth0' }] },
      'frontends.0.bind',
      /'eth0', which is no address/,
    ],
    [
      'a group that does not exist',
      withBackend({ servers: { group: 'wep' } }),
      'backends.0.servers.group',
      /no group 'wep'/,
      'web',
    ],
    [
      'a role that no host has',
      withBackend({ servers: { role: 'app' } }),
      'backends.0.servers',
      /no host has the role 'app'/,
    ],
    [
      'group and role',
      withBackend({ servers: { group: 'web', role: 'web' } }),
      'backends.0.servers',
      /from the group 'web' and from the role 'web'/,
    ],
    [
      'no servers at all',
      { frontends: [{ ...www, backend: 'app' }], backends: [{ name: 'app' }] },
      'backends.0',
      /neither a group nor a role of its name/,
    ],
    [
      'tcp without a port',
      { frontends: [{ ...www, mode: 'tcp' }] },
      'backends.0',
      /port of the servers of 'web' is not given/,
    ],
    [
      'a weight for nobody',
      withBackend({ servers: { group: 'web', weights: { web3: 2 } } }),
      'backends.0.servers.weights.web3',
      /no server 'web3'/,
      'web1',
    ],
    [
      'weight 0 for all',
      withBackend({ servers: { group: 'web', weights: { web1: 0, web2: 0 } } }),
      'backends.0.servers',
      /every active server .* weight 0/,
    ],
    [
      'a server twice',
      withBackend({ servers: [server('a'), server('a')] }),
      'backends.0.servers.1.name',
      /has the server 'a' twice/,
    ],
    [
      'a name for an address',
      withBackend({ servers: [server('a', { address: 'a.example' })] }),
      'backends.0.servers.0.address',
      /'a.example', which is no IP address/,
    ],
    [
      'a host without address',
      withBackend({ servers: { group: 'names' } }),
      'backends.0.servers',
      /'named', which is no IP address/,
    ],
    [
      'a check longer than its interval',
      withBackend({ check: { inter: '1s' } }),
      'backends.0.check.inter',
      /every 1s and may take 2s/,
    ],
    [
      'the same for one backend',
      withBackend({ timeouts: { check: '3s' } }),
      'backends.0.timeouts.check',
      /every 2s and may take 3s/,
    ],
    [
      'drained longer than the old process lives',
      { drainTimeout: '61s' },
      'drainTimeout',
      /drainTimeout is 61s, hardStopAfter is 60s/,
    ],
    ['no limit', { timeouts: { client: '0s' } }, 'timeouts.client', /client is 0s/],
    [
      'no limit for a frontend',
      { frontends: [{ ...www, clientTimeout: '0ms' }] },
      'frontends.0.clientTimeout',
      /clientTimeout is 0ms/,
    ],
    [
      'no limit for a backend',
      withBackend({ timeouts: { server: '0s' } }),
      'backends.0.timeouts.server',
      /server is 0s/,
    ],
    [
      'a time that HAProxy cannot count',
      { hardStopAfter: '25d' },
      'hardStopAfter',
      /hardStopAfter is 25d/,
    ],
    [
      'maintenance for nobody',
      { maintenance: ['web3'] },
      'maintenance.0',
      /no backend has a server 'web3'/,
      'web1',
    ],
    [
      'maintenance for all',
      { maintenance: ['web1', 'web2'] },
      'maintenance',
      /every server of the backend 'web' is in maintenance/,
    ],
  ])('%s', (_, params, path, message, nearest) => {
    const problems = role.check(balancer({ ...params }));
    const found = problems.filter((problem) => problem.path.join('.') === path);
    expect(
      found.map((problem) => problem.message),
      JSON.stringify(problems),
    ).toEqual([expect.stringMatching(message)]);
    if (nearest !== undefined) expect(found[0]).toMatchObject({ nearest });
  });
});

describe('other roles on the host of the balancer', () => {
  const web = (port: number, reach: Endpoint['reach'] = 'fleet'): FakeSite => ({
    ...fakeSite,
    roles: { web: { lb1: {} } },
    published: { web: { lb1: [{ name: 'http', port, protocol: 'tcp', purpose: 'pages', reach }] } },
  });
  test.each<[string, FakeSite, object, string[]]>([
    ['another port', web(8080), {}, []],
    [
      'the same port',
      web(80),
      {},
      ["frontend 'www' listens on port 80, as does the role 'web' on lb1"],
    ],
    [
      'the same port, loopback only',
      web(80, 'loopback'),
      {},
      ["frontend 'www' listens on port 80, as does the role 'web' on lb1"],
    ],
    [
      'loopback, and an address',
      web(80, 'loopback'),
      { frontends: [{ ...www, bind: '10.0.0.5' }] },
      [],
    ],
    [
      'the port of the statistics',
      web(8404),
      {},
      ["the statistics page listens on port 8404, as does the role 'web' on lb1"],
    ],
  ])('%s', (_, site, params, messages) => {
    expect(role.check(balancer({ ...params }, site)).map(({ message }) => message)).toEqual(
      messages,
    );
  });
});
