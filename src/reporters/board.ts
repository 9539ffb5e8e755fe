import type { HostResult, RunEvent, RunEventOf, Status } from '../events.ts';
import { isProblem } from './outcome-lines.ts';
import { shownPlace } from './place.ts';
import { shownLine } from './text.ts';
import { reasonOf, titleOf } from './wording.ts';

/** What a host is at: the states that the live view sorts and groups by. */
export type HostState = 'waiting' | 'connecting' | 'running' | 'done' | 'failed' | 'unreachable';

export interface HostLine {
  readonly name: string;
  state: HostState;
  /** How the last task ended on it; undefined while one runs. */
  last: Status | undefined;
  /** What runs, or ran last, with the retry's number. */
  activity: string;
  /** When what runs was started, in milliseconds. */
  since: number;
  readonly counts: Record<'ok' | 'changed' | 'unknown' | 'skipped' | 'failed', number>;
}

export interface RunningTask {
  /** The same task may run in several plays. */
  readonly key: string;
  readonly play: number;
  readonly title: string;
  readonly hosts: number;
  done: number;
  readonly since: number;
}

/** A problem and the hosts that have it. */
export interface SeenFailure {
  readonly hosts: string[];
  /** `failed`, `unreachable` or `unknown`. */
  readonly status: Status;
  readonly task: string;
  readonly reason: string;
  /** `file:line` of the task. */
  readonly place: string;
}

/** All that the live view shows, kept up to date by `follow`. */
export interface Board {
  checkMode: boolean;
  play: string;
  startedAt: number;
  /** The plays that run, by their numbers: what each is called, which hosts it has. */
  readonly plays: Map<number, { readonly title: string; readonly hosts: readonly string[] }>;
  /** Of the plays that run; one host is in one play at a time. */
  hosts: Map<string, HostLine>;
  /** Counts go on over plays. */
  readonly known: Map<string, HostLine>;
  readonly tasks: Map<string, RunningTask>;
  /** The task that started last, kept until the next one starts so that its line does not flicker. */
  latest: RunningTask | undefined;
  /** All of the run, the latest last. */
  readonly failures: SeenFailure[];
}

export function emptyBoard(now: number): Board {
  return {
    checkMode: false,
    play: '',
    startedAt: now,
    plays: new Map(),
    hosts: new Map(),
    known: new Map(),
    tasks: new Map(),
    latest: undefined,
    failures: [],
  };
}

/** Brings the board up to date with an event that happened at `now` (milliseconds). */
export function follow(board: Board, event: RunEvent, now: number): void {
  switch (event.type) {
    case 'run-started':
      board.checkMode = event.checkMode;
      break;
    case 'play-started':
      beginPlay(board, event, now);
      break;
    case 'host-connecting':
      update(board, event.host, { state: 'connecting', activity: 'connecting', since: now });
      break;
    case 'host-connected':
      update(board, event.host, { state: 'waiting', activity: '' });
      break;
    case 'task-started':
      board.latest = {
        key: taskKey(event),
        play: event.play,
        title: titleOf(event),
        hosts: event.hosts.length,
        done: 0,
        since: now,
      };
      board.tasks.set(board.latest.key, board.latest);
      for (const host of event.hosts) waitForTask(board.hosts.get(host));
      break;
    case 'host-task-started': {
      const activity = board.tasks.get(taskKey(event))?.title ?? '';
      update(board, event.host, { state: 'running', last: undefined, activity, since: now });
      break;
    }
    case 'host-task-retry': {
      const activity = `${shownLine(event.task)}, ${event.left} tries left`;
      update(board, event.host, { activity });
      break;
    }
    case 'host-task-finished': {
      const task = board.tasks.get(taskKey(event));
      if (task) task.done += 1;
      finishTask(board, event.host, titleOf(event), event.outcome);
      noteFailure(board.failures, event);
      break;
    }
    case 'host-rescued': {
      const line = board.hosts.get(event.host);
      if (line) line.counts.failed -= 1;
      if (line?.state === 'failed') line.state = 'done';
      forgetFailure(board.failures, event);
      break;
    }
    case 'task-finished':
      board.tasks.delete(taskKey(event));
      break;
    case 'play-finished':
      endTasks(board, event.play);
      board.plays.delete(event.play);
      if (board.plays.size > 0) showPlays(board);
      break;
    default:
  }
}

