import { describe, expect, test } from 'vitest';
import { contextOf, problemsOf, site } from './context.ts';

const upstream = { name: 'app', servers: { group: 'app', port: 3000 } };

describe('parameters', () => {
  test('defaults are filled in at every depth', () => {
    const { params } = contextOf({ sites: [site], upstreams: [upstream] });
    expect(params).toMatchObject({
      defaultServer: 'reject',
      health: '/healthz',
      statusPort: 8081,
      identify: false,
      ipv6: true,
      sites: [{ listen: 80, index: ['index.html'], maxBody: '64m', headers: {}, accessLog: true }],
      upstreams: [
        {
          algorithm: 'roundrobin',
          keepalive: 16,
          keepaliveTimeout: '4s',
          maxFails: 3,
          failTimeout: '10s',
          connectTimeout: '2s',
          readTimeout: '60s',
          nextUpstream: ['error', 'timeout', 'http_502', 'http_503'],
          tries: 2,
          retryNonIdempotent: false,
        },
      ],
    });
  });

  test.each<[string, object]>([
    ['a wildcard name', { sites: [{ ...site, serverNames: ['*.foobar.com', 'localhost'] }] }],
    ['another port', { sites: [{ ...site, listen: 8080 }] }],
    ['no limit of bodies', { sites: [{ ...site, maxBody: 0 }] }],
    ['sizes with a unit', { sites: [{ ...site, maxBody: '1g' }] }],
    ['headers with variables', { sites: [{ ...site, headers: { 'X-Id': '$request_id' } }] }],
    ['an index of two', { sites: [{ ...site, index: ['index.html', 'index.htm'] }] }],
    [
      'an exact location',
      { sites: [{ ...site, locations: [{ path: '/a', match: 'exact', root: '/srv/a' }] }] },
    ],
    [
      'all of an upstream',
      {
        sites: [site],
        upstreams: [
          {
            name: 'app',
            servers: [
              { address: '10.1.1.1', port: 1, weight: 256 },
              { address: 'app1', port: 2, backup: true },
            ],
            algorithm: 'leastconn',
            keepalive: 0,
            keepaliveTimeout: '1m',
            maxFails: 0,
            failTimeout: '500ms',
            connectTimeout: '1m',
            readTimeout: '1s',
            nextUpstream: [],
            tries: 1,
            retryNonIdempotent: true,
          },
        ],
      },
    ],
    [
      'the rest',
      {
        sites: [site],
        defaultServer: 'foobar',
        health: '/up',
        statusPort: 9000,
        identify: true,
        ipv6: false,
      },
    ],
  ])('%s is accepted', (_, given) => {
    expect(problemsOf(given)).toEqual([]);
  });

  test.each<[string, object, (string | number)[], string?]>([
    ['no sites', { sites: [] }, ['sites']],
    ['sites left out', {}, []],
    ['a key that is no parameter', { sites: [site], site: [] }, ['site'], 'sites'],
    [
      'a misspelt key of a site',
      { sites: [{ ...site, serverName: ['a'] }] },
      ['sites', 0, 'serverName'],
      'serverNames',
    ],
    [
      'a misspelt key of an upstream',
      { sites: [site], upstreams: [{ ...upstream, keepAlive: 2 }] },
      ['upstreams', 0, 'keepAlive'],
      'keepalive',
    ],
    [
      'a misspelt key of servers',
      { sites: [site], upstreams: [{ name: 'a', servers: { grup: 'app', port: 1 } }] },
      ['upstreams', 0, 'servers', 'grup'],
      'group',
    ],
    ['tls, which comes later', { sites: [{ ...site, tls: {} }] }, ['sites', 0, 'tls']],
    ['a name with a space', { sites: [{ ...site, name: 'a b' }] }, ['sites', 0, 'name']],
    ['no server names', { sites: [{ ...site, serverNames: [] }] }, ['sites', 0, 'serverNames']],
    [
      'a server name that ends the directive',
      { sites: [{ ...site, serverNames: ['a;b'] }] },
      ['sites', 0, 'serverNames', 0],
    ],
    ['port 0', { sites: [{ ...site, listen: 0 }] }, ['sites', 0, 'listen']],
    ['port 65536', { sites: [{ ...site, listen: 65_536 }] }, ['sites', 0, 'listen']],
    ['a relative root', { sites: [{ ...site, root: 'www' }] }, ['sites', 0, 'root']],
    ['a root with a variable', { sites: [{ ...site, root: '/srv/$host' }] }, ['sites', 0, 'root']],
    ['a size without sense', { sites: [{ ...site, maxBody: '64 MB' }] }, ['sites', 0, 'maxBody']],
    [
      'a header of two lines',
      { sites: [{ ...site, headers: { A: 'b\nc' } }] },
      ['sites', 0, 'headers', 'A'],
    ],
    [
      'a location that ends its block',
      { sites: [{ ...site, locations: [{ path: '/a{', root: '/srv/a' }] }] },
      ['sites', 0, 'locations', 0, 'path'],
    ],
    [
      'a match that does not exist',
      { sites: [{ ...site, locations: [{ path: '/a', match: 'regex', root: '/srv/a' }] }] },
      ['sites', 0, 'locations', 0, 'match'],
    ],
    [
      'a time without a unit',
      { sites: [site], upstreams: [{ ...upstream, connectTimeout: '2' }] },
      ['upstreams', 0, 'connectTimeout'],
    ],
    [
      'another time without a unit',
      { sites: [site], upstreams: [{ ...upstream, keepaliveTimeout: '2' }] },
      ['upstreams', 0, 'keepaliveTimeout'],
    ],
    [
      'no time at all',
      { sites: [site], upstreams: [{ ...upstream, readTimeout: '0s' }] },
      ['upstreams', 0, 'readTimeout'],
    ],
    [
      'an algorithm that does not exist',
      { sites: [site], upstreams: [{ ...upstream, algorithm: 'random' }] },
      ['upstreams', 0, 'algorithm'],
    ],
    [
      'a reason to retry that does not exist',
      { sites: [site], upstreams: [{ ...upstream, nextUpstream: ['http_418'] }] },
      ['upstreams', 0, 'nextUpstream', 0],
    ],
    [
      'no tries',
      { sites: [site], upstreams: [{ ...upstream, tries: 0 }] },
      ['upstreams', 0, 'tries'],
    ],
    [
      'weight 0',
      {
        sites: [site],
        upstreams: [{ name: 'a', servers: { group: 'app', port: 1, weights: { a: 0 } } }],
      },
      ['upstreams', 0, 'servers', 'weights', 'a'],
    ],
    [
      'servers without a port',
      { sites: [site], upstreams: [{ name: 'a', servers: { group: 'app' } }] },
      ['upstreams', 0, 'servers'],
    ],
    [
      'a server without a port',
      { sites: [site], upstreams: [{ name: 'a', servers: [{ address: 'app1' }] }] },
      ['upstreams', 0, 'servers', 0],
    ],
    [
      'an empty list of servers',
      { sites: [site], upstreams: [{ name: 'a', servers: [] }] },
      ['upstreams', 0, 'servers'],
    ],
    ['a health path without /', { sites: [site], health: 'up' }, ['health']],
  ])('%s is refused', (_, given, path, nearest) => {
    const problems = problemsOf(given);
    expect(problems.map((problem) => problem.path)).toContainEqual(path);
    if (nearest) expect(problems.map((problem) => problem.nearest)).toContain(nearest);
  });
});
