import type { Become, Connection } from '../connection/connection.ts';
import { askTogether } from '../connection/together.ts';
import { RolecallError } from '../errors.ts';
import { distinctForStaleness } from '../observe/file-aliases.ts';
import type { Collector, Observation, Prediction, ProbeAnswer } from '../observe/observation.ts';
import { observationId } from '../observe/observation.ts';
import type { Sh } from '../shell/sh.ts';
import { Unknown } from '../values.ts';

type AnyObservation = Observation<unknown>;

type Touched = readonly AnyObservation[] | 'everything';

/** A change that is under way: what is asked meanwhile may be the old state or the new one. */
export interface ChangeUnderWay {
  readonly touched: Touched;
}

/** How and for whom something is asked. */
export interface Asking {
  readonly connection: Connection;
  readonly become: Become | undefined;
  readonly deadlineMs?: number | undefined;
  /** Predictions of a dry run do not count. */
  readonly real?: boolean;
  /** No package brings what is asked for: what is absent stays so. */
  readonly ours?: boolean;
  /** The change that this verifies. */
  readonly own?: ChangeUnderWay | undefined;
}

/**
 * What is known of one machine: answers by (user, observation), valid until something touches them.
 * In a dry run predictions of earlier tasks lie over the answers, except for tasks that are real
 * all the same (`check_mode: false`).
 */
export class HostKnowledge {
  readonly #collectors: ReadonlyMap<string, Collector<unknown>>;
  readonly #answers = new Map<string, Map<string, unknown>>();
  readonly #predictions = new Map<string, unknown>();
  /** What was touched while each collection is under way: its answers to that are not kept. */
  readonly #collecting = new Set<Touched[]>();
  readonly #changing = new Set<ChangeUnderWay>();
  #mayBring: string | undefined;
  #changesPredicted = false;
  #generation = 0;

  constructor(collectors: ReadonlyMap<string, Collector<unknown>>) {
    this.#collectors = collectors;
  }

  /** True once check mode has predicted a change on this host. */
  get changesPredicted(): boolean {
    return this.#changesPredicted;
  }

  /** True once check mode has predicted that packages come. */
  get packagesPredicted(): boolean {
    return this.#mayBring !== undefined;
  }

  /** Counts up each time that everything known is dropped. */
  get generation(): number {
    return this.#generation;
  }

  /** What is asked and not known: what has to be collected. */
  missing(observations: Iterable<AnyObservation>, user: string, real = false): AnyObservation[] {
    const known = this.#answers.get(user);
    const missing = new Map<string, AnyObservation>();
    for (const observation of observations) {
      const id = observationId(observation);
      const predicted = !real && this.#predictions.has(id);
      if (!predicted && !known?.has(id)) missing.set(id, observation);
    }
    return [...missing.values()];
  }

