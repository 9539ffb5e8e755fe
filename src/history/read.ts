import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Problem } from '../errors.ts';
import type { Counts, Diff, Status } from '../events.ts';
import { numbersIn } from './bytes.ts';
import { countsOf, rescuedBit, statusOf } from './codes.ts';
import { unpackDiff } from './diff-blob.ts';
import type { RunKind } from './facts.ts';
import { isAlive } from './process-identity.ts';
import type { TaskIdentity } from './task-key.ts';

/** How it stands with a run; `lost`: its process is gone and wrote no end; `elsewhere`: who can tell? */
export type RunState = 'ended' | 'interrupted' | 'running' | 'lost' | 'elsewhere';

/** A run in a list. */
export interface RecordedRun {
  readonly id: number;
  readonly kind: RunKind;
  readonly checkMode: boolean;
  readonly state: RunState;
  readonly started: Date;
  readonly durationMs: number | undefined;
  readonly exitStatus: number | undefined;
  readonly user: string;
  readonly machine: string;
  readonly folder: string;
  readonly commit: string | undefined;
  readonly dirty: boolean;
  readonly version: string;
  readonly node: string;
  readonly playbooks: readonly string[];
  readonly inventory: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  /** Of its end; a run without one has been looked through up to where it came. */
  readonly totals: RunTotals | undefined;
}

/** Numbers of hosts; changes and unknowns are numbers of tasks on hosts. */
export interface RunTotals {
  readonly hosts: number;
  readonly changed: number;
  readonly failed: number;
  readonly unreachable: number;
  readonly changes: number;
  readonly unknowns: number;
}

/** Which runs are asked for. */
export interface RunFilter {
  readonly limit?: number;
  /** Only runs that worked on this host. */
  readonly host?: string;
  /** Only runs that did not end well. */
  readonly failed?: boolean;
  readonly since?: Date;
  readonly kind?: RunKind;
}

/** The end of a task on a host. */
export interface TaskEnd extends TaskIdentity {
  readonly status: Status;
  readonly ignored: boolean;
  readonly durationMs: number;
}

/** What one host did in a run. */
export interface HostOfRun {
  readonly host: string;
  readonly counts: Counts;
  readonly owed: readonly string[];
  /** In the order in which they ended. */
  readonly tasks: readonly TaskEnd[];
}

/** What was neither ok nor skipped. */
export interface RecordedOutcome extends TaskEnd {
  readonly host: string;
  readonly playNumber: number;
  readonly place: string;
  readonly item: string | undefined;
  readonly rescued: boolean;
  readonly delegatedTo: string | undefined;
  readonly message: string | undefined;
  readonly diff: readonly Diff[];
  readonly problem: Problem | undefined;
  /** The end of what a failed command said. */
  readonly output: Readonly<Record<string, string>>;
}

/** What had begun, and whose result is not known. */
export interface OpenIntent extends TaskIdentity {
  readonly host: string;
  readonly ordinal: number;
  readonly at: Date;
}

/** What the last run that counts left of a task on a host. */
export interface LeftState {
  readonly key: string;
  readonly ordinal: number;
  readonly desired: string;
  readonly status: Status;
  readonly run: number;
}

/** Runs, newest first. */
export function listRuns(database: DatabaseSync, filter: RunFilter = {}): RecordedRun[] {
  const { limit = 20, host, failed, since, kind } = filter;
  const rows = database
    .prepare(
      `SELECT runs.*, inventories.sources AS inventory_sources
       FROM runs JOIN inventories ON inventories.id = runs.inventory
       WHERE ($host IS NULL OR runs.id IN (
           SELECT run FROM run_hosts WHERE host IN (SELECT id FROM hosts WHERE name = $host)))
         AND ($failed = 0 OR exit_status IS NULL OR exit_status NOT IN (0, 3))
         AND ($since IS NULL OR started >= $since)
         AND ($kind IS NULL OR kind = $kind)
       ORDER BY runs.id DESC LIMIT $limit`,
    )
    .all({
      $host: host ?? null,
      $failed: failed ? 1 : 0,
      $since: since?.getTime() ?? null,
      $kind: kind ?? null,
      // Runs that are under way are no failures: they are sorted out below.
      $limit: failed ? -1 : limit,
    });
  const runs = rows.map(runOf).filter((run) => !failed || run.state !== 'running');
  return runs.slice(0, limit);
}

