import { type Static, Type } from 'rolecall';

const name = (description: string) => Type.String({ description, pattern: '^[A-Za-z0-9_.:-]+$' });
const port = (description: string) => Type.Integer({ description, minimum: 1, maximum: 65535 });
const time = (description: string, preset: string) =>
  Type.String({ description, pattern: timePattern, default: preset });
const ownTime = (description: string) =>
  Type.Optional(Type.String({ description, pattern: timePattern }));

/** As HAProxy writes times, the unit always given. */
export const timePattern = '^[0-9]+(us|ms|s|m|h|d)$';

const mode = (description: string) =>
  Type.Union([Type.Literal('http'), Type.Literal('tcp')], { description, default: 'http' });

const frontend = Type.Object({
  name: name('Its name in statistics and logs.'),
  bind: Type.String({
    description:
      "Address it listens on; '*' is every IPv4 address of the host, '::' every IPv4 and IPv6 address.",
    default: '*',
  }),
  port: port('Port it listens on.'),
  mode: mode('http looks into requests; tcp passes bytes on (databases).'),
  backend: name('The backend that serves it.'),
  clientTimeout: ownTime('How long a client may be silent, where `timeouts.client` does not fit.'),
});

const server = Type.Object({
  name: name('Its name in statistics, and for maintenance and draining.'),
  address: Type.String({ description: 'IP address, or the name of a host in the inventory.' }),
  port: port('Port it answers on.'),
  weight: Type.Optional(
    Type.Integer({
      description:
        'Its share of the requests next to others, 1 when left out; 0 takes no new ones.',
      minimum: 0,
      maximum: 256,
    }),
  ),
  backup: Type.Optional(
    Type.Boolean({ description: 'Serves only while no other server is there.' }),
  ),
});

const derivedServers = Type.Object({
  group: Type.Optional(Type.String({ description: 'Every host of this group of the inventory.' })),
  role: Type.Optional(Type.String({ description: 'Every host with this role.' })),
  port: Type.Optional(port('Port they answer on; 80 where left out, in mode http.')),
  weights: Type.Optional(
    Type.Record(Type.String(), Type.Integer({ minimum: 0, maximum: 256 }), {
      description: 'Weights of hosts that are not to have 1: `{web2: 50}`.',
    }),
  ),
});

const check = Type.Object(
  {
    type: Type.Optional(
      Type.Union([Type.Literal('http'), Type.Literal('tcp')], {
        description:
          'http asks for a path, tcp only opens a connection; as the mode of the backend when left out.',
      }),
    ),
    path: Type.String({
      description: 'What is asked for.',
      pattern: '^/[^\\s"\'\\\\#]*$',
      default: '/healthz',
    }),
    host: Type.String({
      description: 'The Host header of the question.',
      pattern: '^[A-Za-z0-9.:-]+$',
      default: 'localhost',
    }),
    expect: Type.Integer({
      description: 'The status of a healthy server.',
      minimum: 100,
      maximum: 599,
      default: 200,
    }),
    port: Type.Optional(port('Port that is asked, where it is not the one that serves.')),
    inter: time('Time for a check and the pause after it.', '2s'),
    fall: Type.Integer({
      description: 'Failed checks in a row until a server is down.',
      minimum: 1,
      default: 3,
    }),
    rise: Type.Integer({
      description: 'Passed checks in a row until it is up again.',
      minimum: 1,
      default: 2,
    }),
  },
  { description: 'How servers are checked.', default: {} },
);

