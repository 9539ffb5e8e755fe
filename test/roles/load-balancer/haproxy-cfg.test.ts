import { describe, expect, test } from 'vitest';
import { haproxyCfg } from '../../../roles/load-balancer/haproxy-cfg.ts';
import type { RoleContext } from '../../../src/roles/role.ts';
import { balancer, fakeSite, usual, withBackend } from './context.ts';

const www = usual.frontends[0]!;

/** The lines of a section, without their indentation. */
function section(head: string, params: { readonly [name: string]: unknown } = {}): string[] {
  const { params: given, ...around }: RoleContext<never> = balancer(params, {
    ...fakeSite,
    roles: { app: { db1: {} } },
  });
  const sections = haproxyCfg(given, 'lb1', around).split(/\n(?=\S)/);
  const found = sections.find((text) => text.startsWith(`${head}\n`));
  return (found ?? '')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.trim());
}

test('the whole of the usual one', () => {
  const { params, ...around } = balancer();
  const text = haproxyCfg(params, 'lb1', around);
  expect(text).toMatch(/^# Written by rolecall/);
  expect(text).toMatch(/[^\n]\n$/);
  expect(text.match(/^\w.*/gm)).toEqual([
    'global',
    'defaults',
    'frontend stats',
    'frontend www',
    'backend web',
  ]);
  expect(section('backend web')).toEqual([
    'mode http',
    'balance roundrobin',
    'retry-on conn-failure empty-response 502 503',
    'option httpchk',
    'http-check send meth GET uri /healthz ver HTTP/1.1 hdr Host localhost',
    'http-check expect status 200',
    'default-server check inter 500ms fastinter 500ms fall 3 rise 2 observe layer4 error-limit 1 on-error fastinter',
    'server web1 10.0.0.11:80 weight 1',
    'server web2 10.0.0.12:80 weight 1',
  ]);
  expect(section('frontend www')).toEqual([
    'bind *:80',
    'mode http',
    'option httplog',
    'unique-id-format %[uuid()]',
    'http-request set-header X-Request-Id %[unique-id]',
    'http-request set-header X-Forwarded-For %[src]',
    'http-request set-header X-Forwarded-Proto http',
    '# METH_GET is GET and HEAD: the server may have acted on other requests before it failed.',
    'http-request disable-l7-retry unless METH_GET',
    'http-after-response set-header X-Request-Id %[unique-id]',
    'default_backend web',
  ]);
});

describe('what a parameter does', () => {
  const tcp = { frontends: [{ ...www, mode: 'tcp' }] };
  const list = [
    { name: 'a', address: '10.0.0.1', port: 80 },
    { name: 'b', address: 'fd00::2', port: 81, weight: 5, backup: true },
  ];
  test.each<[string, object, string, string[]]>([
    [
      'one address',
      { frontends: [{ ...www, bind: '10.0.0.5' }] },
      'frontend www',
      ['bind 10.0.0.5:80'],
    ],
    [
      'all addresses',
      { frontends: [{ ...www, bind: '::' }] },
      'frontend www',
      ['bind [::]:80 v4v6'],
    ],
    [
      'an IPv6 address',
      { frontends: [{ ...www, bind: 'fd00::5' }] },
      'frontend www',
      ['bind [fd00::5]:80 v6only'],
    ],
    [
      'a slow client',
      { frontends: [{ ...www, clientTimeout: '8h' }] },
      'frontend www',
      ['timeout client 8h'],
    ],
    [
      'identify',
      { identify: true },
      'frontend www',
      ['http-after-response set-header X-Served-By-Balancer lb1'],
    ],
    [
      'tcp',
      { ...tcp, ...withBackend({ servers: list }) },
      'frontend www',
      ['mode tcp', 'option tcplog'],
    ],
    [
      'tcp behind it',
      { ...tcp, ...withBackend({ servers: list }) },
      'backend web',
      ['mode tcp', 'option tcp-check'],
    ],
    [
      'an HTTP check of tcp',
      { ...tcp, ...withBackend({ servers: list, check: { type: 'http', port: 8080 } }) },
      'backend web',
      [
        'option httpchk',
        'default-server check inter 500ms fastinter 500ms fall 3 rise 2 port 8080 observe layer4 error-limit 1 on-error fastinter',
      ],
    ],
    ['leastconn', withBackend({ algorithm: 'leastconn' }), 'backend web', ['balance leastconn']],
    [
      'source',
      withBackend({ algorithm: 'source' }),
      'backend web',
      ['balance source', 'hash-type consistent'],
    ],
    [
      'active-passive',
      withBackend({ topology: 'active-passive', active: 'web2' }),
      'backend web',
      ['server web1 10.0.0.11:80 weight 1 backup', 'server web2 10.0.0.12:80 weight 1'],
    ],
    [
      'all backups',
      withBackend({ topology: 'active-passive', active: 'web2', allBackups: true }),
      'backend web',
      ['option allbackups'],
    ],
    [
      'a list',
      withBackend({ servers: list }),
      'backend web',
      ['server a 10.0.0.1:80 weight 1', 'server b [fd00::2]:81 weight 5 backup'],
    ],
    [
      'a server by its name in the inventory',
      withBackend({ servers: [{ name: 'a', address: 'web1', port: 1 }] }),
      'backend web',
      ['server a 10.0.0.11:1 weight 1'],
    ],
    [
      'a group with weights',
      withBackend({ servers: { group: 'web', port: 8080, weights: { web2: 50 } } }),
      'backend web',
      ['server web1 10.0.0.11:8080 weight 1', 'server web2 10.0.0.12:8080 weight 50'],
    ],
    [
      'the group of its name on another port',
      withBackend({ servers: { port: 8080 } }),
      'backend web',
      ['server web1 10.0.0.11:8080 weight 1', 'server web2 10.0.0.12:8080 weight 1'],
    ],
    [
      'a role',
      withBackend({ servers: { role: 'app', port: 3000 } }),
      'backend web',
      ['server db1 10.0.0.21:3000 weight 1'],
    ],
    [
      'the role of its name',
      { frontends: [{ ...www, backend: 'app' }], backends: [{ name: 'app' }] },
      'backend app',
      ['server db1 10.0.0.21:80 weight 1'],
    ],
    [
      'a check',
      withBackend({
        check: { path: '/up', host: 'a.example', expect: 204, inter: '400ms', fall: 1, rise: 5 },
      }),
      'backend web',
      [
        'http-check send meth GET uri /up ver HTTP/1.1 hdr Host a.example',
        'http-check expect status 204',
        'default-server check inter 100ms fastinter 100ms fall 1 rise 5 observe layer4 error-limit 1 on-error fastinter',
      ],
    ],
    [
      'the pause between checks that leave time for it',
      withBackend({ check: { inter: '4s' }, timeouts: { check: '500ms' } }),
      'backend web',
      [
        'default-server check inter 2000ms fastinter 1000ms fall 3 rise 2 observe layer4 error-limit 1 on-error fastinter',
      ],
    ],
    [
      'the pause between checks that leave little time',
      withBackend({ check: { inter: '4s' }, timeouts: { check: '2500ms' } }),
      'backend web',
      [
        'default-server check inter 1500ms fastinter 1000ms fall 3 rise 2 observe layer4 error-limit 1 on-error fastinter',
      ],
    ],
    ['no retries in a backend', withBackend({ retry: false }), 'backend web', ['retries 0']],
    [
      'timeouts of a backend',
      withBackend({ timeouts: { server: '8h', check: '1s' } }),
      'backend web',
      ['timeout server 8h', 'timeout check 1s'],
    ],
    [
      'maintenance',
      { maintenance: ['web2'] },
      'backend web',
      ['server web2 10.0.0.12:80 weight 1 disabled'],
    ],
    [
      'retries',
      { retry: { retries: 5, redispatch: false } },
      'defaults',
      ['retries 5', 'no option redispatch'],
    ],
    ['redispatch', {}, 'defaults', ['retries 3', 'option redispatch 1']],
    [
      'timeouts',
      { timeouts: { connect: '1s', client: '2s', server: '3s', check: '4ms' } },
      'defaults',
      ['timeout connect 1s', 'timeout client 2s', 'timeout server 3s', 'timeout check 4ms'],
    ],
    ['a limit', { maxConnections: 9 }, 'global', ['maxconn 9']],
    [
      'the old process',
      { hardStopAfter: '5m' },
      'global',
      ['hard-stop-after 5m', 'close-spread-time 10000ms'],
    ],
    [
      'an old process that has little time',
      { hardStopAfter: '4s', drainTimeout: '1s' },
      'global',
      ['hard-stop-after 4s', 'close-spread-time 2000ms'],
    ],
    ['the port of the statistics', { stats: { port: 9 } }, 'frontend stats', ['bind 127.0.0.1:9']],
  ])('%s', (_, params, head, lines) => {
    expect(section(head, { ...params })).toEqual(expect.arrayContaining(lines));
  });

  test('what is not asked for is not there', () => {
    const { params, ...around } = balancer({
      ...tcp,
      ...withBackend({ servers: list, retry: false }),
    });
    expect(haproxyCfg(params, 'lb1', around)).not.toMatch(
      /maxconn|Served-By|allbackups|disabled|retry-on|set-header|httpchk/,
    );
  });
});
