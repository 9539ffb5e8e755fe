import type { Basis, Guard, Step, Verdict } from '../engine/guard.ts';
import type { Counts, RunEvent, RunEventOf } from '../events.ts';
import { changeDigest, declaredDigest } from './change-digest.ts';
import type { Digests } from './digest.ts';
import type { PlanHost, PlanItem, PlanStep } from './plan.ts';
import { observationName, stablePart } from './stable.ts';

/** What a dry run came to. */
export interface Foreseen {
  readonly plays: readonly string[];
  readonly hosts: { readonly [name: string]: PlanHost };
  readonly steps: readonly PlanStep[];
  readonly exitStatus: number;
}

/** Follows a dry run, its decisions and its events, and makes the plan's part about hosts of it. */
export class PlanRecorder implements Guard {
  readonly #digests: Digests;
  /** How the names of files in ids are told. */
  readonly #place: (id: string) => string;
  readonly #plays: string[] = [];
  readonly #steps: PlanStep[] = [];
  readonly #decisions = new Map<string, PlanStep['decisions'][number][]>();
  readonly #items = new Map<string, PlanItem[]>();
  readonly #observations = new Map<string, Map<string, string>>();
  #counts: ReadonlyMap<string, Counts> = new Map();
  #exitStatus = 0;

  constructor(digests: Digests, place: (id: string) => string) {
    this.#digests = digests;
    this.#place = place;
  }

  decided(step: Step, basis: Basis): Verdict {
    this.#observe(step.host, basis);
    if (basis.decision.kind === 'change') {
      const made = {
        certain: basis.certain,
        digest: changeDigest(basis, this.#digests),
        ...(!basis.certain && { declared: declaredDigest(basis, this.#digests) }),
        ...(step.item !== undefined && { item: step.item }),
      };
      listIn(this.#decisions, keyOf(step)).push(made);
    }
    return { may: 'apply' };
  }

  /** The first answer counts: later ones may have predictions over them. */
  #observe(host: string, { seen }: Basis): void {
    let known = this.#observations.get(host);
    if (!known) {
      known = new Map();
      this.#observations.set(host, known);
    }
    for (const { observation, state } of seen) {
      const name = observationName(observation);
      if (known.has(name)) continue;
      const stable = stablePart(observation, state);
      if (stable !== undefined) known.set(name, this.#digests.of(stable));
    }
  }

  report(event: RunEvent): void {
    switch (event.type) {
      case 'play-started':
        this.#plays[event.play - 1] = event.name;
        return;
      case 'host-task-item':
        this.#item(event);
        return;
      case 'host-task-finished':
        this.#finished(event);
        return;
      case 'run-finished':
        this.#counts = event.hosts;
        this.#exitStatus = event.exitStatus;
    }
  }

  #item(event: RunEventOf<'host-task-item'>): void {
    const { status, message = '', diff, item = '' } = event.outcome;
    if (status === 'ok' || status === 'skipped') return;
    listIn(this.#items, keyOf(event)).push({ item, status, message, diff: [...diff] });
  }

  #finished(event: RunEventOf<'host-task-finished'>): void {
    const key = keyOf(event);
    const decisions = this.#decisions.get(key) ?? [];
    const items = this.#items.get(key);
    this.#decisions.delete(key);
    this.#items.delete(key);
    const { status, message = '', diff } = event.outcome;
    if (status === 'skipped' || (status === 'ok' && decisions.length === 0)) return;
    this.#steps.push({
      play: event.play,
      id: this.#place(event.id),
      task: event.task,
      module: event.module,
      ...(event.role !== undefined && { role: event.role }),
      handler: event.handler,
      host: event.host,
      status,
      message,
      diff: [...diff],
      ...(items && { items }),
      decisions,
    });
  }

  foreseen(): Foreseen {
    const hosts = [...this.#counts].map(([name, counts]): [string, PlanHost] => [
      name,
      { counts, observations: Object.fromEntries(this.#observations.get(name) ?? []) },
    ]);
    return {
      plays: Array.from(this.#plays, (name) => name ?? ''),
      hosts: Object.fromEntries(hosts),
      steps: this.#steps,
      exitStatus: this.#exitStatus,
    };
  }
}

function keyOf({ play, id, host }: Pick<Step, 'play' | 'id' | 'host'>): string {
  return `${play}\0${id}\0${host}`;
}

function listIn<T>(lists: Map<string, T[]>, key: string): T[] {
  let list = lists.get(key);
  if (!list) {
    list = [];
    lists.set(key, list);
  }
  return list;
}
