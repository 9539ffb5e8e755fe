import { RolecallError } from '../errors.ts';
import type { Counts, HostResult, Reporter, RunEvent, RunEventOf } from '../events.ts';
import { Bytes, numbersIn } from './bytes.ts';
import { codeOf, countsOf } from './codes.ts';
import { cut, packDiff } from './diff-blob.ts';
import { type Checkout, leavesStates, type RunFacts } from './facts.ts';
import { type OpenHistory, openHistory, tellSetAside, unwritable } from './open.ts';
import { keepRecent, type Retention } from './prune.ts';
import { inTransaction, troubleOf } from './sqlite.ts';
import type { TaskIdentity } from './task-key.ts';
import {
  type BegunRow,
  type IntentRow,
  type LeftRow,
  type OutcomeRow,
  type RescuedRow,
  Writer,
} from './writer.ts';

export interface RecorderSetup {
  readonly file: string;
  /** Asked for when the run begins. */
  facts(started: RunEventOf<'run-started'>): RunFacts;
  /** Of the playbooks, when it is found out. */
  readonly checkout?: Promise<Checkout | undefined>;
  readonly retention: Retention;
  /** Called when nothing more can be written: the run is to stop where it can. */
  stop(): void;
}

/** An action that cannot be observed again is about to begin. */
export interface Intention {
  readonly play: number;
  readonly id: string;
  /** The task's name on this host. */
  readonly task: string;
  readonly host: string;
}

/**
 * Writes a run into the history as its events come: groups of results at most 200 ms apart, the end
 * before anyone is told of it.
 */
export class Recorder {
  readonly #setup: RecorderSetup;
  #open: OpenHistory | undefined;
  #facts: RunFacts | undefined;
  #writer: Writer | undefined;
  #shown: Reporter | undefined;
  readonly #plays = new Map<number, string>();
  readonly #tasksOfPlays = new Map<number, Map<string, KnownTask>>();
  readonly #tasks: TaskIdentity[] = [];
  readonly #taskIndexes = new Map<string, number>();
  readonly #hosts = new Map<string, HostRecord>();
  readonly #hostNames: string[] = [];
  #pending = nothing();
  #parts = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Fulfilled when what is intended at the moment is on the disk. */
  #noted: Promise<void> | undefined;
  #busySince: number | undefined;
  #failure: unknown;
  #ended = false;
  readonly #warnings: string[] = [];
  readonly #atExit = () => this.#flush();

