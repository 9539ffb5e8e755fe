import type { Become, Connection } from '../connection/connection.ts';
import { RolecallError } from '../errors.ts';
import type { Collector, Observation, Prediction } from '../observe/observation.ts';
import { observationId } from '../observe/observation.ts';
import { Unknown } from '../values.ts';

type AnyObservation = Observation<unknown>;

/**
 * What is known of one host: answers by (user, observation), valid until something touches them.
 * In check mode predictions of earlier tasks lie over the answers.
 */
export class HostKnowledge {
  readonly #collectors: ReadonlyMap<string, Collector<unknown>>;
  readonly #answers = new Map<string, Map<string, unknown>>();
  readonly #predictions = new Map<string, unknown>();
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

  /** Counts up each time that everything known is dropped. */
  get generation(): number {
    return this.#generation;
  }

  /** What is asked and not known: what has to be collected. */
  missing(observations: Iterable<AnyObservation>, user: string): AnyObservation[] {
    const known = this.#answers.get(user);
    const missing = new Map<string, AnyObservation>();
    for (const observation of observations) {
      const id = observationId(observation);
      if (!this.#predictions.has(id) && !known?.has(id)) missing.set(id, observation);
    }
    return [...missing.values()];
  }

  /** The state of an observation that is not missing; in check mode possibly unknown. */
  state(observation: AnyObservation, user: string): unknown {
    const id = observationId(observation);
    const collector = this.#collectors.get(observation.kind);
    const predicted = this.#predictions.has(id);
    const answer = predicted ? this.#predictions.get(id) : this.#answers.get(user)?.get(id);
    if (answer instanceof Unknown) return answer;
    const state = this.#changesPredicted
      ? (collector?.overlay?.(answer, observation.key, this.#predictions) ?? answer)
      : answer;
    if (predicted) return state;
    if (this.#mayBring !== undefined) {
      if (collector?.mayBeBrought?.(state, observation.key)) {
        return new Unknown(`${describe(observation)} may be brought by ${this.#mayBring}`);
      }
    }
    return state;
  }

  /** Asks the host all that is missing, one fragment a kind, all in one write. */
  async collect(
    observations: Iterable<AnyObservation>,
    user: string,
    connection: Connection,
    become: Become | undefined,
    deadlineMs?: number,
  ): Promise<void> {
    const missing = this.missing(observations, user);
    const byKind = Map.groupBy(missing, (observation) => observation.kind);
    const asked = [...byKind].flatMap(([kind, questions]) =>
      kind === 'probe'
        ? questions.map((question) => this.#probe(question, connection, become, deadlineMs))
        : this.#chunks(kind, questions, connection, become, deadlineMs),
    );
    const outcomes = await Promise.allSettled(asked);
    const known = this.#answers.get(user) ?? new Map<string, unknown>();
    this.#answers.set(user, known);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') throw outcome.reason;
      for (const [id, state] of outcome.value) known.set(id, state);
    }
  }

  /** Forgets what a change may have altered. */
  touch(touched: readonly AnyObservation[] | 'everything'): void {
    if (touched === 'everything') {
      this.#generation++;
      this.#answers.clear();
      return;
    }
    for (const answers of this.#answers.values()) {
      for (const observation of touched) answers.delete(observationId(observation));
      for (const id of answers.keys()) if (this.#isStale(id, touched)) answers.delete(id);
    }
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

  #isStale(id: string, touched: readonly AnyObservation[]): boolean {
    const [kind = '', key = ''] = splitOnce(id);
    const collector = this.#collectors.get(kind);
    return touched.some((observation) => collector?.staleAfter?.(key, observation) === true);
  }

  async #probe(
    question: AnyObservation,
    connection: Connection,
    become: Become | undefined,
    deadlineMs: number | undefined,
  ): Promise<[string, unknown][]> {
    const { script, parse } = question.probe!;
    const answer = await connection.run({ script, become, deadlineMs });
    return [[observationId(question), parse(answer)]];
  }

  #chunks(
    kind: string,
    questions: readonly AnyObservation[],
    connection: Connection,
    become: Become | undefined,
    deadlineMs: number | undefined,
  ): Promise<[string, unknown][]>[] {
    const collector = this.#collectors.get(kind);
    if (!collector) {
      throw new RolecallError({ code: 'internal', message: `no collector answers '${kind}'` });
    }
    const chunks: Promise<[string, unknown][]>[] = [];
    for (let start = 0; start < questions.length; start += keysPerFragment) {
      const part = questions.slice(start, start + keysPerFragment);
      const keys = part.map((question) => question.key);
      chunks.push(
        connection.run({ script: collector.script(keys), become, deadlineMs }).then((answer) => {
          const states = collector.parse(answer, keys);
          return part.map((question, index) => [observationId(question), states[index]]);
        }),
      );
    }
    return chunks;
  }
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
