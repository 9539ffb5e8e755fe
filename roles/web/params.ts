import { type Static, Type } from 'rolecall';

const name = (description: string) =>
  Type.String({ pattern: '^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$', description });
const port = (description: string, options: { default?: number } = {}) =>
  Type.Integer({ minimum: 1, maximum: 65535, description, ...options });
const time = (description: string, given: string) =>
  Type.String({ pattern: '^[1-9][0-9]*(ms|s|m)$', default: given, description });
const size = (description: string) =>
  Type.String({ pattern: '^(0|[1-9][0-9]*[kmg]?)$', default: '64m', description });
const folder = (description: string) =>
  Type.String({ pattern: '^/[A-Za-z0-9._/@+-]*[A-Za-z0-9_@+-]$', description });
const headers = (description: string) =>
  Type.Record(
    Type.String({ pattern: '^[A-Za-z][A-Za-z0-9-]*$' }),
    Type.String({ pattern: '^[^\\x00-\\x1f\\x7f]+$', description: 'The value of the header.' }),
    { default: {}, description },
  );

const location = Type.Object({
  path: Type.String({
    pattern: '^/[^\\s;{}"\'\\\\$]*$',
    description: 'Where requests to it begin: `/static/`.',
  }),
  match: Type.Union([Type.Literal('prefix'), Type.Literal('exact')], {
    default: 'prefix',
    description: 'Whether the path is the beginning of those it takes, or the only one.',
  }),
  root: Type.Optional(
    folder(
      'Folder of its files; the path is looked up below it: `/static/a.css` with root `/srv/x` is `/srv/x/static/a.css`.',
    ),
  ),
  manageRoot: Type.Boolean({
    default: true,
    description:
      'Whether the role makes the folder. No, where something else puts a folder or link there, as a release does.',
  }),
  upstream: Type.Optional(Type.String({ description: 'Name of the upstream that answers.' })),
  headers: headers(
    'Headers of its answers besides those of the site; the same name wins over the site.',
  ),
});

const site = Type.Object({
  name: name('Name of the site, for defaultServer and messages.'),
  serverNames: Type.Array(
    Type.String({
      pattern:
        '^(\\*\\.)?[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*$',
      description: 'A host name, or `*.` and one.',
    }),
    { minItems: 1, description: 'Host names it answers to: `www.foobar.com`, `*.foobar.com`.' },
  ),
  listen: port('Port it listens on.', { default: 80 }),
  root: Type.Optional(
    folder(
      'Folder of static files. With an upstream as well, a file that exists is served and all else goes to the upstream.',
    ),
  ),
  manageRoot: Type.Boolean({
    default: true,
    description:
      'Whether the role makes the folder. No, where something else puts a folder or link there, as a release does.',
  }),
  index: Type.Array(Type.String({ pattern: '^[A-Za-z0-9._-]+$', description: 'A file name.' }), {
    default: ['index.html'],
    description: 'Files that stand for a folder.',
  }),
  upstream: Type.Optional(
    Type.String({
      description: 'Name of the upstream for what neither a location nor a file answers.',
    }),
  ),
  locations: Type.Array(location, {
    default: [],
    description:
      'Parts of the site with a root or an upstream of their own; the longest path wins.',
  }),
  maxBody: size('Largest request body: `64m`; 0 is without limit.'),
  headers: headers(
    'Headers on every answer of the site, on errors too; variables of nginx may stand in them: `$request_id`.',
  ),
  realIpFrom: Type.Optional(
    Type.Array(Type.String(), {
      description:
        'Who may tell the client address in X-Forwarded-For: addresses, networks, hosts or groups of the inventory. By default the hosts to which the playbooks of the run give the role load-balancer; name their group where web servers have a playbook of their own.',
    }),
  ),
  accessLog: Type.Boolean({
    default: true,
    description: 'Whether requests are logged, to `/var/log/nginx/access.log`.',
  }),
});

const weight = Type.Integer({
  minimum: 1,
  maximum: 256,
  description: 'Its share of the requests next to others; 1 when left out.',
});

const server = Type.Object({
  address: Type.String({
    description: 'Address, or a host of the inventory, whose address is taken.',
  }),
  port: port('Port it answers on.'),
  weight: Type.Optional(weight),
  backup: Type.Optional(
    Type.Boolean({ description: 'Whether it is asked only when no other server answers.' }),
  ),
});

