import { type Static, Type } from 'typebox';

const text = Type.String();
const digest = Type.String({ pattern: '^[0-9a-f]{32}$' });
const list = <T extends Parameters<typeof Type.Array>[0]>(item: T) => Type.Array(item);
const whole = Type.Integer({ minimum: 0 });
const closed = { additionalProperties: false };

const diffSchema = Type.Object({ header: text, before: text, after: text }, closed);

const decisionSchema = Type.Object(
  {
    item: Type.Optional(
      Type.Integer({ minimum: 0, description: 'which pass of the loop, counted from 0' }),
    ),
    certain: Type.Boolean({
      description: 'whether all that it rests on was known; if not, apply may fill in the rest',
    }),
    digest: Type.String({
      pattern: '^[0-9a-f]{32}$',
      description:
        'of the arguments, the summary and the diff: what apply does has to have the same',
    }),
    declared: Type.Optional(
      Type.String({
        pattern: '^[0-9a-f]{32}$',
        description:
          'where not all was known, of the arguments alone: what apply fills in has to be for the same',
      }),
    ),
  },
  closed,
);

const itemSchema = Type.Object(
  {
    item: text,
    status: Type.Enum(['changed', 'ok', 'failed', 'unknown', 'unreachable']),
    message: text,
    diff: list(diffSchema),
  },
  closed,
);

const stepSchema = Type.Object(
  {
    play: Type.Integer({ minimum: 1, description: 'which play of the run, counted from 1' }),
    id: Type.String({ description: 'where the task stands: file:line, relative to the folder' }),
    task: text,
    module: text,
    role: Type.Optional(text),
    handler: Type.Boolean(),
    host: text,
    status: Type.Enum(['changed', 'ok', 'failed', 'unknown', 'unreachable'], {
      description:
        'what would come of it; unknown: not knowable until applied, the message says why; ok: it runs and says that it changes nothing',
    }),
    message: text,
    diff: list(diffSchema),
    items: Type.Optional(list(itemSchema)),
    decisions: list(decisionSchema),
  },
  closed,
);

const countsSchema = Type.Object(
  {
    ok: whole,
    changed: whole,
    skipped: whole,
    failed: whole,
    unreachable: whole,
    unknown: whole,
    rescued: whole,
    ignored: whole,
  },
  closed,
);

const hostSchema = Type.Object(
  {
    counts: countsSchema,
    observations: Type.Record(text, digest, {
      description: 'what of the host the plan rests on, each with the digest of what it was',
    }),
  },
  closed,
);

const commandSchema = Type.Object(
  {
    playbooks: list(text),
    inventory: list(text),
    limit: Type.Optional(text),
    tags: list(text),
    skipTags: list(text),
    startAtTask: Type.Optional(text),
    forceHandlers: Type.Boolean(),
    user: Type.Optional(text),
    connection: Type.Optional(text),
    become: Type.Boolean(),
    becomeMethod: text,
    becomeUser: text,
    extraVarsFiles: Type.Array(text, { description: 'those given as -e @file' }),
    extraVars: Type.Array(text, {
      description: 'names of those given as -e name=value: values stay out, apply wants them again',
    }),
    extraVarsDigest: digest,
  },
  closed,
);

const sourceSchema = Type.Object(
  { file: Type.String({ description: 'relative to the folder' }), digest },
  closed,
);

/** A plan as it is written to a file, without its seal. */
export const planSchema = Type.Object(
  {
    rolecallPlan: Type.Literal(1),
    id: Type.String({ pattern: '^[0-9a-f]{12}$' }),
    made: Type.Object(
      {
        at: Type.String({ description: 'ISO 8601, UTC' }),
        by: Type.String({ description: 'user@machine' }),
        rolecall: Type.String({ description: 'its version' }),
        commit: Type.Optional(
          Type.String({ description: 'of the playbooks, with + where files differ from it' }),
        ),
      },
      closed,
    ),
    key: Type.String({ description: 'which key made the digests' }),
    command: commandSchema,
    sources: list(sourceSchema),
    inventory: digest,
    plays: list(text),
    hosts: Type.Record(text, hostSchema),
    steps: Type.Array(stepSchema, {
      description: 'what is not as declared; the rest is unchanged',
    }),
    exitStatus: whole,
  },
  { ...closed, title: 'A plan of rolecall' },
);

export type Plan = Static<typeof planSchema>;
export type PlanStep = Static<typeof stepSchema>;
export type PlanItem = Static<typeof itemSchema>;
export type PlanHost = Static<typeof hostSchema>;
export type PlanCommand = Static<typeof commandSchema>;
export type PlanSource = Static<typeof sourceSchema>;