/** One run; undefined where it is not, or no longer, known. */
export function findRun(database: DatabaseSync, id: number): RecordedRun | undefined {
  const row = database
    .prepare(
      `SELECT runs.*, inventories.sources AS inventory_sources
       FROM runs JOIN inventories ON inventories.id = runs.inventory WHERE runs.id = ?`,
    )
    .get(id);
  return row && runOf(row);
}

/** Hosts of a run by name. Of a run without an end, as far as it was written down. */
export function hostsOfRun(database: DatabaseSync, run: RecordedRun): HostOfRun[] {
  const taskOf = tasksOf(database);
  const hosts = run.totals
    ? endedHosts(database, run.id, taskOf)
    : begunHosts(database, run.id, taskOf);
  return hosts.sort((a, b) => (a.host < b.host ? -1 : 1));
}

/** In the order in which they were told. */
export function outcomesOfRun(
  database: DatabaseSync,
  run: number,
  host?: string,
): RecordedOutcome[] {
  const taskOf = tasksOf(database);
  const rows = database
    .prepare(
      `SELECT outcomes.*, hosts.name FROM outcomes JOIN hosts ON hosts.id = outcomes.host
       WHERE run = ? AND (? IS NULL OR hosts.name = ?) ORDER BY part`,
    )
    .all(run, host ?? null, host ?? null);
  return rows.map((row) => {
    const code = Number(row.code);
    return {
      ...taskOf(Number(row.task)),
      ...statusOf(code),
      host: String(row.name),
      playNumber: Number(row.play),
      place: String(row.place),
      item: textOf(row.item),
      rescued: (code & rescuedBit) !== 0,
      delegatedTo: textOf(row.delegated_to),
      durationMs: Number(row.duration),
      message: textOf(row.message),
      diff: unpackDiff(row.diff as Uint8Array | null),
      problem: jsonOf(row.problem, undefined),
      output: jsonOf(row.output, {}),
    };
  });
}

/** What a run began and told no result of. */
export function openIntents(database: DatabaseSync, run: number): OpenIntent[] {
  const taskOf = tasksOf(database);
  const rows = database
    .prepare(
      `SELECT intents.*, hosts.name FROM intents JOIN hosts ON hosts.id = intents.host
       WHERE run = ? ORDER BY at`,
    )
    .all(run);
  return rows.map((row) => ({
    ...taskOf(Number(row.task)),
    host: String(row.name),
    ordinal: Number(row.ordinal),
    at: new Date(Number(row.at)),
  }));
}

/** What the recorded runs left on a host of an inventory, by the digests of its tasks. */
export function leftStates(
  database: DatabaseSync,
  inventory: readonly string[],
  host: string,
): LeftState[] {
  const rows = database
    .prepare(
      `SELECT left_states.*, hex(tasks.key) AS key FROM left_states
       JOIN hosts ON hosts.id = left_states.host JOIN tasks ON tasks.id = left_states.task
       JOIN inventories ON inventories.id = hosts.inventory
       WHERE hosts.name = ? AND inventories.sources = ?`,
    )
    .all(host, JSON.stringify(inventory));
  return rows.map((row) => ({
    key: String(row.key).toLowerCase(),
    ordinal: Number(row.ordinal),
    desired: String(row.desired),
    status: row.status as Status,
    run: Number(row.run),
  }));
}

/** Names of the hosts that runs worked on. */
export function knownHosts(database: DatabaseSync): string[] {
  const rows = database.prepare('SELECT DISTINCT name FROM hosts ORDER BY name').all();
  return rows.map(({ name }) => String(name));
}

type Row = Record<string, SQLOutputValue>;
type TaskOf = (id: number) => TaskIdentity;

function runOf(row: Row): RecordedRun {
  const number = (value: SQLOutputValue | undefined) =>
    value === null ? undefined : Number(value);
  const totals = {
    hosts: Number(row.hosts),
    changed: Number(row.hosts_changed),
    failed: Number(row.hosts_failed),
    unreachable: Number(row.hosts_unreachable),
    changes: Number(row.changes),
    unknowns: Number(row.unknowns),
  };
  return {
    id: Number(row.id),
    kind: row.kind as RunKind,
    checkMode: row.check_mode === 1,
    state: stateOf(row),
    started: new Date(Number(row.started)),
    durationMs: number(row.duration),
    exitStatus: number(row.exit_status),
    user: String(row.user),
    machine: String(row.machine),
    folder: String(row.folder),
    commit: textOf(row.commit_id),
    dirty: row.dirty === 1,
    version: String(row.version),
    node: String(row.node),
    playbooks: jsonOf(row.playbooks, []),
    inventory: jsonOf(row.inventory_sources, []),
    options: jsonOf(row.options, {}),
    totals: row.duration === null ? undefined : totals,
  };
}

