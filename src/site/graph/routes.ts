import type { Bus } from './buses.ts';
import { labelX } from './label-place.ts';
import { lanesOf, type Run } from './lanes.ts';
import { measures } from './measures.ts';
import type { Placement } from './placement.ts';
import { type Tap, type Wire, wiresOf } from './wiring.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A line of a bus from a source to a target, as corners. */
export interface Route {
  readonly points: readonly Point[];
  readonly standby: boolean;
}

export interface RoutedBus {
  readonly bus: Bus;
  readonly routes: readonly Route[];
  readonly label: Point;
}

/** Heights that the boxes of each row and the gaps below them take. */
export interface Levels {
  /** Top of the role boxes of each row; row 0 is the client. */
  readonly top: readonly number[];
  readonly bottom: readonly number[];
  /** Where a line meets a box from above and leaves it below: the frame, or the box inside of one. */
  edge(tap: Tap): number;
  lane(gap: number, lane: number): number;
}

export interface Wiring {
  readonly wires: readonly Wire[];
  readonly runs: readonly Run[];
  readonly lanes: ReadonlyMap<Run, number>;
  /** How many lanes each gap has. */
  lanesIn(gap: number): number;
}

/** Which way every bus takes, before heights are known. */
export function wiringOf(buses: readonly Bus[], placement: Placement): Wiring {
  const wires = wiresOf(buses, placement);
  const runs = wires.flatMap(runsOf);
  const lanes = lanesOf(runs);
  return {
    wires,
    runs,
    lanes,
    lanesIn: (gap) =>
      Math.max(0, ...runs.filter((run) => run.gap === gap).map((run) => lanes.get(run)! + 1)),
  };
}

/** The lines of each bus, and where its label stands. */
export function routesOf(wiring: Wiring, levels: Levels, { frames }: Placement): RoutedBus[] {
  return wiring.wires.map((wire) => {
    const laneY = (gap: number) => {
      const run = wiring.runs.find((one) => one.wire === wire && one.gap === gap)!;
      return levels.lane(gap, wiring.lanes.get(run)!);
    };
    const sources = wire.taps.filter(({ isSource }) => isSource);
    const targets = wire.taps.filter(({ isSource }) => !isSource);
    const lines = (target: Tap) => {
      const near = sources.toSorted((a, b) => Math.abs(a.x - target.x) - Math.abs(b.x - target.x));
      const used = target.standby ? near.slice(0, 1) : sources;
      const isBranch = target.standby && targets.some(({ standby }) => !standby);
      return used.map((source) => {
        const points = corners(source, target, wire.trunk, laneY, levels);
        return { standby: target.standby, points: isBranch ? branchOf(points) : points };
      });
    };
    const longest = wiring.runs
      .filter((run) => run.wire === wire)
      .toSorted((a, b) => b.to - b.from - (a.to - a.from))[0]!;
    return {
      bus: wire.bus,
      routes: targets.flatMap(lines),
      label: { x: labelX(longest, wiring, frames), y: laneY(longest.gap) },
    };
  });
}

/** Where others go the first part of the way too, only what comes after it is drawn. */
function branchOf(points: readonly Point[]): readonly Point[] {
  const [start, turn, ...rest] = points;
  if (!start || !turn || rest.length === 0) return points;
  const y = Math.max(Math.min(start.y, turn.y), turn.y - 2 * measures.corner);
  return [{ x: start.x, y }, turn, ...rest];
}

function corners(
  source: Tap,
  target: Tap,
  trunk: number | undefined,
  laneY: (gap: number) => number,
  levels: Levels,
): Point[] {
  const start = laneY(source.gap);
  const end = laneY(target.gap);
  const between =
    source.gap === target.gap || trunk === undefined
      ? []
      : [
          { x: trunk, y: start },
          { x: trunk, y: end },
        ];
  const all = [
    { x: source.x, y: levels.edge(source) },
    { x: source.x, y: start },
    ...between,
    { x: target.x, y: end },
    { x: target.x, y: levels.edge(target) },
  ];
  return all.filter((point, index) => {
    const before = all[index - 1];
    return !before || before.x !== point.x || before.y !== point.y;
  });
}

function runsOf(wire: Wire): Run[] {
  const { trunk } = wire;
  const gaps = [...new Set(wire.taps.map(({ gap }) => gap))].sort((a, b) => a - b);
  return gaps.map((gap) => {
    const taps = wire.taps.filter((tap) => tap.gap === gap);
    const above = taps.filter(({ side }) => side === 'bottom').map(({ x }) => x);
    const below = taps.filter(({ side }) => side === 'top').map(({ x }) => x);
    if (trunk !== undefined) {
      if (gap > gaps[0]!) above.push(trunk);
      if (gap < gaps.at(-1)!) below.push(trunk);
    }
    const xs = [...above, ...below];
    return { wire, gap, above, below, from: Math.min(...xs), to: Math.max(...xs) };
  });
}
