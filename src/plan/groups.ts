import type { Plan, PlanStep } from './plan.ts';

/** A task with the hosts on which it comes to the same. */
export interface StepGroup {
  readonly step: PlanStep;
  readonly hosts: readonly string[];
}

/** The steps of a play, in order; what comes to the same on several hosts is told once. */
export interface PlayGroups {
  readonly name: string;
  readonly groups: readonly StepGroup[];
}

export function playGroups({ plays, steps }: Pick<Plan, 'plays' | 'steps'>): PlayGroups[] {
  const byPlay = Map.groupBy(steps, ({ play }) => play);
  return [...byPlay]
    .toSorted(([one], [other]) => one - other)
    .map(([play, ofPlay]) => {
      const alike = Map.groupBy(ofPlay, ({ id, task, status, message, diff, items }) =>
        JSON.stringify([id, task, status, message, diff, items]),
      );
      return {
        name: plays[play - 1] ?? '',
        groups: [...alike.values()].map((same) => ({
          step: same[0]!,
          hosts: same.map(({ host }) => host),
        })),
      };
    });
}

/** What a plan comes to, all hosts together. */
export interface PlanSums {
  readonly hosts: number;
  readonly changedHosts: number;
  readonly changed: number;
  readonly unknown: number;
  readonly unchanged: number;
  readonly failed: number;
}

export function planSums({ hosts }: Pick<Plan, 'hosts'>): PlanSums {
  const all = Object.values(hosts).map(({ counts }) => counts);
  const sum = (pick: (counts: (typeof all)[number]) => number) =>
    all.reduce((total, counts) => total + pick(counts), 0);
  return {
    hosts: all.length,
    changedHosts: all.filter(({ changed, unknown }) => changed + unknown > 0).length,
    changed: sum((counts) => counts.changed),
    unknown: sum((counts) => counts.unknown),
    // Changed ones count as ok, too.
    unchanged: sum((counts) => counts.ok - counts.changed),
    failed: sum((counts) => counts.failed + counts.unreachable),
  };
}