function stateOf(row: Row): RunState {
  if (row.duration !== null) return row.interrupted === 1 ? 'interrupted' : 'ended';
  const alive = isAlive({
    machine: String(row.machine),
    pid: Number(row.pid),
    boot: textOf(row.boot),
    born: textOf(row.born),
  });
  if (alive === undefined) return 'elsewhere';
  return alive ? 'running' : 'lost';
}

function endedHosts(database: DatabaseSync, run: number, taskOf: TaskOf): HostOfRun[] {
  const rows = database
    .prepare(
      `SELECT run_hosts.*, hosts.name FROM run_hosts JOIN hosts ON hosts.id = run_hosts.host
       WHERE run = ?`,
    )
    .all(run);
  return rows.map((row) => ({
    host: String(row.name),
    counts: countsIn(row),
    owed: jsonOf(row.owed, []),
    tasks: [...endsIn(row.tasks as Uint8Array, taskOf)],
  }));
}

function countsIn(row: Row): Counts {
  const { ok, changed, skipped, failed, unreachable, unknown, rescued, ignored } = row;
  const counts = { ok, changed, skipped, failed, unreachable, unknown, rescued, ignored };
  return Object.fromEntries(
    Object.entries(counts).map(([key, value]) => [key, Number(value)]),
  ) as unknown as Counts;
}

function* endsIn(bytes: Uint8Array, taskOf: TaskOf): Generator<TaskEnd> {
  let last = 0;
  for (const [step, code, durationMs] of groupsOf(bytes, 3)) {
    last += step! % 2 === 1 ? -(step! + 1) / 2 : step! / 2;
    yield { ...taskOf(last), ...statusOf(code!), durationMs: durationMs! };
  }
}

/** What the parts say that are written while a run goes on. */
function begunHosts(database: DatabaseSync, run: number, taskOf: TaskOf): HostOfRun[] {
  const parts = database
    .prepare('SELECT entries FROM progress WHERE run = ? ORDER BY part')
    .all(run);
  const hosts = new Map<number, { codes: Map<number, number>; tasks: TaskEnd[] }>();
  for (const { entries } of parts) {
    for (const [host, task, code, durationMs] of groupsOf(entries as Uint8Array, 4)) {
      const one = hosts.get(host!) ?? { codes: new Map<number, number>(), tasks: [] };
      hosts.set(host!, one);
      one.codes.set(code!, (one.codes.get(code!) ?? 0) + 1);
      one.tasks.push({ ...taskOf(task!), ...statusOf(code!), durationMs: durationMs! });
    }
  }
  const nameOf = database.prepare('SELECT name FROM hosts WHERE id = ?');
  return [...hosts].map(([id, { codes, tasks }]) => ({
    host: String(nameOf.get(id)?.name),
    counts: countsOf(codes),
    owed: [],
    tasks,
  }));
}

function* groupsOf(bytes: Uint8Array, size: number): Generator<readonly number[]> {
  let group: number[] = [];
  for (const number of numbersIn(bytes)) {
    group.push(number);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
}

/** Tasks by their numbers, each looked up once. */
function tasksOf(database: DatabaseSync): TaskOf {
  const known = new Map<number, TaskIdentity>();
  const find = database.prepare('SELECT * FROM tasks WHERE id = ?');
  return (id) => {
    let task = known.get(id);
    if (!task) {
      const row = find.get(id)!;
      const role = textOf(row.role);
      task = {
        play: String(row.play),
        ...(role !== undefined && { role }),
        title: String(row.title),
        module: String(row.module),
        handler: row.handler === 1,
      };
      known.set(id, task);
    }
    return task;
  };
}

function textOf(value: SQLOutputValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function jsonOf<T>(value: SQLOutputValue | undefined, otherwise: T): T {
  return typeof value === 'string' ? JSON.parse(value) : otherwise;
}