  /** @throws RolecallError where nothing can be written. */
  constructor(setup: RecorderSetup) {
    this.#setup = setup;
    this.#open = openHistory(setup.file, (message) => this.#warn(message));
    void setup.checkout?.then((checkout) => {
      if (!checkout || this.#ended) return;
      this.#pending.checkout = checkout;
      this.#soon();
    });
  }

  /** The run's number in the history, from its start on. */
  get run(): number | undefined {
    return this.#writer?.run;
  }

  /** Records the events on their way to a reporter. */
  reporting(shown: Reporter): Reporter {
    this.#shown = shown;
    return {
      report: (event) => {
        if (event.type === 'run-started') this.#begin(event);
        else this.#follow(event);
        shown.report(event);
        if (event.type === 'run-started') {
          for (const message of this.#warnings.splice(0))
            shown.report({ type: 'warning', message });
        }
      },
      finish: async () => {
        this.#close();
        await shown.finish();
        if (this.#failure) throw this.#failure;
      },
    };
  }

  /**
   * Notes that something begins whose effect cannot be seen afterwards: it is on the disk when the promise
   * is fulfilled, those of many hosts at once. Its result takes the note away.
   *
   * @throws RolecallError where it cannot be written: it must not begin then.
   */
  intend({ play, id, task: title, host }: Intention): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    const known = this.#tasksOfPlays.get(play)?.get(id);
    if (!known || !this.#writer || this.#ended) return Promise.resolve();
    const { role, module, handler } = this.#tasks[known.index]!;
    const task = this.#know({ play, id, task: title, ...(role && { role }), module, handler });
    const record = this.#host(host);
    const row = { host: record.index, task, ordinal: record.seen(task) };
    record.intents.push({ ...row, place: `${play} ${id}` });
    this.#pending.intents.push({ ...row, at: Date.now() });
    this.#noted ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        this.#noted = undefined;
        if (!this.#ended) this.#insist(() => {});
        if (this.#failure) reject(this.#failure);
        else resolve();
      });
    });
    return this.#noted;
  }

  #begin(event: RunEventOf<'run-started'>): void {
    this.#facts = this.#setup.facts(event);
    try {
      this.#whole(() => {
        this.#writer = new Writer(this.#open!.database, this.#facts!);
      });
    } catch (error) {
      this.#ended = true;
      throw unwritable(this.#setup.file, error);
    }
    process.once('exit', this.#atExit);
  }

  #follow(event: RunEvent): void {
    if (!this.#writer) return;
    switch (event.type) {
      case 'play-started':
        this.#plays.set(event.play, event.name);
        break;
      case 'task-started':
        this.#know(event);
        break;
      case 'host-task-item': {
        const task = this.#tasksOfPlays.get(event.play)?.get(event.id);
        if (task) this.#outcome(event, this.#host(event.host).index, task.index);
        break;
      }
      case 'host-task-finished':
        this.#taskEnded(event);
        break;
      case 'host-rescued':
        this.#pending.rescued.push({ host: this.#host(event.host).index, place: event.id });
        this.#soon();
        break;
      case 'run-finished':
        this.#end(event);
        break;
      default:
    }
  }

  #taskEnded(event: RunEventOf<'host-task-finished'>): void {
    const { outcome } = event;
    const host = this.#host(event.host);
    const task = this.#know(event);
    const ordinal = host.ended(task, codeOf(outcome), outcome.durationMs);
    const pending = this.#pending;
    pending.entries.push(host.index, task, codeOf(outcome), outcome.durationMs);
    if (outcome.desired !== undefined && !outcome.predicted && leavesStates(this.#facts!)) {
      const { desired, status } = outcome;
      pending.left.push({ host: host.index, task, ordinal, desired, status });
    }
    if (host.intents.length > 0) {
      const place = `${event.play} ${event.id}`;
      pending.endedIntents.push(...host.intents.filter((intent) => intent.place === place));
      host.intents = host.intents.filter((intent) => intent.place !== place);
    }
    this.#outcome(event, host.index, task);
    this.#soon();
  }

  #outcome(
    event: RunEventOf<'host-task-finished'> | RunEventOf<'host-task-item'>,
    host: number,
    task: number,
  ): void {
    const { outcome } = event;
    if (outcome.status === 'ok' || outcome.status === 'skipped') return;
    this.#pending.outcomes.push({
      part: this.#parts++,
      host,
      task,
      play: event.play,
      place: event.id,
      item: outcome.item ?? null,
      code: codeOf(outcome),
      delegatedTo: outcome.delegatedTo ?? null,
      duration: Math.round(outcome.durationMs),
      message: outcome.message === undefined ? null : cut(outcome.message, longestMessage),
      diff: packDiff(outcome.diff),
      problem: outcome.problem ? JSON.stringify(outcome.problem) : null,
      output: outputOf(outcome),
    });
  }

  #end(event: RunEventOf<'run-finished'>): void {
    const hosts = [...event.hosts].map(([name, counts]) => {
      const host = this.#host(name);
      const owed = event.owed.get(name) ?? [];
      return { host: host.index, counts, owed, entries: numbersIn(host.entries.written()) };
    });
    const { durationMs, exitStatus, interrupted } = event;
    this.#finally((writer) => writer.end({ durationMs, exitStatus, interrupted, hosts }));
    const { database } = this.#open ?? {};
    if (this.#failure || !database) return;
    try {
      keepRecent(database, this.#setup.retention, { inventory: this.#writer!.inventory });
    } catch (error) {
      // The next run tries again: old runs that stay do no harm.
      if (!troubleOf(error)) throw error;
    }
  }

  /** Closes the history; a run without an end has failed in a way that no event tells. */
  #close(): void {
    process.off('exit', this.#atExit);
    if (this.#writer && !this.#ended) {
      const durationMs = Date.now() - this.#facts!.started.getTime();
      const hosts = [...this.#hosts.values()].map((host) => ({
        host: host.index,
        counts: host.counts(),
        owed: [],
        entries: numbersIn(host.entries.written()),
      }));
      this.#finally((writer) =>
        writer.end({ durationMs, exitStatus: 1, interrupted: false, hosts }),
      );
    }
    this.#ended = true;
    clearTimeout(this.#timer);
    if (this.#open?.database.isOpen) this.#open.database.close();
  }

  /** Writes the rest. */
  #finally(write: (writer: Writer) => void): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#insist(write);
  }

  /** Other runs that write are waited for longer than in between. */
  #insist(write: (writer: Writer) => void): void {
    if (this.#failure) return;
    for (let attempt = 1; ; attempt++) {
      try {
        this.#write(write);
        return;
      } catch (error) {
        if (troubleOf(error) === 'busy' && attempt < mostAttempts) continue;
        this.#fail(error);
        return;
      }
    }
  }

  #soon(): void {
    if (this.#timer || this.#ended || this.#failure) return;
    this.#timer = setTimeout(() => this.#flush(), groupMs);
    this.#timer.unref();
  }

  #flush(): void {
    this.#timer = undefined;
    if (!this.#writer || this.#failure || this.#ended) return;
    try {
      this.#write(() => {});
      this.#busySince = undefined;
    } catch (error) {
      this.#busySince ??= Date.now();
      const patient = Date.now() - this.#busySince < longestBusyMs;
      if (troubleOf(error) === 'busy' && patient) this.#soon();
      else this.#fail(error);
    }
  }

  /** Everything pending, and what `more` writes, in one transaction. */
  #write(more: (writer: Writer) => void): void {
    const pending = this.#pending;
    this.#whole(() => {
      const writer = this.#writer!;
      inTransaction(this.#open!.database, () => {
        writer.know(this.#hostNames, this.#tasks);
        writer.batch({ ...pending, part: this.#parts++ });
        more(writer);
      });
    });
    this.#pending = nothing();
  }

  /** Does what writes; once more in a new history where the old one turns out to be damaged. */
  #whole(write: () => void): void {
    try {
      write();
    } catch (error) {
      if (troubleOf(error) !== 'damaged') throw error;
      const { file } = this.#setup;
      const { database, identity } = this.#open!;
      tellSetAside(file, identity, (message) => this.#warn(message));
      database.close();
      this.#open = openHistory(file, (message) => this.#warn(message));
      this.#writer &&= new Writer(this.#open.database, this.#facts!);
      write();
    }
  }

  #fail(error: unknown): void {
    const failure = unwritable(this.#setup.file, error);
    this.#failure = failure;
    if (failure instanceof RolecallError) this.#warn(failure.message);
    this.#setup.stop();
  }

  #warn(message: string): void {
    if (this.#shown && this.#writer) this.#shown.report({ type: 'warning', message });
    else this.#warnings.push(message);
  }

  #host(name: string): HostRecord {
    let host = this.#hosts.get(name);
    if (!host) {
      host = new HostRecord(this.#hostNames.length);
      this.#hosts.set(name, host);
      this.#hostNames.push(name);
    }
    return host;
  }

  /** The task's place in the list; the name of one task may differ from host to host. */
  #know(event: KnowableTask): number {
    const { play, id, task: title, role, module, handler } = event;
    let ofPlay = this.#tasksOfPlays.get(play);
    if (!ofPlay) {
      ofPlay = new Map();
      this.#tasksOfPlays.set(play, ofPlay);
    }
    const known = ofPlay.get(id);
    if (known?.title === title) return known.index;
    const playName = this.#plays.get(play) ?? '';
    const identity = { play: playName, ...(role && { role }), title, module, handler };
    const key = JSON.stringify(identity);
    let index = this.#taskIndexes.get(key);
    if (index === undefined) {
      index = this.#tasks.push(identity) - 1;
      this.#taskIndexes.set(key, index);
    }
    ofPlay.set(id, { index, title });
    return index;
  }
}