const backend = Type.Object({
  name: name('Its name; frontends refer to it.'),
  topology: Type.Union([Type.Literal('active-active'), Type.Literal('active-passive')], {
    description:
      'active-active spreads requests over all servers; active-passive sends all to one, and to the others when it is down.',
    default: 'active-active',
  }),
  algorithm: Type.Union(
    [Type.Literal('roundrobin'), Type.Literal('leastconn'), Type.Literal('source')],
    {
      description:
        'roundrobin takes turns, leastconn picks the server with the fewest connections, source sends a client always to the same one (consistent hash of its address).',
      default: 'roundrobin',
    },
  ),
  servers: Type.Optional(
    Type.Union([Type.Array(server, { minItems: 1 }), derivedServers], {
      description:
        "A list of servers, or whom to take: `{group: web, port: 8080}`, `{role: app, port: 3000}`. Without group and role: the hosts of the group, else those with the role, of the backend's name.",
    }),
  ),
  active: Type.Optional(
    Type.String({ description: 'With active-passive: the server that serves.' }),
  ),
  allBackups: Type.Boolean({
    description: 'When no active server is left all backups serve, not only the first.',
    default: false,
  }),
  check,
  retry: Type.Boolean({
    description:
      'Whether a request that a server fails is tried again elsewhere, see the parameter `retry`; false for this backend alone.',
    default: true,
  }),
  timeouts: Type.Optional(
    Type.Object(
      {
        connect: ownTime('Instead of the common one.'),
        server: ownTime('Instead of the common one: long for databases.'),
        check: ownTime('Instead of the common one.'),
      },
      { description: 'Timeouts of this backend alone.' },
    ),
  ),
});

export const params = Type.Object({
  frontends: Type.Array(frontend, { description: 'Where it listens.', minItems: 1 }),
  backends: Type.Array(backend, { description: 'Who serves.', minItems: 1 }),
  timeouts: Type.Object(
    {
      connect: time('For opening a connection to a server.', '5s'),
      client: time('How long a client may be silent.', '50s'),
      server: time('How long a server may be silent.', '50s'),
      check: time('For the answer to a health check, at most `check.inter`.', '2s'),
    },
    { description: 'How long it waits.', default: {} },
  ),
  retry: Type.Object(
    {
      retries: Type.Integer({
        description: 'Further attempts for a request.',
        minimum: 0,
        maximum: 10,
        default: 3,
      }),
      redispatch: Type.Boolean({
        description: 'They go to another server if there is one.',
        default: true,
      }),
      on: Type.Array(
        Type.Union(
          [
            ...['conn-failure', 'empty-response', 'junk-response', 'response-timeout'],
            ...['0rtt-rejected', '401', '403', '404', '408', '421', '425', '429'],
            ...['500', '501', '502', '503', '504'],
          ].map((event) => Type.Literal(event)),
        ),
        {
          description: 'What is tried again. Once a request has been sent only GET and HEAD are.',
          minItems: 1,
          default: ['conn-failure', 'empty-response', '502', '503'],
        },
      ),
    },
    { description: 'What becomes of requests that a server fails.', default: {} },
  ),
  maintenance: Type.Array(Type.String(), {
    description:
      'Servers that take no requests, in every backend that has them. All others are put back into service.',
    default: [],
  }),
  drainTimeout: time(
    'How long open sessions of a server that goes into maintenance may take; then they are cut.',
    '30s',
  ),
  hardStopAfter: time('How long sessions may go on in the old process after a reload.', '60s'),
  maxConnections: Type.Optional(
    Type.Integer({
      description:
        'Connections at the same time; as many as the file limit of the host allows when left out.',
      minimum: 1,
      maximum: 1_000_000,
    }),
  ),
  stats: Type.Object(
    {
      port: port('Port on 127.0.0.1 for the page /stats and for /metrics (Prometheus).'),
    },
    { description: 'Statistics, reached from the host itself only.', default: { port: 8404 } },
  ),
  identify: Type.Boolean({
    description: 'Say in each answer who it was: X-Served-By-Balancer with the name of the host.',
    default: false,
  }),
});

export type Params = Static<typeof params>;
export type Frontend = Static<typeof frontend>;
export type Backend = Static<typeof backend>;
export type ServerParams = Static<typeof server>;
export type DerivedServers = Static<typeof derivedServers>;
