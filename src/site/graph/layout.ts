import { singlePoints } from '../audit/single-points.ts';
import type { SiteModel } from '../model.ts';
import { type Topology, topologyOf } from '../topology.ts';
import { type Bus, busesOf } from './buses.ts';
import { type Dangers, dangersOf, lossOf } from './dangers.ts';
import { labelWidth } from './label-place.ts';
import { measures } from './measures.ts';
import { type Frame, type Placement, placementOf } from './placement.ts';
import { type Levels, type RoutedBus, routesOf, type Wiring, wiringOf } from './routes.ts';
import { columnX } from './spans.ts';

/** Where everything is in the picture of a site. */
export interface Layout {
  readonly topology: Topology;
  readonly placement: Placement;
  readonly buses: readonly Bus[];
  readonly dangers: Dangers;
  /** How many single points of failure there are. */
  readonly singlePoints: number;
  readonly levels: Levels;
  readonly routed: readonly RoutedBus[];
  readonly width: number;
  /** Below the last line; what follows is the legend. */
  readonly floor: number;
}

export function layoutOf(model: SiteModel): Layout {
  const topology = topologyOf(model);
  const points = singlePoints(topology);
  const dangers = dangersOf(points);
  const placement = placementOf(topology);
  const buses = busesOf(topology);
  const wiring = wiringOf(buses, placement);
  const levels = levelsOf(placement, wiring, dangers);
  const routed = routesOf(wiring, levels, placement);
  const lowest = levels.bottom[placement.rows]! + measures.frame.padding;
  return {
    topology,
    placement,
    buses,
    dangers,
    singlePoints: points.length,
    levels,
    routed,
    width: Math.ceil(rightmost(placement, wiring, routed) + measures.margin),
    floor: Math.max(levels.lane(placement.rows, wiring.lanesIn(placement.rows)), lowest),
  };
}

function levelsOf(placement: Placement, wiring: Wiring, dangers: Dangers): Levels {
  const { header, client, lane, frame, box } = measures;
  const top: number[] = [header];
  const bottom: number[] = [header + client.height];
  const gapTop = (row: number) => bottom[row]! + (row === 0 ? 0 : frame.padding);
  for (let row = 1; row <= placement.rows; row++) {
    const lanes = Math.max(1, wiring.lanesIn(row - 1));
    const gap = lane.first + (lanes - 1) * lane.step + lane.last;
    top.push(gapTop(row - 1) + gap + frame.title);
    const warns = placement.frames.some((one) =>
      one.boxes.some((box) => box.row === row && lossOf(box, one, dangers) !== undefined),
    );
    bottom.push(top[row]! + box.height + (warns ? box.warning : 0));
  }
  const frameAt = (host: string) => placement.frames.find((one) => one.host.name === host)!;
  return {
    top,
    bottom,
    lane: (gap, index) => gapTop(gap) + lane.first + index * lane.step,
    edge: ({ end, row, side }) => {
      if (typeof end === 'string') return bottom[0]!;
      const { first, last }: Frame = frameAt(end.host.name);
      if (side === 'top') return top[row]! - (row === first ? frame.title : 0);
      return bottom[row]! + (row === last ? frame.padding : 0);
    },
  };
}

function rightmost(placement: Placement, { runs }: Wiring, routed: readonly RoutedBus[]): number {
  return Math.max(
    columnX(placement.columns - 1) + measures.frame.width / 2,
    ...runs.map(({ to }) => to + 8),
    ...routed.map(({ bus, label }) => label.x + labelWidth(bus.label) / 2),
  );
}
