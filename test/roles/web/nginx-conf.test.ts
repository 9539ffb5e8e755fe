import { describe, expect, test } from 'vitest';
import { nginxConf } from '../../../roles/web/nginx-conf.ts';
import { contextOf, type Fakes, fleet, site } from './context.ts';

const app = { name: 'app', servers: { group: 'app', port: 3000 } };

describe('upstreams', () => {
  test('servers of a group, in turn, with connections kept open', () => {
    expect(part('upstream app', { sites: [site], upstreams: [app] })).toEqual([
      'zone app 64k;',
      'server 10.0.0.21:3000 max_fails=3 fail_timeout=10s;',
      'server 10.0.0.22:3000 max_fails=3 fail_timeout=10s;',
      'keepalive 16;',
      'keepalive_timeout 4s;',
    ]);
  });

  test('weights, backups, other ports, an address of IPv6, fewest connections', () => {
    const upstream = {
      name: 'app',
      algorithm: 'leastconn',
      keepalive: 0,
      maxFails: 1,
      failTimeout: '500ms',
      servers: [
        { address: 'app1', port: 81, weight: 3 },
        { address: 'fd00::1', port: 80, backup: true },
      ],
    };
    expect(part('upstream app', { sites: [site], upstreams: [upstream] })).toEqual([
      'zone app 64k;',
      'least_conn;',
      'server 10.0.0.21:81 weight=3 max_fails=1 fail_timeout=500ms;',
      'server [fd00::1]:80 max_fails=1 fail_timeout=500ms backup;',
    ]);
  });

  test('maintenance takes a server out of every upstream', () => {
    const other = {
      name: 'other',
      servers: [
        { address: '10.0.0.22', port: 81, backup: true },
        { address: 'app1', port: 81 },
      ],
    };
    const given = { sites: [site], upstreams: [app, other], maintenance: ['app2'] };
    const common = 'max_fails=3 fail_timeout=10s';
    expect(part('upstream app', given).filter((line) => line.startsWith('server'))).toEqual([
      `server 10.0.0.21:3000 ${common};`,
      `server 10.0.0.22:3000 ${common} down;`,
    ]);
    expect(part('upstream other', given).filter((line) => line.startsWith('server'))).toEqual([
      `server 10.0.0.22:81 ${common} backup down;`,
      `server 10.0.0.21:81 ${common};`,
    ]);
  });

  test('always the same server for a client', () => {
    const upstreams = [{ ...app, algorithm: 'source' }];
    expect(part('upstream app', { sites: [site], upstreams })[1]).toBe(
      'hash $remote_addr consistent;',
    );
  });
});

describe('what goes to an upstream', () => {
  const proxied = (upstream: object) =>
    part('location /', {
      sites: [{ ...site, root: undefined, upstream: 'app' }],
      upstreams: [{ ...app, ...upstream }],
    });

  test('a request with its headers, limits and second try', () => {
    expect(proxied({})).toEqual([
      'proxy_pass http://app;',
      'proxy_http_version 1.1;',
      'proxy_set_header Connection "";',
      'proxy_set_header Host $http_host;',
      'proxy_set_header X-Real-IP $remote_addr;',
      'proxy_set_header X-Forwarded-For $forwarded_for;',
      'proxy_set_header X-Forwarded-Proto $client_scheme_of_foobar;',
      'proxy_set_header X-Request-Id $sane_request_id;',
      'proxy_connect_timeout 2s;',
      'proxy_send_timeout 60s;',
      'proxy_read_timeout 60s;',
      'proxy_next_upstream error timeout http_502 http_503;',
      'proxy_next_upstream_tries 2;',
    ]);
  });

  test.each<[object, string]>([
    [
      { retryNonIdempotent: true, nextUpstream: ['error'] },
      'proxy_next_upstream error non_idempotent;',
    ],
    [{ nextUpstream: [] }, 'proxy_next_upstream off;'],
    [{ nextUpstream: [], retryNonIdempotent: true }, 'proxy_next_upstream off;'],
    [{ tries: 5 }, 'proxy_next_upstream_tries 5;'],
    [{ connectTimeout: '300ms' }, 'proxy_connect_timeout 300ms;'],
    [{ readTimeout: '5m' }, 'proxy_read_timeout 5m;'],
  ])('%j', (upstream, line) => {
    expect(proxied(upstream)).toContain(line);
  });
});

