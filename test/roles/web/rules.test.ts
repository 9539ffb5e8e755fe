import { describe, expect, test } from 'vitest';
import { webProblems } from '../../../roles/web/rules.ts';
import { contextOf, endpoint, type Fakes, fleet, site } from './context.ts';

const app = { name: 'app', servers: { group: 'app', port: 3000 } };
const servers = (given: object) => ({
  sites: [site],
  upstreams: [{ name: 'app', servers: given }],
});

describe('rules that hold', () => {
  test.each<[string, object]>([
    ['one site', { sites: [site] }],
    ['one name on two ports', { sites: [site, { ...site, name: 'other', listen: 8080 }] }],
    ['an upstream', { sites: [{ ...site, upstream: 'app' }], upstreams: [app] }],
    [
      'locations only',
      {
        sites: [{ name: 'a', serverNames: ['a'], locations: [{ path: '/', upstream: 'app' }] }],
        upstreams: [app],
      },
    ],
    ['a default server', { sites: [site], defaultServer: 'foobar' }],
    ['servers by role', servers({ role: 'app', port: 3000 })],
    [
      'servers by name and address',
      servers([
        { address: 'app1', port: 1 },
        { address: '10.9.9.9', port: 1 },
      ]),
    ],
    [
      'two ports of one address',
      servers([
        { address: 'app1', port: 1 },
        { address: 'app1', port: 2 },
      ]),
    ],
    [
      'maintenance of one, by name or address',
      {
        ...servers([
          { address: 'app1', port: 1 },
          { address: '10.0.0.22', port: 1 },
          { address: '10.9.9.9', port: 1 },
        ]),
        maintenance: ['app2', '10.9.9.9'],
      },
    ],
    [
      'weights and backups',
      servers({ group: 'app', port: 1, weights: { app1: 3 }, backup: ['app2'] }),
    ],
    [
      'addresses, networks, hosts and groups to trust',
      { sites: [{ ...site, realIpFrom: ['10.0.0.0/8', '::1', 'lb1', 'balancers'] }] },
    ],
  ])('%s', (_, given) => {
    expect(webProblems(contextOf(given))).toEqual([]);
  });
});

