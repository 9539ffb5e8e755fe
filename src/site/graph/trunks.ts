import { measures } from './measures.ts';
import type { Placement } from './placement.ts';
import { columnX } from './spans.ts';
import type { Wire } from './wiring.ts';

/** Gives buses that go past a row a way down where no frame stands. */
export function withTrunks(wires: readonly Wire[], placement: Placement): Wire[] {
  const taken: number[] = [];
  return wires.map((wire) => {
    const trunk = trunkOf(wire, placement, taken);
    if (trunk === undefined) return wire;
    taken.push(trunk);
    return { ...wire, trunk };
  });
}

function trunkOf(
  { taps }: Wire,
  placement: Placement,
  taken: readonly number[],
): number | undefined {
  const gaps = taps.map(({ gap }) => gap);
  const first = Math.min(...gaps);
  const last = Math.max(...gaps);
  if (first === last) return undefined;
  const detour = (x: number) => taps.reduce((sum, tap) => sum + Math.abs(tap.x - x), 0);
  const targets = taps.filter(({ isSource }) => !isSource);
  return [...targets.map(({ x }) => x), ...gutters(placement)]
    .filter((x) => isFree(x, first + 1, last, placement))
    .filter((x) => taken.every((other) => Math.abs(other - x) >= spacing))
    .toSorted((a, b) => detour(a) - detour(b) || b - a)[0];
}

const spacing = 12;

/** Between the columns and half columns, and outside of them. */
function gutters({ columns }: Placement): number[] {
  return Array.from({ length: 2 * columns + 2 }, (_, index) => columnX((index - 1) / 2)).flatMap(
    (x) => [x, x + spacing, x - spacing],
  );
}

function isFree(x: number, first: number, last: number, { frames }: Placement): boolean {
  const half = measures.frame.width / 2 + 10;
  return frames.every(
    (frame) =>
      frame.last < first || frame.first > last || Math.abs(columnX(frame.column) - x) > half,
  );
}