/** Tells a task of one play from the same task of another. */
export function taskKey({ play, id }: { readonly play: number; readonly id: string }): string {
  return `${play} ${id}`;
}

/** Keeps what a recap says about a failure; any other outcome is passed over. */
export function noteFailure(
  failures: SeenFailure[],
  event: RunEventOf<'host-task-finished'>,
): void {
  if (!isProblem(event.outcome)) return;
  const host = shownLine(event.host);
  const { status } = event.outcome;
  const seen = {
    task: titleOf(event),
    reason: shownLine(reasonOf(event.outcome)),
    place: shownPlace(event.id),
  };
  const same = failures.find(
    (failure) =>
      failure.place === seen.place && failure.reason === seen.reason && failure.status === status,
  );
  if (same) same.hosts.push(host);
  else failures.push({ hosts: [host], status, ...seen });
}

/** A failure that a rescue took care of is none that a recap tells. */
export function forgetFailure(failures: SeenFailure[], event: RunEventOf<'host-rescued'>): void {
  const place = shownPlace(event.id);
  const host = shownLine(event.host);
  const at = failures.findLastIndex(
    (failure) =>
      failure.place === place && failure.status === 'failed' && failure.hosts.includes(host),
  );
  if (at < 0) return;
  const hosts = failures[at]!.hosts.filter((name) => name !== host);
  if (hosts.length === 0) failures.splice(at, 1);
  else failures[at] = { ...failures[at]!, hosts };
}

/** How many of the hosts are in each state. */
export function statesOf(board: Board): Map<HostState, HostLine[]> {
  return Map.groupBy(board.hosts.values(), ({ state }) => state);
}

function beginPlay(board: Board, event: RunEventOf<'play-started'>, now: number): void {
  const { name, play, hosts, batch, batches } = event;
  endTasks(board, play);
  if (board.latest?.play === play || board.plays.size === 0) board.latest = undefined;
  board.plays.set(play, { title: shownLine(name) + batchOf(batch, batches), hosts });
  for (const host of hosts) board.hosts.set(host, hostLine(board, host, now));
  showPlays(board);
}

function endTasks(board: Board, play: number): void {
  for (const [key, task] of board.tasks) if (task.play === play) board.tasks.delete(key);
}

function showPlays(board: Board): void {
  const plays = [...board.plays.values()];
  const hosts = plays.flatMap((play) => play.hosts);
  board.play = plays.map(({ title }) => title).join(' + ');
  board.hosts = new Map(hosts.map((host) => [host, board.hosts.get(host)!]));
}

function batchOf(batch: number, batches: number): string {
  return batches > 1 ? ` (batch ${batch} of ${batches})` : '';
}

function hostLine(board: Board, name: string, now: number): HostLine {
  const known = board.known.get(name);
  if (known) {
    if (known.state !== 'failed' && known.state !== 'unreachable') known.state = 'waiting';
    return known;
  }
  const line: HostLine = {
    name: shownLine(name),
    state: 'waiting',
    last: undefined,
    activity: '',
    since: now,
    counts: { ok: 0, changed: 0, unknown: 0, skipped: 0, failed: 0 },
  };
  board.known.set(name, line);
  return line;
}

function update(board: Board, host: string, change: Partial<HostLine>): void {
  const line = board.hosts.get(host);
  if (line) Object.assign(line, change);
}

/** Through with the task before this one. */
function waitForTask(host: HostLine | undefined): void {
  if (host?.state === 'done') host.state = 'waiting';
}

function finishTask(board: Board, host: string, task: string, outcome: HostResult): void {
  const line = board.hosts.get(host);
  const problem = isProblem(outcome);
  if (!line) return;
  line.last = outcome.status;
  line.state = 'done';
  if (problem) line.state = outcome.status === 'unreachable' ? 'unreachable' : 'failed';
  line.activity = task;
  const { status } = outcome;
  // As Ansible counts: what changed is ok too, and so is an ignored failure.
  if (problem) line.counts.failed += 1;
  else if (status === 'skipped') line.counts.skipped += 1;
  else if (status === 'unknown') line.counts.unknown += 1;
  else line.counts.ok += 1;
  if (status === 'changed') line.counts.changed += 1;
}