describe('rules that are broken', () => {
  const other = { ...site, name: 'other' };
  test.each<[string, object, (string | number)[], RegExp, string?]>([
    [
      'a name on a port twice',
      { sites: [site, other] },
      ['sites', 1, 'serverNames', 0],
      /'www.foobar.com' on port 80 is answered by site 'foobar' already/,
    ],
    [
      'the same in other letters',
      { sites: [site, { ...other, serverNames: ['x', 'WWW.foobar.com'] }] },
      ['sites', 1, 'serverNames', 1],
      /answered by site 'foobar'/,
    ],
    [
      'a name twice in a site',
      { sites: [{ ...site, serverNames: ['a', 'a'] }] },
      ['sites', 0, 'serverNames', 1],
      /'a' is listed twice/,
    ],
    [
      'two sites of one name',
      { sites: [site, { ...site, serverNames: ['b'] }] },
      ['sites', 1, 'name'],
      /two sites are called 'foobar'/,
    ],
    [
      'a site with a name that means something else',
      { sites: [{ ...site, name: 'reject' }] },
      ['sites', 0, 'name'],
      /a site called 'reject'/,
    ],
    [
      'a site that serves nothing',
      { sites: [{ name: 'a', serverNames: ['a'] }] },
      ['sites', 0],
      /site 'a' serves nothing/,
    ],
    [
      'an upstream that is not there',
      { sites: [{ ...site, upstream: 'ap' }], upstreams: [app] },
      ['sites', 0, 'upstream'],
      /no upstream is called 'ap'/,
      'app',
    ],
    [
      'the same in a location',
      { sites: [{ ...site, locations: [{ path: '/a', upstream: 'aap' }] }], upstreams: [app] },
      ['sites', 0, 'locations', 0, 'upstream'],
      /no upstream is called 'aap'/,
      'app',
    ],
    [
      'a location without anything',
      { sites: [{ ...site, locations: [{ path: '/a' }] }] },
      ['sites', 0, 'locations', 0],
      /neither a root nor an upstream/,
    ],
    [
      'a location with both',
      {
        sites: [{ ...site, locations: [{ path: '/a', root: '/srv/a', upstream: 'app' }] }],
        upstreams: [app],
      },
      ['sites', 0, 'locations', 0],
      /both a root and an upstream/,
    ],
    [
      'a location twice',
      {
        sites: [
          {
            ...site,
            locations: [
              { path: '/a', root: '/srv/a' },
              { path: '/a', root: '/srv/b' },
            ],
          },
        ],
      },
      ['sites', 0, 'locations', 1, 'path'],
      /location '\/a' is given twice/,
    ],
    [
      'a location that is the whole site',
      { sites: [{ ...site, locations: [{ path: '/', root: '/srv/a' }] }] },
      ['sites', 0, 'locations', 0, 'path'],
      /the site's own root answer the same requests/,
    ],
    [
      'a location in place of the health path',
      { sites: [{ ...site, locations: [{ path: '/healthz', root: '/srv/a' }] }] },
      ['sites', 0, 'locations', 0, 'path'],
      /'\/healthz' is answered by nginx itself/,
    ],
    [
      'a root upwards',
      { sites: [{ ...site, root: '/srv/../etc/x' }] },
      ['sites', 0, 'root'],
      /leads upwards/,
    ],
    [
      'a root of the system',
      { sites: [{ ...site, root: '/etc/ssl' }] },
      ['sites', 0, 'root'],
      /not for the world/,
    ],
    [
      'a default server that is not there',
      { sites: [site], defaultServer: 'fobar' },
      ['defaultServer'],
      /no site is called 'fobar'/,
      'foobar',
    ],
    [
      'two upstreams of one name',
      { sites: [site], upstreams: [app, app] },
      ['upstreams', 1, 'name'],
      /two upstreams are called 'app'/,
    ],
    ['no servers', servers({ port: 1 }), ['upstreams', 0, 'servers'], /given by nothing/],
    [
      'servers given twice',
      servers({ role: 'app', group: 'app', port: 1 }),
      ['upstreams', 0, 'servers'],
      /given by role and group/,
    ],
    [
      'a role that nobody has',
      servers({ role: 'ap', port: 1 }),
      ['upstreams', 0, 'servers', 'role'],
      /no host has the role 'ap'/,
      'app',
    ],
    [
      'a group that is not there',
      servers({ group: 'apps', port: 1 }),
      ['upstreams', 0, 'servers', 'group'],
      /there is no group 'apps'/,
      'app',
    ],
    [
      'a host name of the outside',
      servers([{ address: 'app3', port: 1 }]),
      ['upstreams', 0, 'servers', 0, 'address'],
      /'app3' is neither an address nor a host/,
      'app1',
    ],
    [
      'a server twice',
      servers([
        { address: 'app1', port: 1 },
        { address: '10.0.0.21', port: 1 },
      ]),
      ['upstreams', 0, 'servers', 1],
      /'10.0.0.21' is listed twice/,
    ],
    [
      'a weight of somebody else',
      servers({ group: 'app', port: 1, weights: { ap1: 2 } }),
      ['upstreams', 0, 'servers', 'weights', 'ap1'],
      /'ap1' is none of the servers/,
      'app1',
    ],
    [
      'maintenance of somebody else',
      { ...servers({ group: 'app', port: 1 }), maintenance: ['app2', 'ap1'] },
      ['maintenance', 1],
      /'ap1' is a server of no upstream/,
      'app1',
    ],
    [
      'maintenance of all',
      { ...servers({ group: 'app', port: 1 }), maintenance: ['app2', 'app1'] },
      ['maintenance'],
      /leaves upstream 'app' without a server/,
    ],
    [
      'backups only',
      servers({ group: 'app', port: 1, backup: ['app1', 'app2'] }),
      ['upstreams', 0, 'servers'],
      /all servers of upstream 'app' are backups/,
    ],
    [
      'a backup with a hash',
      {
        sites: [site],
        upstreams: [
          {
            name: 'app',
            algorithm: 'source',
            servers: { group: 'app', port: 1, backup: ['app1'] },
          },
        ],
      },
      ['upstreams', 0, 'servers'],
      /which nginx cannot combine/,
    ],
    [
      'somebody unknown to trust',
      { sites: [{ ...site, realIpFrom: ['balancer'] }] },
      ['sites', 0, 'realIpFrom', 0],
      /'balancer' is no address, network, host or group/,
      'balancers',
    ],
    [
      'a network that is none',
      { sites: [{ ...site, realIpFrom: ['10.0.0.0/33'] }] },
      ['sites', 0, 'realIpFrom', 0],
      /'10.0.0.0\/33' is no address/,
    ],
    [
      'a site on the port of the status page',
      { sites: [{ ...site, listen: 8081 }] },
      ['statusPort'],
      /port 8081 is the port of a site as well/,
    ],
  ])('%s', (_, given, path, message, nearest) => {
    const problems = webProblems(contextOf(given));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ path, message: expect.stringMatching(message) });
    expect(problems[0]!.nearest).toBe(nearest);
  });

  test('a port that another role of the host has', () => {
    const fakes: Fakes = {
      ...fleet,
      web1: { address: '10.0.0.11', roles: { web: [], 'load-balancer': [endpoint(80)] } },
    };
    expect(webProblems(contextOf({ sites: [site] }, fakes))).toEqual([
      {
        path: ['sites', 0, 'listen'],
        message: 'port 80 of web1 is taken by its role load-balancer (pages)',
        expected: 'a port of its own',
      },
    ]);
  });

  test('a host whose address is a name', () => {
    const fakes: Fakes = { ...fleet, app1: { groups: ['app'], address: 'app1.internal' } };
    const [problem] = webProblems(contextOf(servers({ group: 'app', port: 1 }), fakes));
    expect(problem).toMatchObject({
      path: ['upstreams', 0, 'servers'],
      message: "host 'app1' has the address 'app1.internal', a name",
    });
  });

  test('a balancer whose address is a name', () => {
    const fakes: Fakes = { ...fleet, lb1: { groups: ['balancers'], address: 'lb.internal' } };
    const context = contextOf({ sites: [{ ...site, realIpFrom: ['lb1'] }] }, fakes);
    expect(webProblems(context)[0]!.message).toBe(
      "'lb1' has the address 'lb.internal', which nginx cannot compare with",
    );
  });
});