describe('sites', () => {
  test('static files', () => {
    expect(part('location /', { sites: [site] })).toEqual([
      'root /srv/www/foobar;',
      'if ($is_hidden) { return 404; }',
      'try_files $uri $uri/ =404;',
    ]);
  });

  test('files that exist, the upstream for all else', () => {
    const given = {
      sites: [{ ...site, upstream: 'app', index: ['a.html', 'b.html'] }],
      upstreams: [app],
    };
    expect(part('location /', given)).toEqual([
      'root /srv/www/foobar;',
      'if ($is_hidden) { return 404; }',
      'try_files $uri $uri/a.html $uri/b.html @upstream;',
    ]);
    expect(part('location @upstream', given)[0]).toBe('proxy_pass http://app;');
  });

  test('nothing but locations: 404 for all else', () => {
    const given = {
      sites: [
        {
          ...site,
          root: undefined,
          locations: [{ path: '/only', match: 'exact', root: '/srv/only' }],
        },
      ],
    };
    expect(part('location /', given)).toEqual(['return 404;']);
    expect(part('location = /only', given)).toEqual([
      'root /srv/only;',
      'if ($is_hidden) { return 404; }',
      'try_files $uri $uri/ =404;',
    ]);
  });

  test('every header stands in every location, those of a location win', () => {
    const given = {
      identify: true,
      sites: [
        {
          ...site,
          upstream: 'app',
          headers: { 'X-A': 'say "hi"; \\o/', 'Cache-Control': 'no-cache' },
          locations: [
            { path: '/static/', root: '/srv/x', headers: { 'cache-control': 'max-age=5' } },
            { path: '/api/', upstream: 'app' },
          ],
        },
      ],
      upstreams: [app],
    };
    const quoted = 'add_header X-A "say \\"hi\\"; \\\\o/" always;';
    const identity = 'add_header X-Served-By-Web web1 always;';
    const own = [quoted, 'add_header Cache-Control no-cache always;', identity];
    expect(part('location /static/', given).slice(0, 3)).toEqual([
      quoted,
      'add_header cache-control max-age=5 always;',
      identity,
    ]);
    for (const head of ['location /', 'location @upstream', 'location /api/']) {
      expect(part(head, given).slice(0, 3)).toEqual(own);
    }
    expect(part('location /api/', given)).toContain('proxy_hide_header X-A;');
    expect(part('location = /healthz', given)).toContain(identity);
  });

  test.each<[string, object, string]>([
    ['names', { serverNames: ['a.b', '*.a.b'] }, 'server_name a.b *.a.b;'],
    ['the largest body', { maxBody: '10k' }, 'client_max_body_size 10k;'],
    ['no access log', { accessLog: false }, 'access_log off;'],
    ['index files', { index: ['a.html', 'b.html'] }, 'index a.html b.html;'],
    ['the balancers are believed', {}, 'set_real_ip_from 10.0.0.31;'],
    ['a network is believed', { realIpFrom: ['10.5.0.0/16'] }, 'set_real_ip_from 10.5.0.0/16;'],
    ['a group is believed', { realIpFrom: ['app'] }, 'set_real_ip_from 10.0.0.22;'],
  ])('%s', (_, own, line) => {
    expect(servers({ sites: [{ ...site, ...own }] })[1]).toContain(line);
  });

  test('nobody is believed where there is no balancer', () => {
    const { lb1: _, ...others } = fleet;
    const text = nginxConf(contextOf({ sites: [site] }, others));
    expect(text).not.toContain('set_real_ip_from');
    expect(text).not.toContain('real_ip_header');
  });
});

describe('who answers unknown names', () => {
  const two = [site, { ...site, name: 'admin', listen: 8080 }];

  test('nobody, on each port', () => {
    const all = servers({ sites: two });
    expect(all.map((lines) => lines[0])).toEqual([
      'listen 80 default_server;',
      'listen 8080 default_server;',
      'listen 80;',
      'listen 8080;',
      'listen 127.0.0.1:8081;',
    ]);
    expect(all[0]).toContain('return 421;');
    expect(all[0]).toContain('location = /healthz {');
  });

  test('a site on its port', () => {
    const all = servers({ sites: two, defaultServer: 'admin' });
    expect(all.map((lines) => lines[0])).toEqual([
      'listen 80 default_server;',
      'listen 80;',
      'listen 8080 default_server;',
      'listen 127.0.0.1:8081;',
    ]);
  });

  test('IPv6 unless told', () => {
    expect(nginxConf(contextOf({ sites: [site] }))).toContain('listen [::]:80 default_server;');
    expect(nginxConf(contextOf({ sites: [site], ipv6: false }))).not.toContain('[::]');
  });
});

test('nothing in it rests on the clock, and it ends with a newline', () => {
  const text = nginxConf(contextOf({ sites: [site] }));
  expect(nginxConf(contextOf({ sites: [site] }))).toBe(text);
  expect(text.endsWith('}\n')).toBe(true);
});

/** The lines of the first block with a head, without its inner indentation. */
function part(head: string, given: object, fakes: Fakes = fleet): string[] {
  const text = nginxConf(contextOf(JSON.parse(JSON.stringify(given)), fakes));
  return blocks(text, head)[0]!;
}

function servers(given: object): string[][] {
  return blocks(nginxConf(contextOf(given)), 'server');
}

function blocks(text: string, head: string): string[][] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() !== `${head} {`) return [];
    const indent = line.length - line.trimStart().length;
    const end = lines.findIndex((other, at) => at > index && other === `${' '.repeat(indent)}}`);
    const inner = lines.slice(index + 1, end).map((one) => one.trim());
    // the default server is the first block; its own `location /` is not what tests ask for
    return inner.includes('return 421;') && head !== 'server' ? [] : [inner];
  });
}
