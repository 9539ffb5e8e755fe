import type { Args } from '../modules/contract.ts';
import type { Observation } from '../observe/observation.ts';
import { Independent } from './independence.ts';
import { applyTogether, canJoin, type Joined, payloadBytes } from './joint-change.ts';
import {
  type Applied,
  type ModuleCall,
  type Planned,
  planPrepared,
  prepareModule,
} from './module-run.ts';

/** What is known of an item ahead of its turn. */
export interface Ahead {
  readonly planned: Planned | undefined;
  /** What came of its change where it was made together with others; undefined where it is to be made by itself. */
  apply(planned: Planned): Promise<Applied | undefined>;
}

/** Evaluates the item at a position of the loop. */
export type BeginItem = (position: number) => ModuleCall | 'skipped' | 'unknown';

/**
 * The items of a loop on one host. Where one of them is to change the host, those behind it are planned too,
 * as far as they have nothing to do with what changes ahead of them, and their changes go to the host as
 * one stream. Nothing depends on it but speed: what cannot be planned ahead waits for its turn.
 */
export class LoopStream {
  readonly #length: number;
  readonly #begin: BeginItem;
  readonly #begun = new Map<number, Begun>();
  readonly #planned = new Map<number, Planned>();
  readonly #applied = new Map<Planned, Applied>();

  constructor(length: number, begin: BeginItem) {
    this.#length = length;
    this.#begin = begin;
  }

  /** The item whose turn it is. */
  at(position: number): Ahead {
    const planned = this.#planned.get(position);
    this.#planned.delete(position);
    this.#begun.delete(position);
    return { planned, apply: (current) => this.#apply(position, current) };
  }

  async #apply(position: number, first: Planned): Promise<Applied | undefined> {
    const applied = this.#applied.get(first);
    this.#applied.delete(first);
    if (applied || !canJoin(first)) return applied;
    const changes = [first, ...(await this.#planBehind(position, first))];
    if (changes.length < 2) return undefined;
    const joined: Joined[] = [];
    for (const planned of changes) {
      joined.push({ planned, before: await planned.call.beforeChange() });
    }
    // Where all of it breaks, the first item tells and the others are tried one by one.
    for (const { planned, before } of joined) this.#applied.set(planned, { before });
    for (const [planned, outcome] of await applyTogether(joined)) {
      this.#applied.set(planned, outcome);
    }
    const own = this.#applied.get(first);
    this.#applied.delete(first);
    return own;
  }

  /** The changes behind one that can go with it. What is found as it should be, or wrong, stays planned as well. */
  async #planBehind(position: number, first: Planned): Promise<Planned[]> {
    const together = new Independent(first);
    let bytes = payloadBytes(first);
    try {
      for (let at = position + 1; at < this.#length; at++) {
        if (!this.#begun.has(at)) await this.#beginSome(at);
        const begun = this.#begun.get(at)!;
        if (begun === 'skipped') continue;
        if (begun === 'unknown') break;
        const planned = await planPrepared(begun.call, begun.args);
        const { kind } = planned.decision;
        if (kind === 'change' ? !canJoin(planned) : kind !== 'unchanged' && kind !== 'failed')
          break;
        if (!together.allows(planned)) break;
        bytes += payloadBytes(planned);
        if (together.changes.length >= mostChanges || bytes > mostBytes) break;
        this.#planned.set(at, planned);
        if (kind === 'change') together.add(planned);
      }
    } catch {
      // Whatever is wrong shows when it is the item's turn.
    }
    return together.changes.slice(1);
  }

  /** Prepares some items, more each time, and asks the host in one go what they need to know. */
  async #beginSome(start: number): Promise<void> {
    const begun: Exclude<Begun, string>[] = [];
    const end = Math.min(start + Math.max(fewItems, this.#planned.size), this.#length);
    for (let at = start; at < end; at++) {
      const call = this.#begin(at);
      if (typeof call === 'string') {
        this.#begun.set(at, call);
        continue;
      }
      const one = { call, args: await prepareModule(call) };
      this.#begun.set(at, one);
      begun.push(one);
    }
    const [first] = begun;
    if (!first) return;
    const asked = begun.flatMap(
      ({ call, args }) => Object.values(call.module.observe(args)) as Observation<unknown>[],
    );
    await first.call.session.collect(asked, first.call.become, { real: true });
  }
}

type Begun =
  | { readonly call: ModuleCall; readonly args: Args }
  | Exclude<ReturnType<BeginItem>, ModuleCall>;

/** Their files are held in memory: those of items that are large are not to be many. */
const fewItems = 16;
const mostChanges = 128;
const mostBytes = 8 * 1024 * 1024;
