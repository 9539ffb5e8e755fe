import type { Run } from './lanes.ts';
import { measures, textWidth } from './measures.ts';
import type { Frame } from './placement.ts';
import { columnX } from './spans.ts';

/** How wide a label is with the room around it. */
export function labelWidth(label: string): number {
  return textWidth(label, 11) + 10;
}

/** The middle of a run's label: on its line, or beside a vertical one, where the fewest other lines are. */
export function labelX(
  run: Run,
  { runs, lanes }: { readonly runs: readonly Run[]; readonly lanes: ReadonlyMap<Run, number> },
  frames: readonly Frame[],
): number {
  const half = labelWidth(run.wire.bus.label) / 2;
  const lane = lanes.get(run)!;
  const others = runs
    .filter((other) => other !== run && other.gap === run.gap)
    .flatMap((other) => {
      const lower = lanes.get(other)! - lane;
      return [...(lower >= 0 ? other.above : []), ...(lower <= 0 ? other.below : [])];
    });
  const edges = frameEdges(run.gap, frames);
  const own = [...new Set([...run.above, ...run.below])].sort((a, b) => a - b);
  const cost = ({ x, extra }: Candidate) =>
    extra +
    others.filter((other) => Math.abs(other - x) < half + 4).length * 100 +
    edges.filter((edge) => Math.abs(edge - x) < half + 2).length * 30 +
    own.filter((other) => Math.abs(other - x) < half).length * 40;
  return candidatesOf(own, half).toSorted((a, b) => cost(a) - cost(b))[0]!.x;
}

interface Candidate {
  readonly x: number;
  /** How much worse than the best place on a free line. */
  readonly extra: number;
}

function candidatesOf(own: readonly number[], half: number): Candidate[] {
  const [only = 0, ...more] = own;
  if (more.length === 0) {
    return [
      { x: only, extra: -40 },
      { x: only + half + 3, extra: 2 },
      { x: only - half - 3, extra: 3 },
    ];
  }
  return more.flatMap((to, index) => {
    const from = own[index]!;
    return shifts.map((part) => ({
      x: from + (to - from) * (0.5 + part),
      extra: Math.abs(part) * 8 - (to - from) / 500,
    }));
  });
}

/** Parts of a span, from its middle outwards. */
const shifts = Array.from(
  { length: 17 },
  (_, index) => Math.ceil(index / 2) * (index % 2 ? 0.05 : -0.05),
);

/** The sides of hosts that reach across the gap. */
function frameEdges(gap: number, frames: readonly Frame[]): number[] {
  const half = measures.frame.width / 2;
  return frames
    .filter(({ first, last }) => first <= gap && gap < last)
    .flatMap(({ column }) => [columnX(column) - half, columnX(column) + half]);
}
