import { type Bus, client, type End } from './buses.ts';
import { measures } from './measures.ts';
import type { Frame, Placement } from './placement.ts';
import { boxSpan, columnX } from './spans.ts';
import { withTrunks } from './trunks.ts';

/** Where a bus touches a box: it leaves at the bottom and comes in at the top, or from below. */
export interface Tap {
  readonly end: End;
  readonly row: number;
  readonly side: 'top' | 'bottom';
  /** The gap of the picture that it leads into; gap n lies below row n. */
  readonly gap: number;
  readonly isSource: boolean;
  readonly standby: boolean;
  readonly x: number;
}

export interface Wire {
  readonly bus: Bus;
  readonly taps: readonly Tap[];
  /** Where it goes past rows, if its taps are not all in the same gap. */
  readonly trunk?: number;
}

/** Gives each bus its places on the edges of the boxes, so that few lines cross. */
export function wiresOf(buses: readonly Bus[], placement: Placement): Wire[] {
  const open = withTrunks(
    buses.map((bus) => ({ bus, taps: tapsOf(bus, placement) })),
    placement,
  );
  const places = Map.groupBy(
    open.flatMap(({ taps, trunk }) =>
      taps.map((tap) => ({ tap, middle: farMiddle(tap, taps, trunk) })),
    ),
    ({ tap }) => `${keyOf(tap.end, placement)} ${tap.side}`,
  );
  const xs = new Map<Tap, number>();
  for (const group of places.values()) {
    const ordered = group.toSorted((a, b) => a.middle - b.middle);
    const step = Math.min(28, (measures.frame.width - 60) / Math.max(1, ordered.length - 1));
    for (const [index, { tap }] of ordered.entries()) {
      xs.set(tap, Math.round(tap.x + (index - (ordered.length - 1) / 2) * step));
    }
  }
  const wires = open.map(({ taps, ...rest }) => ({
    ...rest,
    taps: taps.map((tap) => ({ ...tap, x: xs.get(tap)! })),
  }));
  return straightened(wires, placement);
}

function tapsOf(bus: Bus, placement: Placement): Tap[] {
  const sources = bus.sources.map((end): Tap => {
    const { row, x } = placeOf(end, placement);
    return { end, row, side: 'bottom', gap: row, isSource: true, standby: false, x };
  });
  const lowest = Math.max(...sources.map(({ row }) => row));
  const targets = bus.targets.map(({ end, standby }): Tap => {
    const { row, x } = placeOf(end, placement);
    const below = row > lowest;
    const [side, gap] = below ? (['top', row - 1] as const) : (['bottom', row] as const);
    return { end, row, side, gap, isSource: false, standby, x };
  });
  return [...sources, ...targets];
}

function placeOf(end: End, placement: Placement): { row: number; x: number } {
  if (end === client) return { row: 0, x: columnX(placement.client) };
  const frame = placement.frames.find(({ host }) => host === end.host)!;
  const row = rowIn(frame, end);
  const beside = frame.boxes.filter((box) => box.row === row);
  const index = beside.findIndex(({ node }) => node === end);
  const { x, width } = boxSpan(frame, Math.max(0, index), beside.length);
  return { row, x: x + width / 2 };
}

/** A role that is not drawn leaves from the lowest box of its host. */
function rowIn(frame: Frame, end: End): number {
  return frame.boxes.find(({ node }) => node === end)?.row ?? frame.last;
}

function keyOf(end: End, placement: Placement): string {
  const { row, x } = placeOf(end, placement);
  return end === client ? client : `${end.host.name} ${row} ${x}`;
}

/** Where the other ends of a bus are on average, or the way that leads to them. */
function farMiddle(tap: Tap, taps: readonly Tap[], trunk: number | undefined): number {
  const others = taps.filter(({ isSource }) => isSource !== tap.isSource);
  if (trunk !== undefined && others.every(({ gap }) => gap !== tap.gap)) return trunk;
  return others.reduce((sum, { x }) => sum + x, 0) / others.length;
}

/** A line that is only a little askew becomes straight, where its target has room. */
function straightened(wires: readonly Wire[], placement: Placement): Wire[] {
  const taken = wires.flatMap(({ taps }) => taps);
  return wires.map(({ taps, ...rest }) => ({
    ...rest,
    taps: taps.map((tap) => {
      if (tap.isSource || tap.side === 'bottom') return tap;
      const near = taps.find(
        ({ isSource, x, row }) => isSource && row === tap.row - 1 && Math.abs(x - tap.x) < 34,
      );
      const others = taken.filter(
        (other) =>
          other !== tap &&
          other.side === tap.side &&
          keyOf(other.end, placement) === keyOf(tap.end, placement),
      );
      const room = near && others.every(({ x }) => Math.abs(x - near.x) >= 14);
      return room ? { ...tap, x: near.x } : tap;
    }),
  }));
}
