import type {
  Counts,
  HostResult,
  HostTime,
  PhaseTime,
  RunEvent,
  RunEventOf,
  TaskTime,
  Timings,
} from '../../events.ts';
import { code, table } from './markdown.ts';

/** The shape of `--output json`, one part for each kind of event. */
export function eventsPage(): string[] {
  return [
    '# JSON lines',
    '',
    '`--output json` (or `json=FILE`) writes one JSON object per line and event. Each has `event`, the',
    'kind, and `time`, ISO 8601 in UTC. The first line has `schema`, which is 1 and becomes another number',
    'when a key changes its meaning or goes away; new keys and kinds may come at any time. Secrets are',
    'masked; other texts are as the host said them, control characters written as `\\uXXXX`.',
    ...Object.entries(events).flatMap(([type, { summary, keys }]) => [
      '',
      `## ${type}`,
      '',
      summary,
      ...rows(keys),
    ]),
    '',
    '## outcome',
    '',
    'What a task did on one host, or one item of its loop; a key that does not apply is absent.',
    ...rows(outcome),
    '',
    '## counts',
    '',
    'Of tasks, per host; what changed is counted as ok too, as Ansible does.',
    ...rows(counts),
    '',
    '## times',
    '',
    'Where the time of a run went; all of it in milliseconds.',
    ...rows(timings),
    '',
    'Each of `phases`:',
    ...rows(phaseTime),
    '',
    'Each of `hosts`:',
    ...rows(hostTime),
    '',
    'Each of `tasks`:',
    ...rows(taskTime),
  ];
}

type Described<T> = Readonly<Record<Exclude<keyof T, 'type'> & string, string>>;
type Events = {
  readonly [T in RunEvent['type']]: {
    readonly summary: string;
    readonly keys: Described<RunEventOf<T>>;
  };
};

const events: Events = {
  'run-started': {
    summary: 'The first line.',
    keys: {
      at: 'when',
      playbooks: 'their files',
      checkMode: 'whether it is a dry run',
      diffMode: 'whether diffs are shown',
      forks: 'hosts worked on at the same time',
    },
  },
  'play-started': {
    summary: 'A play begins on its hosts, or a batch of it.',
    keys: {
      name: 'of the play',
      hosts: 'names',
      play: 'its number, from 1',
      batch: 'number of the batch, from 1',
      batches: 'how many there are',
    },
  },
  'play-skipped': {
    summary: 'A play is left out.',
    keys: { name: 'of the play', play: 'its number, from 1', reason: 'why' },
  },
  'host-connecting': { summary: 'A connection is being opened.', keys: { host: 'name' } },
  'host-connected': {
    summary: 'A host was logged in to.',
    keys: { host: 'name', durationMs: 'milliseconds that it took' },
  },
  'task-started': {
    summary: 'A task begins on its hosts.',
    keys: {
      play: 'number of the play',
      task: 'name',
      id: 'file:line of the task',
      module: 'short name',
      role: 'the role it belongs to',
      handler: 'whether it is a handler',
      hosts: 'names',
    },
  },
  'host-task-started': {
    summary: 'A task begins on one host.',
    keys: { play: 'number of the play', host: 'name', id: 'of the task' },
  },
  'host-task-item': {
    summary: 'One item of a loop is through on one host.',
    keys: {
      play: 'number of the play',
      host: 'name',
      id: 'of the task',
      task: 'name',
      outcome: 'see outcome',
    },
  },
  'host-task-retry': {
    summary: 'An attempt of a task with `until` did not do; it is tried again.',
    keys: {
      play: 'number of the play',
      host: 'name',
      id: 'of the task',
      task: 'name',
      attempt: 'number of the attempt, from 1',
      left: 'attempts that are left',
      message: 'what it gave',
    },
  },
  'host-task-finished': {
    summary: 'A task is through on one host.',
    keys: {
      play: 'number of the play',
      host: 'name',
      id: 'of the task',
      task: 'name',
      module: 'short name',
      role: 'the role it belongs to',
      handler: 'whether it is a handler',
      outcome: 'see outcome',
    },
  },
  'host-rescued': {
    summary:
      'A rescue took care of the failure of a task on a host: it counts as rescued, no longer as failed.',
    keys: {
      play: 'number of the play',
      host: 'name',
      id: 'of the task that had failed',
      task: 'name',
    },
  },
  'task-finished': {
    summary: 'A task is through on all of its hosts.',
    keys: { play: 'number of the play', id: 'of the task', task: 'name' },
  },
  included: {
    summary: 'Tasks or a role were included at run time.',
    keys: { play: 'number of the play', what: 'file or role', hosts: 'names' },
  },
  warning: {
    summary: 'Something is odd.',
    keys: { message: 'what', host: 'where, if on one', play: 'number of the play, if in one' },
  },
  message: {
    summary: 'Something worth telling.',
    keys: {
      text: 'what',
      host: 'where, if on one',
      play: 'number of the play, if in one',
      verbosity: 'shown from this many -v on',
    },
  },
  'prompt-started': { summary: 'A person is asked.', keys: {} },
  'prompt-finished': { summary: 'The person has answered.', keys: {} },
  'play-finished': {
    summary: 'A play is over.',
    keys: { name: 'of the play', play: 'its number, from 1' },
  },
  'run-finished': {
    summary: 'The last line, unless --timings adds one.',
    keys: {
      durationMs: 'milliseconds in all',
      hosts: 'name → counts',
      owed: 'name → handlers that were notified and did not run; the next run owes them',
      interrupted: 'whether it was interrupted',
      exitStatus: 'of the process, --detailed-exitcode aside',
    },
  },
  timings: {
    summary: 'With --timings: the last line.',
    keys: { timings: 'see times' },
  },
};

