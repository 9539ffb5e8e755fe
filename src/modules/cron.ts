import { type Static, Type } from 'typebox';
import type { ContentState } from '../observe/content.ts';
import { type CrontabState, crontab } from '../observe/crontab.ts';
import { type Observation, predict } from '../observe/observation.ts';
import type { PathState } from '../observe/path.ts';
import { type UserState, user } from '../observe/user.ts';
import { rawSh, sh } from '../shell/sh.ts';
import { Unknown } from '../values.ts';
import { type Answers, type Decision, defineModule, type ResultData } from './contract.ts';
import { hasVariable, withJob, withoutJob, withoutVariable, withVariable } from './cron-text.ts';
import { changeText, textOf, textQuestions } from './managed-text.ts';

const time = (description: string) => Type.Optional(Type.String({ description, default: '*' }));

const args = Type.Object({
  name: Type.String({ description: 'By which the job is found again; with env the variable.' }),
  job: Type.Optional(Type.String({ description: 'The command, or the value of the variable.' })),
  state: Type.Optional(
    Type.Union([Type.Literal('present'), Type.Literal('absent')], {
      description: 'Whether the job or variable is there.',
      default: 'present',
    }),
  ),
  minute: time('0–59, `*`, `*/2` …'),
  hour: time('0–23 …'),
  day: time('1–31 …'),
  month: time('1–12 …'),
  weekday: time('0–6, Sunday is 0 …'),
  special_time: Type.Optional(
    Type.Union(
      [
        Type.Literal('annually'),
        Type.Literal('daily'),
        Type.Literal('hourly'),
        Type.Literal('monthly'),
        Type.Literal('reboot'),
        Type.Literal('weekly'),
        Type.Literal('yearly'),
      ],
      { description: 'Instead of minute, hour, day, month and weekday.' },
    ),
  ),
  user: Type.Optional(
    Type.String({ description: 'Whose crontab; with cron_file who runs the job.' }),
  ),
  cron_file: Type.Optional(
    Type.String({
      description: 'A file in /etc/cron.d, or with its full path, instead of a crontab.',
    }),
  ),
  disabled: Type.Optional(
    Type.Boolean({ description: 'Keep the job as a comment.', default: false }),
  ),
  env: Type.Optional(
    Type.Boolean({ description: 'name is a variable, not a job.', default: false }),
  ),
  insertafter: Type.Optional(Type.String({ description: 'A new variable comes after this one.' })),
  insertbefore: Type.Optional(
    Type.String({ description: 'A new variable comes before this one.' }),
  ),
  backup: Type.Optional(
    Type.Boolean({ description: 'Keep the old file beside the new one.', default: false }),
  ),
});
type CronArgs = Static<typeof args>;

export const cron = defineModule<
  typeof args,
  object,
  Record<string, Observation<unknown>>,
  Record<string, Observation<unknown>>
>({
  name: 'cron',
  summary: 'Manages jobs and variables of crontabs.',
  args,
  aliases: { value: 'job', dom: 'day', dow: 'weekday' },
  examples: [
    "- name: Clean up each night\n  cron:\n    name: clean up\n    minute: '30'\n    hour: '3'\n    user: app\n    job: /usr/local/bin/clean --all",
  ],
  returns: {
    jobs: 'The names of the jobs.',
    envs: 'The names of the variables.',
    cron_file: 'The file, when given.',
  },
  check(given) {
    const problems: string[] = [];
    const times = [given.minute, given.hour, given.day, given.month, given.weekday];
    if (given.state !== 'absent' && !given.job) problems.push(`job is needed for '${given.name}'`);
    if (given.special_time && times.some((value) => value !== undefined && value !== '*')) {
      problems.push('special_time excludes minute, hour, day, month and weekday');
    }
    if (times.some((value) => value !== undefined && !/^[\w*,/~-]+$/.test(value))) {
      problems.push(`a time of '${given.name}' is not one of cron: ${times.join(' ')}`);
    }
    if (given.cron_file && !given.user && !given.env && given.state !== 'absent') {
      problems.push('user is needed with cron_file');
    }
    if (/\n/.test(`${given.name}${given.job ?? ''}`))
      problems.push('name and job cannot hold a newline');
    if (given.env && !/^\w+$/.test(given.name))
      problems.push(`'${given.name}' cannot be a variable`);
    if (given.insertafter && given.insertbefore)
      problems.push('insertafter and insertbefore exclude each other');
    if (given.cron_file?.includes('..'))
      problems.push(`cron_file '${given.cron_file}' leaves its folder`);
    return problems;
  },
  observe: (given): Record<string, Observation<unknown>> =>
    given.cron_file === undefined
      ? { table: crontab(given.user ?? ''), ...(given.user && { owner: user(given.user) }) }
      : textQuestions(fileOf(given.cron_file)),
  decide: (given, observed) =>
    given.cron_file === undefined
      ? decideTable(given, tableOf(observed))
      : decideFile(given, observed),
  // a package brings the command and nobody's crontab
  decideUnknown: (given, { table, owner }: Record<string, unknown>) =>
    table instanceof Unknown && !(owner instanceof Unknown)
      ? decideTable(given, { text: '' })
      : { kind: 'unknown', reason: unknownReason(table, owner) },
});

