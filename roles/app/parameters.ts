import { type Static, secret, Type } from 'rolecall';
import { codebaseParameter, placeParameters, releaseParameters } from '../release/parameters.ts';

const duration = '^[1-9][0-9]*(ms|s|m)$';
const variableName = '^[A-Za-z_][A-Za-z0-9_]*$';

const service = Type.Object(
  {
    user: Type.Optional(
      Type.String({
        description:
          'System user that it runs as, made by the role; never root. By default the name of the application.',
        pattern: '^[a-z_][a-z0-9_-]{0,31}$',
      }),
    ),
    exec: Type.Array(Type.String({ minLength: 1 }), {
      description: 'Command and arguments, run in the folder of the release.',
      minItems: 1,
      default: ['node', 'server.mjs'],
    }),
    port: Type.Integer({
      description: 'TCP port that it listens on; it gets it as PORT.',
      minimum: 1024,
      maximum: 65535,
      default: 3000,
    }),
    stopTimeout: Type.String({
      description: 'How long it may finish requests after SIGTERM before it is killed.',
      pattern: duration,
      default: '30s',
    }),
    memoryMax: Type.Optional(
      Type.String({
        description: 'Memory beyond which it is killed and restarted.',
        pattern: '^[1-9][0-9]*[KMG]$',
      }),
    ),
  },
  { description: 'How it runs.', default: {} },
);

const health = Type.Object(
  {
    path: Type.String({
      description: 'Path that answers 200 when the service can serve.',
      pattern: '^/[^\\s]*$',
      default: '/healthz',
    }),
    timeout: Type.String({
      description: 'How long a started service may take until it answers 200.',
      pattern: duration,
      default: '30s',
    }),
  },
  { description: 'The gate that each start has to pass.', default: {} },
);

const rollout = Type.Object(
  {
    serial: Type.Integer({
      description: 'Hosts that rolling-update.yml takes at a time.',
      minimum: 1,
      default: 1,
    }),
    maxFailures: Type.Integer({
      description: 'Hosts of one batch that may fail before rolling-update.yml stops.',
      minimum: 0,
      default: 0,
    }),
    autoRollback: Type.Boolean({
      description:
        'Go back to the release and configuration that passed the gate last; the host fails all the same.',
      default: true,
    }),
  },
  { description: 'How a new release spreads.', default: {} },
);

const migrate = Type.Object(
  {
    command: Type.Array(Type.String({ minLength: 1 }), {
      description:
        'Command and arguments, run once for each release, on the first host, before the switch.',
      minItems: 1,
    }),
    timeout: Type.String({
      description: 'How long it may take.',
      pattern: duration,
      default: '10m',
    }),
  },
  { description: 'Changes of the database that a release needs.' },
);

const database = Type.Object(
  {
    primary: Type.String({
      description: 'Host of the inventory that takes writes: DB_WRITE_HOST and DB_WRITE_PORT.',
    }),
    replicas: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'Hosts that answer reads: DB_READ_HOSTS. By default the other hosts with the role database.',
      }),
    ),
    port: Type.Integer({
      description: 'Their port.',
      minimum: 1,
      maximum: 65535,
      default: 3306,
    }),
    name: Type.String({ description: 'DB_NAME.' }),
    user: Type.String({ description: 'DB_USER.' }),
    password: secret('DB_PASSWORD.'),
  },
  { description: 'The database, given to the service in variables DB_*.' },
);

export const appParameters = Type.Object({
  ...placeParameters,
  release: Type.Object(releaseParameters, { description: 'What is deployed.' }),
  codebase: codebaseParameter,
  env: Type.Record(
    Type.String({ pattern: variableName }),
    Type.Union([Type.String(), Type.Number(), Type.Boolean()]),
    {
      description:
        'Environment of the service, besides PORT, HOST, APP_SERVER, NODE_ENV, SHUTDOWN_GRACE and DB_*, which it may replace.',
      additionalProperties: false,
      default: {},
    },
  ),
  secrets: Type.Record(Type.String({ pattern: variableName }), secret('Value of the variable.'), {
    description: 'Variables whose values are secrets: in a file of root alone, never shown.',
    additionalProperties: false,
    default: {},
  }),
  service,
  health,
  rollout,
  migrate: Type.Optional(migrate),
  database: Type.Optional(database),
});

export type AppParams = Static<typeof appParameters>;

/** The system user that it runs as. */
export function userOf({ application, service: { user } }: AppParams): string {
  return user ?? application;
}

/** Where its configuration is. */
export function configurationFolder({ application }: { readonly application: string }): string {
  return `/etc/${application}`;
}
