import { isDeepStrictEqual } from 'node:util';
import type { Change } from '../modules/contract.ts';
import { touchesOf } from '../modules/file-touches.ts';
import { baseOf, distinctForStaleness, pathOf } from '../observe/file-aliases.ts';
import { type Observation, observationId } from '../observe/observation.ts';
import type { Planned } from './module-run.ts';
import { userKey } from './user-key.ts';

/** Changes of a loop that have nothing to do with each other, by what they could have to do with. */
export class Independent {
  readonly changes: Planned[] = [];
  /** Those that ask and touch files only, under what they have in common with others. */
  readonly #asking = new Map<string, Planned[]>();
  readonly #touching = new Map<string, Planned[]>();
  /** To be compared with all. */
  readonly #others: Planned[] = [];

  constructor(first: Planned) {
    this.add(first);
  }

  /** Whether one has nothing to do with those that are added. */
  allows(planned: Planned): boolean {
    return this.#related(planned).every((earlier) => goTogether(earlier, planned));
  }

  add(planned: Planned): void {
    this.changes.push(planned);
    const { askKeys, touchKeys } = footprintOf(planned);
    if (!askKeys || !touchKeys) {
      this.#others.push(planned);
      return;
    }
    for (const key of askKeys) addTo(this.#asking, key, planned);
    for (const key of touchKeys) addTo(this.#touching, key, planned);
  }

  #related(planned: Planned): readonly Planned[] {
    const { askKeys, touchKeys } = footprintOf(planned);
    if (!askKeys || !touchKeys || !isAlike(planned, this.changes[0]!)) return this.changes;
    const related = new Set(this.#others);
    for (const key of askKeys) for (const one of this.#touching.get(key) ?? []) related.add(one);
    for (const key of touchKeys) for (const one of this.#asking.get(key) ?? []) related.add(one);
    return [...related];
  }
}

/**
 * Whether two have nothing to do with each other: neither alters what the other rests on, or else it says
 * that this will be as it was.
 */
export function goTogether(one: Planned, other: Planned): boolean {
  return isAlike(one, other) && !alters(one, other) && !alters(other, one);
}

function isAlike({ call: one }: Planned, { call: other }: Planned): boolean {
  return (
    one.session === other.session &&
    userKey(one.become) === userKey(other.become) &&
    one.preamble?.text === other.preamble?.text
  );
}

/** What a planned item asked and would touch, made ready for being compared with many others. */
interface Footprint {
  readonly asked: readonly { readonly id: string; readonly kind: string; readonly key: string }[];
  /** Undefined where it changes nothing. */
  readonly change: Touches | undefined;
  /** What one that touches files has to have in common for altering what is asked; undefined where that is more than files. */
  readonly askKeys: ReadonlySet<string> | undefined;
  readonly touchKeys: ReadonlySet<string> | undefined;
}

interface Touches {
  readonly ids: ReadonlySet<string>;
  /** What makes others old: one of those that do so alike. */
  readonly distinct: readonly Observation<unknown>[] | 'everything';
  readonly predicted: ReadonlyMap<string, unknown>;
}

const footprints = new WeakMap<Planned, Footprint>();

function alters(one: Planned, other: Planned): boolean {
  const { change } = footprintOf(one);
  if (!change) return false;
  const { knowledge } = one.call.session;
  return footprintOf(other).asked.some(
    ({ id, kind, key }, at) =>
      (change.distinct === 'everything' ||
        change.ids.has(id) ||
        knowledge.isStale(kind, key, change.distinct)) &&
      !keeps(change, id, other.asked[at]!.state),
  );
}

function keeps({ predicted }: Touches, id: string, state: unknown): boolean {
  if (!predicted.has(id)) return false;
  const said = predicted.get(id);
  return said === state || isDeepStrictEqual(said, state);
}

function footprintOf(planned: Planned): Footprint {
  let footprint = footprints.get(planned);
  if (!footprint) {
    const { decision } = planned;
    const asked = planned.asked.map(({ observation: { kind, key } }) => ({
      id: observationId({ kind, key }),
      kind,
      key,
    }));
    const change = decision.kind === 'change' ? preparedOf(decision) : undefined;
    footprint = {
      asked,
      change,
      askKeys: askKeysOf(asked),
      touchKeys: change ? touchKeysOf(change, asked, planned) : new Set(),
    };
    footprints.set(planned, footprint);
  }
  return footprint;
}

function preparedOf({ touches, predicts }: Change): Touches {
  const isAll = touches === 'everything';
  return {
    ids: new Set(isAll ? [] : touches.map(observationId)),
    distinct: isAll ? 'everything' : distinctForStaleness(touches),
    predicted: new Map(
      predicts.map(({ observation, state }) => [observationId(observation), state]),
    ),
  };
}

function askKeysOf(asked: Footprint['asked']): ReadonlySet<string> | undefined {
  const keys = new Set<string>();
  for (const { id, kind, key } of asked) {
    const path = pathOf(kind, key);
    if (path === undefined || kind === 'tree') return undefined;
    keys.add(`at ${path}`).add(`base ${baseOf(path)}`);
    if (kind !== 'path') keys.add(`of ${id}`);
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      keys.add(`below ${path.slice(0, end)}`);
    }
  }
  return keys;
}

function touchKeysOf(
  change: Touches,
  asked: Footprint['asked'],
  planned: Planned,
): ReadonlySet<string> | undefined {
  if (change.distinct === 'everything') return undefined;
  const states = new Map(asked.map(({ id }, at) => [id, planned.asked[at]!.state]));
  const isKept = (one: Observation<unknown>) => {
    const id = observationId(one);
    return states.has(id) && keeps(change, id, states.get(id));
  };
  const keys = new Set<string>();
  for (const observation of change.distinct) {
    const path = pathOf(observation.kind, observation.key);
    if (path === undefined || observation.kind === 'tree') return undefined;
    if (observation.kind !== 'path') {
      keys
        .add(`at ${path}`)
        .add(`base ${baseOf(path)}`)
        .add(`below ${path}`);
      continue;
    }
    // The folder of a new file is as it was for those who ask of the folder itself.
    if (!isKept(observation)) keys.add(`at ${path}`);
    else for (const one of touchesOf(path)) if (!isKept(one)) keys.add(`of ${observationId(one)}`);
  }
  return keys;
}

function addTo(map: Map<string, Planned[]>, key: string, planned: Planned): void {
  const list = map.get(key);
  if (list) list.push(planned);
  else map.set(key, [planned]);
}