type KnowableTask = Pick<
  RunEventOf<'host-task-finished'>,
  'play' | 'id' | 'task' | 'role' | 'module' | 'handler'
>;

interface KnownTask {
  readonly index: number;
  readonly title: string;
}

/** What one host did, by the tasks' places in the list. */
class HostRecord {
  readonly index: number;
  readonly entries = new Bytes();
  intents: OpenIntent[] = [];
  readonly #seen: number[] = [];
  readonly #codes = new Map<number, number>();

  constructor(index: number) {
    this.index = index;
  }

  /** How often the task has ended here. */
  seen(task: number): number {
    return this.#seen[task] ?? 0;
  }

  /** Returns the task's order among those that are alike. */
  ended(task: number, code: number, durationMs: number): number {
    this.entries.push(task);
    this.entries.push(code);
    this.entries.push(durationMs);
    this.#codes.set(code, (this.#codes.get(code) ?? 0) + 1);
    while (this.#seen.length <= task) this.#seen.push(0);
    return this.#seen[task]!++;
  }

  counts(): Counts {
    return countsOf(this.#codes);
  }
}

/** `place` tells which task of the run it belongs to. */
interface OpenIntent extends IntentRow {
  readonly place: string;
}

interface Pending {
  readonly intents: BegunRow[];
  readonly entries: number[];
  readonly outcomes: OutcomeRow[];
  readonly rescued: RescuedRow[];
  readonly left: LeftRow[];
  readonly endedIntents: IntentRow[];
  checkout?: Checkout;
}

function nothing(): Pending {
  return { intents: [], entries: [], outcomes: [], rescued: [], left: [], endedIntents: [] };
}

/** The end of what a failed command said; its other results are not kept. */
function outputOf({ status, noLog, result }: HostResult): string | null {
  if (status === 'changed' || noLog) return null;
  if (result === null || typeof result !== 'object' || Array.isArray(result)) return null;
  const texts = ['stdout', 'stderr'].flatMap((key) => {
    const text = result[key];
    return typeof text === 'string' && text !== '' ? [[key, text.slice(-longestOutput)]] : [];
  });
  return texts.length > 0 ? JSON.stringify(Object.fromEntries(texts)) : null;
}

const groupMs = 200;
const longestBusyMs = 30_000;
const mostAttempts = 6;
const longestMessage = 16 * 1024;
const longestOutput = 4 * 1024;
