import { type Static, Type } from 'typebox';
import { durationPattern } from './duration.ts';

const closed = { additionalProperties: false } as const;

const duration = (description: string, preset?: string) =>
  Type.String({
    pattern: durationPattern,
    description: `${description} A duration such as 45s, 15m, 1h30m or 7d.`,
    ...(preset !== undefined && { default: preset }),
  });
const words = (description: string) => Type.Optional(Type.Array(Type.String(), { description }));
const program = (description: string) =>
  Type.Optional(
    Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], {
      description: `${description} A list is a program and its arguments, a text goes to /bin/sh.`,
    }),
  );
const choice = <const T extends readonly string[]>(
  options: T,
  description: string,
  preset?: T[number],
) =>
  Type.Union(
    options.map((option) => Type.Literal(option as T[number])),
    { description, ...(preset !== undefined && { default: preset }) },
  );

const run = Type.Object(
  {
    limit: Type.Optional(
      Type.String({ description: 'Only these hosts: names, groups, patterns.' }),
    ),
    tags: words('Only what has one of these tags.'),
    skipTags: words('Nothing that has one of these tags.'),
    forks: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Hosts asked at the same time.' }),
    ),
    user: Type.Optional(Type.String({ description: 'Log in as this user.' })),
    privateKey: Type.Optional(Type.String({ description: 'Log in with the key in this file.' })),
    become: Type.Optional(
      Type.Boolean({ description: 'Become another user for tasks that do not say.' }),
    ),
    becomePasswordFile: Type.Optional(
      Type.String({ description: 'The file with the password that becoming needs.' }),
    ),
    vaultPasswordFiles: words('Files or scripts with vault passwords.'),
    extraVars: words('Variables that win over all: k=v, JSON or @file.'),
  },
  { ...closed, description: 'How hosts are reached and what is looked at, as for `rolecall run`.' },
);

const rule = Type.Object(
  {
    role: Type.Optional(
      Type.String({ description: 'Tasks of this role; `*` stands for any text.' }),
    ),
    tag: Type.Optional(Type.String({ description: 'Tasks with this tag.' })),
    task: Type.Optional(Type.String({ description: 'Tasks of this name.' })),
    host: Type.Optional(Type.String({ description: 'Tasks on this host.' })),
    kind: choice(
      ['drifted', 'pending'],
      'What moved on the host, or what changed in the playbooks.',
      'drifted',
    ),
    do: choice(['correct', 'report'], 'What is done about it.'),
  },
  closed,
);

const window = Type.Object(
  {
    days: Type.Optional(
      Type.Array(choice(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], 'A day of the week.'), {
        minItems: 1,
        description: 'On which days it begins; every day without.',
      }),
    ),
    from: Type.Union([Type.String(), Type.Integer()], { description: 'When it begins: 22:00.' }),
    to: Type.Union([Type.String(), Type.Integer()], {
      description: 'When it is over: 06:00. Before or at `from` means the next day.',
    }),
    timeZone: Type.Optional(
      Type.String({ description: 'Its own time zone, such as Europe/Berlin.' }),
    ),
  },
  closed,
);

const limits = Type.Object(
  {
    hostsAtOnce: Type.Integer({
      minimum: 1,
      default: 1,
      description: 'How many hosts are corrected at the same time.',
    }),
    correctionsPerHour: Type.Integer({
      minimum: 0,
      default: 100,
      description: 'How many findings are corrected within any hour.',
    }),
    driftedShare: Type.Number({
      minimum: 0,
      maximum: 100,
      default: 50,
      description:
        'Nothing is corrected when more than this percentage of the hosts drifts at once. From three drifting hosts on.',
    }),
    sameDrift: Type.Object(
      {
        times: Type.Integer({
          minimum: 1,
          default: 3,
          description: 'A finding that was corrected so often and comes back is left alone.',
        }),
        within: duration('In which time that counts.', '24h'),
      },
      { ...closed, default: {}, description: 'When something fights the corrections.' },
    ),
  },
  { ...closed, default: {}, description: 'What stops corrections.' },
);

const gate = (description: string) =>
  Type.Optional(
    Type.Object(
      {
        url: Type.Optional(Type.String({ description: 'What is asked with GET.' })),
        status: Type.Integer({
          default: 200,
          minimum: 100,
          maximum: 599,
          description: 'What the URL has to answer.',
        }),
        command: program('What is run instead; it has to end with 0.'),
        timeout: duration('How long it may take.', '30s'),
      },
      { ...closed, description },
    ),
  );