  /** What is known now of an observation, in a dry run possibly unknown; `undefined` where nothing is. */
  state(
    observation: AnyObservation,
    user: string,
    { real = false, ours = false }: Pick<Asking, 'real' | 'ours'> = {},
  ): { readonly state: unknown } | undefined {
    const id = observationId(observation);
    const known = this.#answers.get(user);
    const predicted = !real && this.#predictions.has(id);
    if (!predicted && !known?.has(id)) return undefined;
    return { state: this.#state(observation, id, known?.get(id), real, ours) };
  }

  /** What an answer comes to under the predictions of a dry run. */
  #state(
    observation: AnyObservation,
    id: string,
    answered: unknown,
    real: boolean,
    ours: boolean,
  ): unknown {
    if (real) return answered;
    const collector = this.#collectors.get(observation.kind);
    const predicted = this.#predictions.has(id);
    const answer = predicted ? this.#predictions.get(id) : answered;
    if (answer instanceof Unknown) return answer;
    const state = this.#changesPredicted
      ? (collector?.overlay?.(answer, observation.key, this.#predictions) ?? answer)
      : answer;
    if (predicted || ours) return state;
    if (this.#mayBring !== undefined) {
      if (collector?.mayBeBrought?.(state, observation.key)) {
        return new Unknown(`${describe(observation)} may be brought by ${this.#mayBring}`);
      }
    }
    return state;
  }

  /**
   * Asks the host what is given, one fragment a kind, all in one command. Returns the states by id as they
   * were then, also where something has touched them since.
   */
  async collect(
    missing: readonly AnyObservation[],
    user: string,
    { connection, become, deadlineMs, real = false, ours = false, own }: Asking,
  ): Promise<ReadonlyMap<string, unknown>> {
    const others = [...this.#changing].filter((one) => one !== own);
    const touched = others.map((one) => one.touched);
    this.#collecting.add(touched);
    try {
      const states = await this.#ask(missing, connection, become, deadlineMs);
      this.#keep(states, user, touched);
      return new Map(
        missing.map((observation) => {
          const id = observationId(observation);
          return [id, this.#state(observation, id, states.get(id), real, ours)];
        }),
      );
    } finally {
      this.#collecting.delete(touched);
    }
  }

  async #ask(
    missing: readonly AnyObservation[],
    connection: Connection,
    become: Become | undefined,
    deadlineMs: number | undefined,
  ): Promise<Map<string, unknown>> {
    const byKind = Map.groupBy(missing, (observation) => observation.kind);
    const questions = [...byKind].flatMap(([kind, asked]) =>
      kind === 'probe' ? asked.map(askedByProbe) : this.#chunks(kind, asked),
    );
    const scripts = questions.map(({ script }) => script);
    const answers = await askTogether(connection, scripts, { become, deadlineMs });
    return new Map(questions.flatMap(({ read }, index) => read(answers[index]!)));
  }

  #keep(states: ReadonlyMap<string, unknown>, user: string, touched: readonly Touched[]): void {
    const known = this.#answers.get(user) ?? new Map<string, unknown>();
    this.#answers.set(user, known);
    for (const [id, state] of states) {
      const isOld = touched.some((one) => one === 'everything' || this.#concerns(id, one));
      if (!isOld) known.set(id, state);
    }
  }

  /** A change begins: forgets what it may alter. To be ended with `changed`. */
  changing(touched: Touched): ChangeUnderWay {
    const change = { touched };
    this.#changing.add(change);
    this.touch(touched);
    return change;
  }

  changed(change: ChangeUnderWay): void {
    this.#changing.delete(change);
  }

  /** Forgets what a change may have altered. */
  touch(touched: Touched): void {
    for (const log of this.#collecting) log.push(touched);
    if (touched === 'everything') {
      this.#generation++;
      this.#answers.clear();
      return;
    }
    const ids = touched.map(observationId);
    const distinct = distinctForStaleness(touched);
    for (const answers of [...this.#answers.values(), this.#predictions]) {
      for (const id of ids) answers.delete(id);
      for (const id of answers.keys()) {
        if (this.isStale(...splitOnce(id), distinct)) answers.delete(id);
      }
    }
  }

  /** Whether a change of other observations may alter the answer to one. */
  isStale(kind: string, key: string, touched: readonly AnyObservation[]): boolean {
    // Nobody knows what the script of a probe reads.
    if (kind === 'probe') return touched.length > 0;
    const staleAfter = this.#collectors.get(kind)?.staleAfter;
    return staleAfter !== undefined && touched.some((one) => staleAfter(key, one));
  }

  /** Check mode: from now on these are answered as predicted. */
  predict(predictions: readonly Prediction[], mayBring: string | undefined): void {
    this.#changesPredicted = true;
    for (const { observation, state } of predictions) {
      this.#predictions.set(observationId(observation), state);
    }
    if (mayBring !== undefined) {
      this.#mayBring = this.#mayBring === undefined ? mayBring : `${this.#mayBring} or ${mayBring}`;
    }
  }

  #concerns(id: string, touched: readonly AnyObservation[]): boolean {
    return (
      touched.some((one) => observationId(one) === id) || this.isStale(...splitOnce(id), touched)
    );
  }

  #chunks(kind: string, asked: readonly AnyObservation[]): Question[] {
    const collector = this.#collectors.get(kind);
    if (!collector) {
      throw new RolecallError({ code: 'internal', message: `no collector answers '${kind}'` });
    }
    const chunks: Question[] = [];
    for (let start = 0; start < asked.length; start += keysPerFragment) {
      const part = asked.slice(start, start + keysPerFragment);
      const keys = part.map(({ key }) => key);
      chunks.push({
        script: collector.script(keys),
        read: (answer) => {
          const states = collector.parse(answer, keys);
          return part.map((observation, index) => [observationId(observation), states[index]]);
        },
      });
    }
    return chunks;
  }
}

/** A fragment, and how its output is read: states by id. */
interface Question {
  readonly script: Sh;
  read(answer: ProbeAnswer): readonly [string, unknown][];
}

function askedByProbe(observation: AnyObservation): Question {
  const { script, parse } = observation.probe!;
  return { script, read: (answer) => [[observationId(observation), parse(answer)]] };
}

/** Keeps a fragment's command lines far below the kernel's limit on arguments. */
const keysPerFragment = 500;

function describe(observation: AnyObservation): string {
  return `${observation.kind} ${observation.key.split('\n')[0]}`;
}

function splitOnce(id: string): [string, string] {
  const at = id.indexOf('\0');
  return [id.slice(0, at), id.slice(at + 1)];
}