const derivedServers = Type.Object({
  group: Type.Optional(Type.String({ description: 'Every host of this group of the inventory.' })),
  role: Type.Optional(Type.String({ description: 'Every host with this role.' })),
  port: port('Port they answer on.'),
  weights: Type.Optional(
    Type.Record(Type.String(), weight, {
      description: 'Weights of hosts that are not to have 1: `{app2: 3}`.',
    }),
  ),
  backup: Type.Optional(
    Type.Array(Type.String({ description: 'A host.' }), {
      description: 'Hosts that are asked only when no other server answers.',
    }),
  ),
});

const upstream = Type.Object({
  name: name('Name that sites and locations refer to.'),
  servers: Type.Union([Type.Array(server, { minItems: 1 }), derivedServers], {
    description:
      'A list of servers, or whom to take: `{group: app, port: 3000}`, `{role: app, port: 3000}`.',
  }),
  algorithm: Type.Union(
    [Type.Literal('roundrobin'), Type.Literal('leastconn'), Type.Literal('source')],
    {
      default: 'roundrobin',
      description:
        'In turn, the one with the fewest connections, or always the same for a client address.',
    },
  ),
  keepalive: Type.Integer({
    minimum: 0,
    maximum: 1024,
    default: 16,
    description: 'Idle connections that each worker keeps open; 0 opens one for each request.',
  }),
  keepaliveTimeout: time(
    'How long an idle connection is kept. Less than the servers keep it themselves (Node 5 s), or a POST may meet a connection that is just being closed.',
    '4s',
  ),
  maxFails: Type.Integer({
    minimum: 0,
    default: 3,
    description:
      'Failures within failTimeout after which a server is left out; 0 never leaves it out.',
  }),
  failTimeout: time(
    'Span in which failures are counted, and for which a server is left out.',
    '10s',
  ),
  connectTimeout: time('How long a connection may take.', '2s'),
  readTimeout: time(
    'Longest silence of a server while it answers, or while a request is sent.',
    '60s',
  ),
  nextUpstream: Type.Array(
    Type.Union([
      Type.Literal('error'),
      Type.Literal('timeout'),
      Type.Literal('invalid_header'),
      Type.Literal('http_500'),
      Type.Literal('http_502'),
      Type.Literal('http_503'),
      Type.Literal('http_504'),
      Type.Literal('http_429'),
    ]),
    {
      default: ['error', 'timeout', 'http_502', 'http_503'],
      description: 'What sends a request to the next server; an empty list: nothing does.',
    },
  ),
  tries: Type.Integer({
    minimum: 1,
    maximum: 10,
    default: 2,
    description: 'Servers that are tried for a request, the first included.',
  }),
  retryNonIdempotent: Type.Boolean({
    default: false,
    description:
      'Whether POST, LOCK and PATCH are sent to the next server too after one has got them: they may be done twice.',
  }),
});

export const params = Type.Object({
  sites: Type.Array(site, { minItems: 1, description: 'What is served.' }),
  upstreams: Type.Array(upstream, {
    default: [],
    description: 'Servers that answer in place of files.',
  }),
  maintenance: Type.Array(Type.String({ description: 'A host, or an address of a list.' }), {
    default: [],
    description:
      'Servers that get no requests, in every upstream that has them. All others are put back into service.',
  }),
  defaultServer: Type.String({
    default: 'reject',
    description:
      'Who answers requests for names that no site has: `reject` (status 421), or the name of a site.',
  }),
  health: Type.String({
    pattern: '^/[A-Za-z0-9._/-]+$',
    default: '/healthz',
    description:
      'Path that nginx itself answers with 200, for any host name on each port: for checks by balancers.',
  }),
  statusPort: port('Port of the status page `/status`, on 127.0.0.1 only.', { default: 8081 }),
  identify: Type.Boolean({
    default: false,
    description: 'Adds the header X-Served-By-Web with the name of the host to every answer.',
  }),
  ipv6: Type.Boolean({ default: true, description: 'Whether it listens on IPv6 as well.' }),
});

export type Params = Static<typeof params>;
export type Site = Params['sites'][number];
export type Location = Site['locations'][number];
export type Upstream = Params['upstreams'][number];
