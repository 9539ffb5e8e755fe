import type { Wire } from './wiring.ts';

/** What a wire does in one gap: it runs along its lane between verticals from above and from below. */
export interface Run {
  readonly wire: Wire;
  readonly gap: number;
  readonly above: readonly number[];
  readonly below: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** The lane of each run in its gap, 0 being the topmost. */
export function lanesOf(runs: readonly Run[]): Map<Run, number> {
  const lanes = new Map<Run, number>();
  for (const gap of Map.groupBy(runs, (run) => run.gap).values()) {
    const ordered = bestOrder(gap);
    for (const [index, run] of ordered.entries()) {
      const before = ordered.slice(0, index).filter((other) => overlap(run, other));
      lanes.set(run, Math.max(-1, ...before.map((other) => lanes.get(other)!)) + 1);
    }
  }
  return lanes;
}

/** The order from top to bottom in which the fewest lines cross; given order where there are too many to try. */
function bestOrder(runs: readonly Run[]): readonly Run[] {
  if (runs.length > mostTried) return runs;
  let best = runs;
  let least = crossings(runs);
  for (const order of permutations(runs)) {
    if (least === 0) break;
    const count = crossings(order);
    if (count < least) {
      least = count;
      best = order;
    }
  }
  return best;
}

const mostTried = 7;

/** Lines that cross, and worse, lines that lie on one another. */
function crossings(order: readonly Run[]): number {
  let count = 0;
  for (const [index, upper] of order.entries()) {
    for (const lower of order.slice(index + 1)) {
      count += lower.above.filter((x) => within(x, upper)).length;
      count += upper.below.filter((x) => within(x, lower)).length;
      count += 20 * upper.below.filter((x) => lower.above.some((y) => Math.abs(x - y) < 6)).length;
    }
  }
  return count;
}

function within(x: number, { from, to }: Run): boolean {
  return from - 4 <= x && x <= to + 4;
}

function overlap(one: Run, other: Run): boolean {
  return one.from < other.to + clearance && other.from < one.to + clearance;
}

/** Room for a label between two runs on one lane. */
const clearance = 70;

function* permutations<T>(items: readonly T[]): Generator<readonly T[]> {
  if (items.length < 2) {
    yield items;
    return;
  }
  for (const [index, item] of items.entries()) {
    for (const rest of permutations(items.toSpliced(index, 1))) yield [item, ...rest];
  }
}
