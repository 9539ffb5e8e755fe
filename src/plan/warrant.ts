import type { Basis, Guard, Step, Verdict } from '../engine/guard.ts';
import { RolecallError } from '../errors.ts';
import { changeDigest, declaredDigest } from './change-digest.ts';
import type { Moved } from './compare.ts';
import type { Digests } from './digest.ts';
import type { PlanStep } from './plan.ts';

/** Lets a run do what a plan says, and nothing else. */
export class PlanWarrant implements Guard {
  readonly #digests: Digests;
  readonly #moved: Moved;
  readonly #place: (id: string) => string;
  /** The changes that are planned, by step. */
  readonly #changes = new Map<string, Set<string>>();
  /** Steps of which the plan says that only apply can tell. */
  readonly #open = new Set<string>();
  /** Changes of which not all was known, by step and pass of its loop: for which arguments. */
  readonly #outlines = new Map<string, Set<string>>();
  /** Hosts with such steps: what those notify is in no plan. */
  readonly #openHosts = new Set<string>();

  constructor(
    steps: readonly PlanStep[],
    moved: Moved,
    digests: Digests,
    place: (id: string) => string,
  ) {
    this.#digests = digests;
    this.#moved = moved;
    this.#place = place;
    for (const step of steps) this.#learn(step);
  }

  #learn(step: PlanStep): void {
    const key = keyOf(step.play, step.id, step.host);
    for (const { declared, digest, item } of step.decisions) {
      if (declared !== undefined) addTo(this.#outlines, `${key}\0${item ?? ''}`, declared);
      addTo(this.#changes, key, digest);
    }
    if (step.status !== 'unknown') return;
    this.#open.add(key);
    this.#openHosts.add(step.host);
  }

  decided(step: Step, basis: Basis): Verdict {
    const moved = this.#moved.get(step.host);
    if (moved) throw refusal(step.host, moved);
    if (basis.decision.kind !== 'change' || basis.decision.upkeep) return { may: 'apply' };
    const key = keyOf(step.play, this.#place(step.id), step.host);
    if (this.#open.has(key)) return { may: 'apply' };
    const outlined = this.#outlines.get(`${key}\0${step.item ?? ''}`);
    if (outlined?.has(declaredDigest(basis, this.#digests))) return { may: 'apply' };
    const planned = this.#changes.get(key);
    if (planned?.has(changeDigest(basis, this.#digests))) return { may: 'apply' };
    if (step.handler && !planned && this.#openHosts.has(step.host)) return { may: 'apply' };
    const { summary } = basis.decision;
    throw new RolecallError({
      code: 'not-in-plan',
      message: planned
        ? `the change is another one than planned: ${summary}`
        : `the plan does not say that this changes: ${summary}`,
    });
  }
}

function refusal(host: string, moved: readonly string[]): RolecallError {
  const shown = moved.slice(0, 10);
  const rest = moved.length - shown.length;
  return new RolecallError({
    code: 'plan-outdated',
    message: [
      `${host} is not as it was when the plan was made:`,
      ...shown.map((reason) => `  ${reason}`),
      ...(rest > 0 ? [`  and ${rest} more`] : []),
    ].join('\n'),
    host,
  });
}

function keyOf(play: number, id: string, host: string): string {
  return `${play}\0${id}\0${host}`;
}

function addTo(sets: Map<string, Set<string>>, key: string, digest: string): void {
  const set = sets.get(key);
  if (set) set.add(digest);
  else sets.set(key, new Set([digest]));
}
