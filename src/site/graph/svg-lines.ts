import type { Bus } from './buses.ts';
import { labelWidth } from './label-place.ts';
import { measures } from './measures.ts';
import { lineColours, palette } from './palette.ts';
import type { Point, Route, RoutedBus } from './routes.ts';
import { element, rounded, text } from './svg-text.ts';

/** All lines of a bus: those of standbys first, so that what is shared with others looks whole. */
export function linesSvg({ bus, routes }: RoutedBus): string[] {
  const ordered = [
    ...routes.filter(({ standby }) => standby),
    ...routes.filter(({ standby }) => !standby),
  ];
  const paths = [...new Set(ordered.map((route) => strokeOf(route, bus.kind)))];
  const cores = bus.kind === 'replication' ? [...new Set(ordered.map(coreOf))] : [];
  const heads = [...new Set(ordered.map(({ points }) => headOf(points, lineColours[bus.kind])))];
  return [
    element('g', {}, [element('title', {}, [text(bus.title)]), ...paths, ...cores, ...heads]),
  ];
}

/** The label, in a gap of its line. */
export function labelSvg({ bus, label }: RoutedBus): string {
  const width = labelWidth(bus.label);
  return element('g', {}, [
    element('rect', {
      ...{ x: label.x - width / 2, y: label.y - 8, width, height: 16, rx: 4 },
      fill: palette.paper,
    }),
    element(
      'text',
      {
        ...{ x: label.x, y: label.y + 4, 'font-size': 11, 'font-weight': 500 },
        ...{ fill: lineColours[bus.kind], 'text-anchor': 'middle' },
      },
      [text(bus.label)],
    ),
  ]);
}

/** How a line of a kind looks, also for the legend. */
export function lineStyle(kind: Bus['kind'], standby: boolean) {
  return {
    fill: 'none',
    stroke: lineColours[kind],
    'stroke-width': kind === 'replication' ? 4 : kind === 'request' ? 2 : 1.4,
    'stroke-dasharray': standby ? '6 4' : undefined,
  };
}

/** The light core that makes a line of replication a double one. */
export const coreStyle = { fill: 'none', stroke: palette.paper, 'stroke-width': 1.4 } as const;

/** A line with round corners. */
export function pathOf(points: readonly Point[]): string {
  const parts = points.map((point, index) => {
    const before = points[index - 1];
    const after = points[index + 1];
    if (!before) return `M ${at(point)}`;
    if (!after) return `L ${at(point)}`;
    const radius = Math.min(
      measures.corner,
      distance(before, point) / 2,
      distance(point, after) / 2,
    );
    const start = towards(point, before, radius);
    const end = towards(point, after, radius);
    return `L ${at(start)} Q ${at(point)} ${at(end)}`;
  });
  return parts.join(' ');
}

/** The arrow head at the end of a line. */
export function headOf(points: readonly Point[], colour: string): string {
  const end = points.at(-1)!;
  const before = points.at(-2)!;
  const base = towards(end, before, headLength);
  const across = before.x === end.x ? { x: 4.2, y: 0 } : { x: 0, y: 4.2 };
  const left = { x: base.x - across.x, y: base.y - across.y };
  const right = { x: base.x + across.x, y: base.y + across.y };
  return element('path', { d: `M ${at(end)} L ${at(left)} L ${at(right)} Z`, fill: colour });
}

const headLength = 8;

function strokeOf({ points, standby }: Route, kind: Bus['kind']): string {
  return element('path', { d: pathOf(shortened(points)), ...lineStyle(kind, standby) });
}

function coreOf({ points }: Route): string {
  return element('path', { d: pathOf(shortened(points)), ...coreStyle });
}

/** Up to the base of the arrow head. */
function shortened(points: readonly Point[]): Point[] {
  const end = points.at(-1)!;
  return [...points.slice(0, -1), towards(end, points.at(-2)!, headLength - 1)];
}

function towards(from: Point, to: Point, length: number): Point {
  const whole = distance(from, to);
  if (whole === 0) return from;
  const part = length / whole;
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function at({ x, y }: Point): string {
  return `${rounded(x)} ${rounded(y)}`;
}