const outcome: Described<HostResult> = {
  status: 'ok, changed, skipped, failed, unreachable or unknown',
  message: 'why nothing changed, what changed, or what failed',
  result: "the module's result under Ansible's keys",
  diff: 'changes: a list of header, before, after',
  problem: 'what failed: code, message, at (file, line, column), expected, nearest, hint',
  item: 'label of the item of a loop',
  ignored: 'the failure does not count (ignore_errors)',
  noLog: 'the result is hidden by no_log',
  delegatedTo: 'the host that did it instead',
  durationMs: 'milliseconds',
  predicted: 'dry run: this is what would happen',
  desired: "keyed digest of the arguments and controller's files that the task rests on",
};

const counts: Described<Counts> = {
  ok: 'done, changed or not',
  changed: 'changed something, or would',
  skipped: 'left out',
  failed: 'failed',
  unreachable: 'the host could not be reached',
  unknown: 'the answer was lost; in a dry run: not knowable',
  rescued: 'failed and rescued',
  ignored: 'failed and ignored',
};

const timings: Described<Timings> = {
  wallMs: 'from the start of the process',
  cpuMs: 'CPU time of the process',
  phases: 'what the run was busy with; they add up to the whole',
  hosts: 'the one that took longest first',
  tasks: 'the ten that took longest',
  evaluations: 'templates and expressions that were evaluated',
};

const phaseTime: Described<PhaseTime> = {
  phase: 'start, parse, roles, connect, observe, decide, apply, verify, report or other',
  wallMs: 'wall time',
  cpuMs: 'CPU time of the process',
};

const hostTime: Described<HostTime> = {
  host: 'name',
  connectMs: 'logging in and out',
  waitedMs: 'while at least one answer of it was awaited',
  connections: 'opened',
  shells: 'started: one for each user',
  roundTrips: 'times that scripts were sent, as many together as there were',
  scripts: 'sent',
  bytesSent: 'to its shells: scripts and files, before encryption',
  bytesReceived: 'from its shells',
};

const taskTime: Described<TaskTime> = {
  task: 'name',
  id: 'file:line of the task',
  role: 'the role it belongs to',
  host: 'where it took longest',
  durationMs: 'milliseconds there',
  hosts: 'on how many it ran',
};

function rows(keys: Readonly<Record<string, string>>): string[] {
  const entries = Object.entries(keys);
  if (entries.length === 0) return [];
  const snake = (key: string) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return [
    '',
    ...table(
      ['key', ''],
      entries.map(([key, text]) => [code(snake(key)), text]),
    ),
  ];
}
