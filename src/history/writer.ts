import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Counts } from '../events.ts';
import { Bytes } from './bytes.ts';
import { rescuedBit } from './codes.ts';
import type { Checkout, RunFacts } from './facts.ts';
import { inTransaction } from './sqlite.ts';
import { type TaskIdentity, taskKey } from './task-key.ts';

/** What ended since the last time. Hosts and tasks are meant by their place in the recorder's lists. */
export interface Batch {
  readonly part: number;
  readonly intents: readonly BegunRow[];
  /** For each end: host, task, code, milliseconds. */
  readonly entries: readonly number[];
  readonly outcomes: readonly OutcomeRow[];
  readonly left: readonly LeftRow[];
  readonly endedIntents: readonly IntentRow[];
  readonly rescued: readonly RescuedRow[];
  readonly checkout?: Checkout;
}

/** A rescue took care of the last failure of a task on a host. */
export interface RescuedRow {
  readonly host: number;
  readonly place: string;
}

export interface OutcomeRow {
  readonly part: number;
  readonly host: number;
  readonly task: number;
  readonly play: number;
  readonly place: string;
  readonly item: string | null;
  readonly code: number;
  readonly delegatedTo: string | null;
  readonly duration: number;
  readonly message: string | null;
  readonly diff: Uint8Array | null;
  readonly problem: string | null;
  readonly output: string | null;
}

export interface IntentRow {
  readonly host: number;
  readonly task: number;
  readonly ordinal: number;
}

/** An intent, and when it was. */
export interface BegunRow extends IntentRow {
  readonly at: number;
}

export interface LeftRow extends IntentRow {
  readonly desired: string;
  readonly status: string;
}

/** What one host came to. */
export interface HostRow {
  readonly host: number;
  readonly counts: Counts;
  readonly owed: readonly string[];
  /** For each end: task, code, milliseconds. */
  readonly entries: Iterable<number>;
}

export interface RunEnd {
  readonly durationMs: number;
  readonly exitStatus: number;
  readonly interrupted: boolean;
  readonly hosts: readonly HostRow[];
}

/** Writes one run into an open history. Each method is one transaction or part of the caller's. */
export class Writer {
  readonly #database: DatabaseSync;
  readonly #run: number;
  readonly #inventory: number;
  readonly #hosts: number[] = [];
  readonly #tasks: number[] = [];
  readonly #statements = new Map<string, StatementSync>();