/** In check mode a user that an earlier task would add has no crontab yet. */
function tableOf({ table, owner }: Answers): CrontabState {
  const state = table as CrontabState;
  return state.noUser && (owner as UserState | undefined)?.exists ? { text: '' } : state;
}

function unknownReason(...answers: readonly unknown[]): string {
  return answers.find((answer) => answer instanceof Unknown)?.reason ?? '';
}

function decideTable(given: CronArgs, table: CrontabState): Decision {
  const owner = given.user ?? '';
  const whose = owner ? `the crontab of ${owner}` : 'the crontab';
  if (table.unsupported) {
    return {
      kind: 'failed',
      message: 'crontab is not on this host',
      hint: 'Install the package cron.',
    };
  }
  if (table.refused)
    return { kind: 'failed', message: `${whose} cannot be read: ${table.refused}` };
  const after = edited(given, table.text);
  const result = resultOf(given, after);
  if (after === table.text) return { kind: 'unchanged', reason: reasonOf(given, whose), result };
  const words = owner === '' ? ['-'] : ['-u', owner, '-'];
  const keep = given.backup
    ? sh`b=$(mktemp /tmp/crontab.XXXXXX) && crontab -l ${owner === '' ? [] : ['-u', owner]} >"$b" 2>/dev/null; printf '%s' "$b"\n`
    : rawSh('');
  return {
    kind: 'change',
    summary: summaryOf(given, whose),
    diff: [{ header: whose, before: table.text, after }],
    apply: [{ script: sh`${keep}crontab ${words}`, stdin: Buffer.from(after) }],
    touches: [crontab(owner)],
    predicts: [predict(crontab(owner), { text: after })],
    result,
    ...(given.backup && {
      complete: ([output]) => ({
        result: { ...result, backup_file: output?.stdout.toString() ?? '' },
        ...(output?.status !== 0 && { failed: output?.stderr.toString().trim() ?? '' }),
      }),
    }),
    verify: true,
  };
}

function decideFile(given: CronArgs, observed: Answers): Decision {
  const file = fileOf(given.cron_file!);
  const before = textOf(observed as { text: ContentState });
  if (before === undefined)
    return { kind: 'failed', message: `${file} cannot be read as a text file` };
  const after = edited(given, before);
  const result = { ...resultOf(given, after), cron_file: given.cron_file! };
  if (after === before) return { kind: 'unchanged', reason: reasonOf(given, file), result };
  return changeText({
    file,
    place: observed.place as PathState,
    before,
    after: after === '' ? undefined : after,
    summary: summaryOf(given, file),
    result,
    newMode: 0o644,
    backup: given.backup === true && before !== '' && after !== '',
  });
}

function edited(given: CronArgs, text: string): string {
  const { name } = given;
  if (given.state === 'absent') {
    if (!given.env) return withoutJob(text, name);
    return hasVariable(text, name) ? withoutVariable(text, name) : text;
  }
  if (given.env) {
    return withVariable(text, name, given.job!, {
      ...(given.insertafter !== undefined && { after: given.insertafter }),
      ...(given.insertbefore !== undefined && { before: given.insertbefore }),
    });
  }
  const when = given.special_time
    ? `@${given.special_time}`
    : [given.minute, given.hour, given.day, given.month, given.weekday]
        .map((part) => part ?? '*')
        .join(' ');
  const who = given.cron_file === undefined ? [] : [given.user!];
  return withJob(text, {
    name,
    line: [when, ...who, given.job!].join(' '),
    disabled: given.disabled ?? false,
  });
}

function fileOf(name: string): string {
  return name.startsWith('/') ? name : `/etc/cron.d/${name}`;
}

function summaryOf(given: CronArgs, where: string): string {
  const what = given.env ? `variable ${given.name}` : `job '${given.name}'`;
  return `${given.state === 'absent' ? 'remove' : 'set'} ${what} in ${where}`;
}

function reasonOf(given: CronArgs, where: string): string {
  const what = given.env ? `variable ${given.name}` : `job '${given.name}'`;
  return given.state === 'absent' ? `${where} has no ${what}` : `${where} has ${what} as asked for`;
}

function resultOf(given: CronArgs, text: string): ResultData {
  const jobs = [...text.matchAll(/^#Ansible: (.*)$/gm)].map((match) => match[1]!);
  const envs = [...text.matchAll(/^([A-Za-z_]\w*)\s*=/gm)].map((match) => match[1]!);
  return { name: given.name, jobs, envs };
}
