import type { SiteModel } from '../model.ts';
import type { Topology } from '../topology.ts';
import { type Layout, layoutOf } from './layout.ts';
import { measures } from './measures.ts';
import { fonts, palette } from './palette.ts';
import { columnX } from './spans.ts';
import { contentSvg, groundSvg } from './svg-frames.ts';
import { legendSvg } from './svg-legend.ts';
import { labelSvg, linesSvg } from './svg-lines.ts';
import { clientSign } from './svg-signs.ts';
import { element, text } from './svg-text.ts';

/**
 * The site as a picture: the client on top, each role a row below who asks it, hosts as frames, single
 * points of failure marked. It brings its own background and needs nothing from outside.
 *
 * @example writeFileSync('foobar.svg', siteSvg(model, 'foobar'))
 */
export function siteSvg(model: SiteModel, title: string): string {
  const layout = layoutOf(model);
  const { placement, levels, dangers, width } = layout;
  const legendTop = layout.floor + 22;
  const legend = legendSvg(layout.buses, layout.singlePoints > 0, legendTop, width);
  const height = Math.ceil(legendTop + legend.height + measures.margin - 10);
  const about = subtitle(model, layout.singlePoints);
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width: width,
      height: height,
      role: 'img',
      'font-family': fonts,
    },
    [
      element('title', {}, [text(`${title}: ${about}`)]),
      element('desc', {}, [text(layout.buses.map((bus) => bus.title).join('. '))]),
      element('rect', {
        x: 0.5,
        y: 0.5,
        width: width - 1,
        height: height - 1,
        rx: 14,
        fill: palette.paper,
        stroke: palette.rim,
      }),
      element(
        'text',
        { x: measures.margin, y: 48, 'font-size': 24, 'font-weight': 650, fill: palette.ink },
        [text(title)],
      ),
      element('text', { x: measures.margin, y: 70, 'font-size': 13, fill: palette.muted }, [
        text(about),
      ]),
      ...bands(layout),
      ...placement.frames.map((frame) => groundSvg(frame, levels, dangers)),
      ...layout.routed.flatMap(linesSvg),
      ...placement.frames.map((frame) => contentSvg(frame, levels, dangers)),
      clientSign(columnX(placement.client), levels),
      ...layout.routed.map(labelSvg),
      ...legend.svg,
    ],
  )}\n`;
}

/** A faint strip behind each row with the names of its roles. */
function bands({ topology, placement, levels, width }: Layout): string[] {
  const { margin, frame } = measures;
  const named = new Set<string>();
  const rows = levels.top.map((top, row) => {
    const boxes = placement.frames.flatMap((one) => one.boxes).filter((box) => box.row === row);
    const all = row === 0 ? ['clients'] : [...new Set(boxes.map(({ node }) => node.role.name))];
    const fresh = all.filter((name) => !named.has(name));
    const names = fresh.length > 0 ? fresh : all;
    for (const name of names) named.add(name);
    const ordered = names.toSorted((a, b) => orderOf(a, topology) - orderOf(b, topology));
    const from = row === 0 ? top - 10 : top - frame.title - 8;
    const to = levels.bottom[row]! + (row === 0 ? 10 : frame.padding + 8);
    return { from, to, names: ordered };
  });
  return rows.flatMap(({ from, to, names }) => [
    element('rect', {
      x: 14,
      y: from,
      width: width - 28,
      height: to - from,
      rx: 10,
      fill: palette.band,
    }),
    ...names.map((name, index) =>
      element(
        'text',
        {
          x: margin - 6,
          y: (from + to) / 2 + 4 + (index - (names.length - 1) / 2) * 16,
          'font-size': 12,
          'font-weight': 600,
          fill: palette.muted,
        },
        [text(name)],
      ),
    ),
  ]);
}

function orderOf(role: string, { nodes }: Topology): number {
  return nodes.findIndex((node) => node.role.name === role);
}

function subtitle({ hosts }: SiteModel, points: number): string {
  const single =
    points === 0
      ? 'no single point of failure'
      : `${points} single point${points === 1 ? '' : 's'} of failure`;
  return `${hosts.length} host${hosts.length === 1 ? '' : 's'}, ${single}`;
}