  /** Writes down that the run begins. */
  constructor(database: DatabaseSync, facts: RunFacts) {
    this.#database = database;
    const begun = inTransaction(database, () => this.#begin(facts));
    this.#inventory = begun.inventory;
    this.#run = begun.run;
  }

  get run(): number {
    return this.#run;
  }

  /** The run's inventory, whose old runs are forgotten. */
  get inventory(): number {
    return this.#inventory;
  }

  /** Makes sure that hosts and tasks of the recorder's lists have their rows. */
  know(hosts: readonly string[], tasks: readonly TaskIdentity[]): void {
    for (const name of hosts.slice(this.#hosts.length)) this.#hosts.push(this.#hostRow(name));
    for (const task of tasks.slice(this.#tasks.length)) this.#tasks.push(this.#taskRow(task));
  }

  batch({ part, intents, entries, outcomes, rescued, left, endedIntents, checkout }: Batch): void {
    for (const row of intents) this.#intend(row);
    if (entries.length > 0) this.#progress(part, entries);
    for (const outcome of outcomes) this.#outcome(outcome);
    for (const row of rescued) this.#rescued(row);
    for (const row of left) this.#left(row);
    for (const { host, task, ordinal } of endedIntents) {
      this.#prepared(
        'DELETE FROM intents WHERE run = ? AND host = ? AND task = ? AND ordinal = ?',
      ).run(this.#run, this.#hosts[host]!, this.#tasks[task]!, ordinal);
    }
    if (checkout) {
      this.#prepared('UPDATE runs SET commit_id = ?, dirty = ? WHERE id = ?').run(
        checkout.commit,
        checkout.dirty ? 1 : 0,
        this.#run,
      );
    }
  }

  end({ durationMs, exitStatus, interrupted, hosts }: RunEnd): void {
    for (const row of hosts) this.#hostEnd(row);
    this.#prepared('DELETE FROM progress WHERE run = ?').run(this.#run);
    const all = hosts.map(({ counts }) => counts);
    const having = (key: keyof Counts) => all.filter((counts) => counts[key] > 0).length;
    const sum = (key: keyof Counts) => all.reduce((total, counts) => total + counts[key], 0);
    this.#prepared(
      `UPDATE runs SET duration = ?, exit_status = ?, interrupted = ?, hosts = ?, hosts_changed = ?,
         hosts_failed = ?, hosts_unreachable = ?, changes = ?, unknowns = ? WHERE id = ?`,
    ).run(
      Math.round(durationMs),
      exitStatus,
      interrupted ? 1 : 0,
      all.length,
      having('changed'),
      having('failed'),
      having('unreachable'),
      sum('changed'),
      sum('unknown'),
      this.#run,
    );
  }

  #intend({ host, task, ordinal, at }: BegunRow): void {
    this.#prepared('INSERT OR REPLACE INTO intents VALUES (?, ?, ?, ?, ?)').run(
      ...[this.#run, this.#hosts[host]!, this.#tasks[task]!, ordinal, at],
    );
  }

  #begin(facts: RunFacts): { run: number; inventory: number } {
    const sources = JSON.stringify(facts.inventory);
    const inventory = this.#idOf(
      'INSERT INTO inventories (sources) VALUES (?) ON CONFLICT DO NOTHING',
      'SELECT id FROM inventories WHERE sources = ?',
      [sources],
    );
    const { machine, pid, boot, born } = facts.process;
    const { lastInsertRowid } = this.#prepared(
      `INSERT INTO runs (kind, check_mode, started, machine, pid, boot, born, user, folder, version,
         node, playbooks, inventory, options, sources)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      ...[facts.kind, facts.checkMode ? 1 : 0, facts.started.getTime()],
      ...[machine, pid, boot ?? null, born ?? null],
      ...[facts.user, facts.folder, facts.version, facts.node],
      ...[JSON.stringify(facts.playbooks), inventory],
      ...[JSON.stringify(facts.options), facts.sources ?? null],
    );
    return { run: Number(lastInsertRowid), inventory };
  }

  #hostRow(name: string): number {
    return this.#idOf(
      'INSERT INTO hosts (inventory, name) VALUES (?, ?) ON CONFLICT DO NOTHING',
      'SELECT id FROM hosts WHERE inventory = ? AND name = ?',
      [this.#inventory, name],
    );
  }

  #taskRow(task: TaskIdentity): number {
    const key = taskKey(task);
    const known = this.#prepared('SELECT id FROM tasks WHERE key = ?').get(key);
    if (known) return Number(known.id);
    const { play, role, title, module, handler } = task;
    const { lastInsertRowid } = this.#prepared(
      'INSERT INTO tasks (key, play, role, title, module, handler) VALUES (?, ?, ?, ?, ?, ?)',
    ).run(key, play, role ?? null, title, module, handler ? 1 : 0);
    return Number(lastInsertRowid);
  }

  #idOf(insert: string, select: string, values: readonly (string | number)[]): number {
    const known = this.#prepared(select).get(...values);
    if (known) return Number(known.id);
    return Number(this.#prepared(insert).run(...values).lastInsertRowid);
  }

  #progress(part: number, entries: readonly number[]): void {
    const bytes = new Bytes();
    for (let at = 0; at < entries.length; at += 4) {
      bytes.push(this.#hosts[entries[at]!]!);
      bytes.push(this.#tasks[entries[at + 1]!]!);
      bytes.push(entries[at + 2]!);
      bytes.push(entries[at + 3]!);
    }
    this.#prepared('INSERT INTO progress VALUES (?, ?, ?)').run(this.#run, part, bytes.written());
  }

  #outcome(row: OutcomeRow): void {
    this.#prepared('INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
      ...[this.#run, row.part, this.#hosts[row.host]!, this.#tasks[row.task]!],
      ...[row.play, row.place, row.item, row.code, row.delegatedTo, row.duration],
      ...[row.message, row.diff, row.problem, row.output],
    );
  }

  #rescued({ host, place }: RescuedRow): void {
    this.#prepared(
      `UPDATE outcomes SET code = code | ? WHERE run = ? AND part = (
         SELECT max(part) FROM outcomes WHERE run = ? AND host = ? AND place = ?)`,
    ).run(rescuedBit, this.#run, this.#run, this.#hosts[host]!, place);
  }

  /** What is left as it was is not written again. */
  #left({ host, task, ordinal, desired, status }: LeftRow): void {
    this.#prepared(
      `INSERT INTO left_states VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
         SET desired = excluded.desired, status = excluded.status, run = excluded.run
         WHERE desired <> excluded.desired OR status <> excluded.status`,
    ).run(this.#hosts[host]!, this.#tasks[task]!, ordinal, desired, status, this.#run);
  }

  #hostEnd({ host, counts, owed, entries }: HostRow): void {
    const bytes = new Bytes();
    let index = 0;
    let last = 0;
    for (const number of entries) {
      if (index++ % 3 > 0) {
        bytes.push(number);
        continue;
      }
      const task = this.#tasks[number]!;
      const step = task - last;
      bytes.push(step < 0 ? -2 * step - 1 : 2 * step);
      last = task;
    }
    const { ok, changed, skipped, failed, unreachable, unknown, rescued, ignored } = counts;
    this.#prepared(
      'INSERT OR REPLACE INTO run_hosts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ).run(
      ...[this.#run, this.#hosts[host]!, ok, changed, skipped, failed, unreachable, unknown],
      ...[rescued, ignored, bytes.written(), owed.length > 0 ? JSON.stringify(owed) : null],
    );
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
