import type { Sh } from '../shell/sh.ts';
import type { Unknown } from '../values.ts';

/**
 * One question about a host: a kind and a key within it. Whoever holds it gets a `State` for answer.
 * Made by the functions of the kinds (`path('/etc/x')`), answered by that kind's collector.
 */
export interface Observation<State> {
  readonly kind: string;
  readonly key: string;
  /** For kind `probe` only: the read-only script and its parser; the key tells probes apart. */
  readonly probe?: Probe<State>;
}

export interface Probe<State> {
  readonly script: Sh;
  /** Pure; throws RolecallError `probe-unreadable` on output that it cannot read. */
  parse(answer: ProbeAnswer): State;
}

export interface ProbeAnswer {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** A collector answers all keys of one kind with one fragment, by one process where the tools allow. */
export interface Collector<State> {
  readonly kind: string;
  /** Shell text that only reads. It must cope with keys that do not exist. */
  script(keys: readonly string[]): Sh;
  /** The answers in the order of the keys. Pure; throws RolecallError `probe-unreadable`. */
  parse(answer: ProbeAnswer, keys: readonly string[]): State[];
  /**
   * In check mode, after a task that would install packages: true when this state (typically "absent")
   * is one that a package may change, so that it counts as unknown. Never, when left out.
   */
  mayBeBrought?(state: State, key: string): boolean;
  /** Whether a change of another observation may alter the answer to this key. Never, when left out. */
  staleAfter?(key: string, touched: Observation<unknown>): boolean;
  /**
   * In check mode: the state as earlier tasks will have left it, given their predictions of other
   * observations by `observationId`. Left out where an answer does not hold others.
   */
  overlay?(state: State, key: string, predictions: ReadonlyMap<string, unknown>): State | Unknown;
}

// biome-ignore lint/suspicious/noExplicitAny: a record of observations of different states has no other common type
export type Observations = Record<string, Observation<any>>;

/** The answers to a record of observations, under the same names. */
export type Observed<O extends Observations> = {
  readonly [Name in keyof O]: O[Name] extends Observation<infer State> ? State : never;
};

/** The same in check mode, where an answer may be unknown. */
export type MaybeObserved<O extends Observations> = {
  readonly [Name in keyof O]: O[Name] extends Observation<infer State> ? State | Unknown : never;
};

/** What will be true of an observation after a change; check mode answers later questions with it. */
export interface Prediction<State = unknown> {
  readonly observation: Observation<State>;
  readonly state: State | Unknown;
}

/** A typed prediction. */
export function predict<State>(
  observation: Observation<State>,
  state: State | Unknown,
): Prediction<State> {
  return { observation, state };
}

/** A read-only script for what no kind covers. The name and the script make the key. */
export function probe<State>(
  name: string,
  script: Sh,
  parse: Probe<State>['parse'],
): Observation<State> {
  return { kind: 'probe', key: `${name}\n${script.text}`, probe: { script, parse } };
}

/** The same question, whatever object asks it. */
export function observationId(observation: Observation<unknown>): string {
  let id = ids.get(observation);
  if (id === undefined) {
    id = `${observation.kind}\0${observation.key}`;
    ids.set(observation, id);
  }
  return id;
}

/** One object asks many hosts, and each several times. */
const ids = new WeakMap<Observation<unknown>, string>();
