import type { Endpoint } from '../../roles/role.ts';
import { type Dangers, lossOf } from './dangers.ts';
import { fitted, measures, textWidth } from './measures.ts';
import { palette } from './palette.ts';
import type { Box, Frame } from './placement.ts';
import type { Levels } from './routes.ts';
import { boxSpan, columnX } from './spans.ts';
import { pillSign, warningSign } from './svg-signs.ts';
import { element, text } from './svg-text.ts';

/** The frame of a host, which lines are drawn over. */
export function groundSvg(frame: Frame, levels: Levels, { hosts }: Dangers): string {
  const { width, padding } = measures.frame;
  const { x, y } = cornerOf(frame, levels);
  const isDanger = hosts.has(frame.host);
  return element('rect', {
    ...{ x, y, width, height: levels.bottom[frame.last]! + padding - y, rx: 8 },
    fill: palette.frame,
    stroke: isDanger ? palette.danger : palette.frameEdge,
    'stroke-width': isDanger ? 2 : 1.2,
  });
}

/** What is in the frame: the host's name and its role boxes. */
export function contentSvg(frame: Frame, levels: Levels, dangers: Dangers): string {
  const { x, y } = cornerOf(frame, levels);
  return element('g', {}, [
    element('title', {}, [text(describe(frame, dangers))]),
    ...titleLine(frame, x, y, dangers.hosts.has(frame.host)),
    ...frame.boxes.flatMap((box) => boxSvg(box, frame, levels, dangers)),
    ...(frame.boxes.length === 0 ? [emptyNote(x, levels.top[frame.first]!)] : []),
  ]);
}

function cornerOf(frame: Frame, levels: Levels): { x: number; y: number } {
  const { width, title } = measures.frame;
  return { x: columnX(frame.column) - width / 2, y: levels.top[frame.first]! - title };
}

function titleLine({ host, also }: Frame, x: number, y: number, isDanger: boolean): string[] {
  const { width, padding } = measures.frame;
  const sign = isDanger ? 18 : 0;
  const room = width - 2 * padding - sign - 4;
  const name = fitted(host.name, room, 14);
  const address = host.address === host.name ? '' : host.address;
  const extra = [...also, address].filter(Boolean).join(' · ');
  const left = room - textWidth(name, 14, true) - 10;
  const main = { x: x + padding, y: y + 20, 'font-size': 14, 'font-weight': 650 };
  const aside = { x: x + width - padding - sign, y: y + 20, 'font-size': 11 };
  return [
    element('text', { ...main, fill: palette.ink }, [text(name)]),
    ...(extra !== '' && left > 30
      ? [
          element('text', { ...aside, fill: palette.muted, 'text-anchor': 'end' }, [
            text(fitted(extra, left, 11)),
          ]),
        ]
      : []),
    ...(isDanger ? [warningSign(x + width - padding - 12, y + 20.5, 12)] : []),
  ];
}

function boxSvg(box: Box, frame: Frame, levels: Levels, dangers: Dangers): string[] {
  const beside = frame.boxes.filter(({ row }) => row === box.row);
  const { x, width } = boxSpan(frame, beside.indexOf(box), beside.length);
  const y = levels.top[box.row]!;
  const lost = lossOf(box, frame, dangers);
  const room = width - 20;
  const pill = box.position && pillSign(box.position, x + width - 8, y + 9);
  const line = (offset: number, words: string, style: Record<string, string | number>) =>
    element('text', { x: x + 10, y: y + offset, ...style }, [text(words)]);
  const name = fitted(box.node.role.name, room - (pill ? pill.width + 8 : 0), 13);
  return [
    element('rect', {
      ...{ x, y, width, height: levels.bottom[box.row]! - y, rx: 5 },
      fill: lost === undefined ? palette.box : palette.dangerPaper,
    }),
    line(21, name, { 'font-size': 13, 'font-weight': 600, fill: palette.ink }),
    ...(pill ? [pill.svg] : []),
    line(38, fitted(portsOf(box.node.role.endpoints), room, 11), {
      'font-size': 11,
      fill: palette.muted,
    }),
    ...(lost === undefined
      ? []
      : [
          line(54, fitted(warningOf(lost), room, 11), {
            'font-size': 11,
            'font-weight': 600,
            fill: palette.danger,
          }),
        ]),
  ];
}

function emptyNote(x: number, y: number): string {
  const place = { x: x + measures.frame.padding, y: y + 20, 'font-size': 11 };
  return element('text', { ...place, fill: palette.muted }, [text('no typed role')]);
}

/** `80 http · 8404 stats (local)`; tcp and udp of a port are one. */
function portsOf(endpoints: readonly Endpoint[]): string {
  const isLocal = ({ reach }: Endpoint) => Number(reach === 'loopback');
  const ordered = endpoints.toSorted((a, b) => isLocal(a) - isLocal(b));
  const byPort = Map.groupBy(ordered, ({ port }) => port);
  return [...byPort.values()]
    .map((group) => {
      const { port, name, reach } = group[0]!;
      const plain = name.replace(`-${port}`, '');
      return `${port} ${plain}${reach === 'loopback' ? ' (local)' : ''}`;
    })
    .join(' · ');
}

function warningOf(lost: string): string {
  return lost.includes('everything') ? 'without it nothing works' : `without it no ${lost}`;
}

function describe({ host, boxes }: Frame, { hosts }: Dangers): string {
  const lost = hosts.get(host);
  const roles = boxes.map(({ node, position }) =>
    position ? `${node.role.name} (${position})` : node.role.name,
  );
  return [
    `${host.name}, ${host.address}: ${roles.join(', ') || 'no typed role'}`,
    ...(lost === undefined ? [] : [`single point of failure: ${lost}`]),
  ].join('; ');
}
