import type { Bus } from './buses.ts';
import { measures, textWidth } from './measures.ts';
import { lineColours, palette } from './palette.ts';
import { coreStyle, headOf, lineStyle, pathOf } from './svg-lines.ts';
import { warningSign } from './svg-signs.ts';
import { element, text } from './svg-text.ts';

/** What the lines and signs of this picture mean; what does not occur is left out. */
export function legendSvg(
  buses: readonly Bus[],
  hasSinglePoints: boolean,
  top: number,
  width: number,
): { readonly svg: string[]; readonly height: number } {
  const { margin, legend } = measures;
  const svg: string[] = [];
  let x: number = margin;
  let y = top + 12;
  for (const { words, draw } of itemsOf(buses, hasSinglePoints)) {
    const taken = legend.sample + textWidth(words, 11.5);
    if (x > margin && x + taken > width - margin) {
      x = margin;
      y += legend.row;
    }
    const label = { x: x + legend.sample, y: y + 4, 'font-size': 11.5, fill: palette.muted };
    svg.push(element('g', {}, [draw(x, y), element('text', label, [text(words)])]));
    x += taken + legend.gap;
  }
  return { svg, height: y + 12 - top };
}

interface Item {
  readonly words: string;
  draw(x: number, y: number): string;
}

function itemsOf(buses: readonly Bus[], hasSinglePoints: boolean): Item[] {
  const kinds = new Set(buses.map(({ kind }) => kind));
  const hasStandby = buses.some(({ targets }) => targets.some(({ standby }) => standby));
  const line = (kind: Bus['kind'], words: string, standby = false): Item => ({
    words,
    draw: (x, y) => lineSample(kind, standby, x, y),
  });
  return [
    ...(kinds.has('request') ? [line('request', 'requests')] : []),
    ...(hasStandby ? [line('request', 'only if the others fail', true)] : []),
    ...(kinds.has('replication') ? [line('replication', 'replication of data')] : []),
    ...(kinds.has('code') ? [line('code', 'fetches releases')] : []),
    ...(kinds.has('backup') ? [line('backup', 'backups')] : []),
    ...(hasSinglePoints
      ? [
          {
            words: 'single point of failure',
            draw: (x: number, y: number) => warningSign(x + 12, y + 6, 12),
          },
        ]
      : []),
  ];
}

function lineSample(kind: Bus['kind'], standby: boolean, x: number, y: number): string {
  const points = [
    { x, y },
    { x: x + 34, y },
  ];
  const d = pathOf([points[0]!, { x: x + 28, y }]);
  return [
    element('path', { d, ...lineStyle(kind, standby) }),
    ...(kind === 'replication' ? [element('path', { d, ...coreStyle })] : []),
    headOf(points, lineColours[kind]),
  ].join('');
}
