import { type Static, secret, Type } from 'rolecall';
import { backupParams } from './backup-params.ts';

const duration = (description: string, initial: string) =>
  Type.String({ description, default: initial, pattern: '^[1-9][0-9]*(ms|s|m|h|d)$' });

const size = (description: string, initial: string) =>
  Type.String({ description, default: initial, pattern: '^[1-9][0-9]*[KMG]$' });

const database = Type.Object({
  name: Type.String({
    description: 'Name of the database.',
    pattern: '^[A-Za-z0-9_][A-Za-z0-9_$-]{0,63}$',
  }),
  charset: Type.String({ description: 'Its default character set.', default: 'utf8mb4' }),
  collation: Type.Optional(
    Type.String({ description: "Its default collation; the character set's own when left out." }),
  ),
});

const grant = Type.Object({
  scope: Type.String({
    description: 'What the privileges are for: `db.*`, `db.table`, or `*.*` for the whole server.',
    pattern: '^(\\*\\.\\*|[A-Za-z0-9_$-]+\\.(\\*|[A-Za-z0-9_$-]+))$',
  }),
  privileges: Type.Array(
    Type.String({
      description: 'A privilege: `SELECT`, `INSERT`, `ALL`.',
      pattern: '^[A-Za-z_ ]+$',
    }),
    { description: 'What the user may do there.', minItems: 1 },
  ),
});

const user = Type.Object({
  name: Type.String({
    description: 'Name of the user.',
    pattern: '^[A-Za-z0-9_.-]{1,32}$',
  }),
  host: Type.String({
    description: 'Where the user may come from: an address, `10.0.0.%`, `%` for everywhere.',
    default: '%',
    pattern: '^[A-Za-z0-9_.:%/-]+$',
  }),
  password: secret('Password of the user.'),
  grants: Type.Array(grant, {
    description: 'What the user may do; whatever else it was granted is taken away.',
    default: [],
  }),
  requireTls: Type.Boolean({
    description: 'Whether the user can log in over TLS only.',
    default: false,
  }),
});

const replication = Type.Object(
  {
    user: Type.String({
      description: 'The account with which replicas log in at the primary.',
      default: 'replicator',
      pattern: '^[A-Za-z0-9_.-]{1,32}$',
    }),
    password: secret('Password of that account.'),
    host: Type.String({
      description: 'Where replicas come from.',
      default: '%',
      pattern: '^[A-Za-z0-9_.:%/-]+$',
    }),
    tls: Type.Boolean({
      description:
        "Whether replicas talk to the primary over TLS. The server's own certificate is not verified: it names no host.",
      default: true,
    }),
    getSourcePublicKey: Type.Boolean({
      description: 'Without TLS on MySQL: ask the primary for the key that protects the password.',
      default: false,
    }),
    connectRetry: duration('Pause between attempts to reach the primary.', '5s'),
    retryCount: Type.Integer({
      description: 'How often a replica tries before it gives up.',
      default: 86400,
      minimum: 1,
    }),
  },
  { description: 'How replicas follow the primary; needed when there are replicas.' },
);

const guard = Type.Object(
  {
    user: Type.String({
      description: 'The account with which members ask each other whom they follow.',
      default: 'guard',
      pattern: '^[A-Za-z0-9_.-]{1,32}$',
    }),
    password: secret('Password of that account.'),
  },
  {
    description:
      'An account with REPLICATION CLIENT only, for the guard that opens writes after a boot; the replication account is used when left out.',
  },
);

const semiSync = Type.Object(
  {
    enabled: Type.Boolean({
      description: 'Whether a commit waits until replicas have received it.',
      default: false,
    }),
    acks: Type.Integer({
      description: 'How many replicas must have received it.',
      default: 1,
      minimum: 1,
    }),
    timeout: duration('How long a commit waits before it goes on without them.', '10s'),
  },
  { description: 'Semi-synchronous replication.', default: {} },
);

const settings = Type.Object(
  {
    bufferPool: size('Memory for data and indexes.', '128M'),
    maxConnections: Type.Integer({
      description: 'Most clients at the same time.',
      default: 151,
      minimum: 1,
      maximum: 100_000,
    }),
    binlogExpire: duration('How long binary logs are kept.', '7d'),
    slowQuery: Type.Optional(
      Type.String({
        description: 'Log statements that take longer; not logged when left out.',
        pattern: '^[1-9][0-9]*(ms|s|m)$',
      }),
    ),
    variables: Type.Record(
      Type.String(),
      Type.Union([Type.String(), Type.Number(), Type.Boolean()]),
      {
        description:
          'Other system variables by name, as in the configuration file: `{ innodb_flush_method: O_DIRECT }`.',
        default: {},
      },
    ),
  },
  { description: "The server's settings.", default: {} },
);

export const databaseParams = Type.Object({
  engine: Type.Union([Type.Literal('mysql'), Type.Literal('mariadb')], {
    description: "Which server: MySQL 9 (Debian unstable) or MariaDB (Debian's own).",
    default: 'mysql',
  }),
  primary: Type.String({
    description: 'The host that takes writes, by its name in the inventory.',
    minLength: 1,
  }),
  replicas: Type.Array(
    Type.String({ description: 'A host by its name in the inventory.', minLength: 1 }),
    { description: 'Hosts that follow the primary.', default: [] },
  ),
  serverId: Type.Optional(
    Type.Integer({
      description:
        "Number of the server, unique among all; made of the host's address when left out.",
      minimum: 1,
      maximum: 4_294_967_295,
    }),
  ),
  listen: Type.Array(
    Type.String({ description: 'An address of the host, `*` for all.', minLength: 1 }),
    {
      description: 'Addresses on which the server answers, port 3306.',
      default: ['*'],
      minItems: 1,
    },
  ),
  databases: Type.Array(database, {
    description: 'Databases that exist; others are left alone.',
    default: [],
  }),
  users: Type.Array(user, {
    description: 'Users that exist with exactly these grants; other users are left alone.',
    default: [],
  }),
  replication: Type.Optional(replication),
  guard: Type.Optional(guard),
  semiSync,
  provision: Type.Optional(
    Type.Union([Type.Literal('clone'), Type.Literal('mariadb-backup'), Type.Literal('dump')], {
      description:
        "How an empty replica gets the primary's data: `clone` (MySQL's clone plugin, its default), `mariadb-backup` (MariaDB's files, copied over SSH) or `dump` (a consistent dump over the network, MariaDB's default).",
    }),
  ),
  settings,
  backup: Type.Optional(backupParams),
});

/** Parameters of the role `database`, checked, with defaults. */
export type DatabaseParams = Static<typeof databaseParams>;
export type DatabaseUser = DatabaseParams['users'][number];
export type Grant = DatabaseUser['grants'][number];
export type Engine = DatabaseParams['engine'];
/** A way in which a replica gets the primary's data. */
export type Provisioning = NonNullable<DatabaseParams['provision']>;

/** The port on which every member answers. */
export const databasePort = 3306;

/** All members: the primary, then the replicas. */
export function memberNames({ primary, replicas }: Pick<DatabaseParams, 'primary' | 'replicas'>) {
  return [primary, ...replicas.filter((name) => name !== primary)];
}