/** What can be notified about; docs/guides/drift.md explains them. */
export const noticeKinds = [
  'drift',
  'unreachable',
  'check-failed',
  'corrected',
  'correction-failed',
  'same-drift',
  'drifted-share',
  'gate',
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

const notify = Type.Object(
  {
    webhook: Type.Optional(Type.String({ description: 'The URL that gets a POST with JSON.' })),
    webhookFile: Type.Optional(
      Type.String({ description: 'The file that holds the URL, where the URL is a secret.' }),
    ),
    tokenFile: Type.Optional(
      Type.String({ description: 'The file with the token of the `Authorization` header.' }),
    ),
    command: program('What is run, with the JSON on stdin.'),
    mail: Type.Optional(
      Type.Object(
        {
          to: Type.Array(Type.String(), { minItems: 1, description: 'Who gets it.' }),
          from: Type.Optional(Type.String({ description: 'Who it comes from.' })),
          sendmail: Type.String({
            default: '/usr/sbin/sendmail',
            description: 'The program that takes mail on stdin.',
          }),
        },
        { ...closed, description: 'A mail, handed to the sendmail of this machine.' },
      ),
    ),
    about: Type.Array(choice(noticeKinds, 'A kind of notice.'), {
      default: [...noticeKinds],
      description: 'The kinds of notices; all without.',
    }),
    timeout: duration('How long one try may take.', '10s'),
  },
  closed,
);

/** What drift.yml may say. */
export const driftSettings = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$',
        description:
          'Tells this watch from others on the machine, in names of units and files: letters, digits, `-`, `_` and `.`. The name of the folder without.',
      }),
    ),
    playbooks: Type.Array(Type.String(), {
      minItems: 1,
      description: 'What is declared; relative to this file.',
    }),
    inventory: words('Where the hosts are from; relative to this file.'),
    run: Type.Optional(run),
    every: Type.Optional(duration('How often is looked.')),
    cron: Type.Optional(
      Type.String({
        description: 'When is looked, in the five fields of cron, instead of `every`.',
      }),
    ),
    timeZone: Type.Optional(
      Type.String({ description: 'Of `cron` and the windows; that of the machine without.' }),
    ),
    splay: duration(
      'Checks are moved by up to so long, so that machines do not begin together.',
      '0s',
    ),
    splayBy: choice(
      ['machine', 'check'],
      'Always by the same time on a machine, or by another one each time.',
      'machine',
    ),
    missed: choice(
      ['run-once', 'skip'],
      'What becomes of checks that were due while the machine slept or was off.',
      'run-once',
    ),
    policy: Type.Array(rule, {
      default: [],
      description: 'What is corrected; the first rule that fits counts.',
    }),
    default: choice(
      ['correct', 'report'],
      'What is done about drift that no rule of `policy` is about.',
      'report',
    ),
    windows: Type.Array(window, {
      default: [],
      description: 'Only then is anything corrected; at any time without.',
    }),
    limits,
    gate: Type.Optional(
      Type.Object(
        {
          before: gate('Has to be good before anything is corrected.'),
          after: gate('Has to be good behind each wave of hosts, else no other follows.'),
        },
        { ...closed, description: 'Checks of health around corrections.' },
      ),
    ),
    notify: Type.Array(notify, { default: [], description: 'Who is told.' }),
    remind: duration('How often is told again what has not changed.', '24h'),
    metrics: Type.Optional(
      Type.Object(
        {
          listen: Type.Optional(
            Type.String({
              description:
                'Address and port for Prometheus: `9464`, `127.0.0.1:9464`, `[::]:9464`.',
            }),
          ),
          textfile: Type.Optional(
            Type.String({ description: 'A file for the textfile collector of node_exporter.' }),
          ),
        },
        { ...closed, description: 'Figures for Prometheus.' },
      ),
    ),
    state: Type.Optional(
      Type.String({ description: 'Where is kept what has been done; see the guide.' }),
    ),
  },
  closed,
);

export type WrittenSettings = Static<typeof driftSettings>;
export type RunSettings = Static<typeof run>;
