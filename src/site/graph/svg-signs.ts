import { measures, textWidth } from './measures.ts';
import { lineColours, palette } from './palette.ts';
import type { Box } from './placement.ts';
import type { Levels } from './routes.ts';
import { element, text } from './svg-text.ts';

/** Who it is all for. */
export function clientSign(middle: number, { top }: Levels): string {
  const { width, height } = measures.client;
  const y = top[0]!;
  return element('g', {}, [
    element('rect', {
      ...{ x: middle - width / 2, y, width, height, rx: height / 2 },
      ...{ fill: palette.frame, stroke: palette.ink, 'stroke-width': 1.2 },
    }),
    element(
      'text',
      {
        ...{ x: middle, y: y + height / 2 + 4.5, 'font-size': 13, 'font-weight': 600 },
        ...{ fill: palette.ink, 'text-anchor': 'middle' },
      },
      [text('client')],
    ),
  ]);
}

/** The sign of a single point of failure; its left bottom corner is at x, y. */
export function warningSign(x: number, y: number, size: number): string {
  const half = size / 2;
  return [
    element('path', {
      d: `M ${x + half} ${y - size} L ${x + size + 1} ${y} L ${x - 1} ${y} Z`,
      ...{ fill: palette.danger, stroke: palette.danger },
      ...{ 'stroke-width': 2, 'stroke-linejoin': 'round' },
    }),
    element(
      'text',
      {
        ...{ x: x + half, y: y - 1, 'font-size': size * 0.86, 'font-weight': 800 },
        ...{ fill: palette.frame, 'text-anchor': 'middle' },
      },
      ['!'],
    ),
  ].join('');
}

/** A pill whose right top corner is at x, y. */
export function pillSign(
  position: NonNullable<Box['position']>,
  x: number,
  y: number,
): { readonly svg: string; readonly width: number } {
  const width = textWidth(position, 10.5, true) + 14;
  const colour = position === 'standby' ? palette.muted : lineColours.replication;
  const isFilled = position === 'primary';
  const shape = element('rect', {
    ...{ x: x - width, y, width, height: 16, rx: 8 },
    fill: isFilled ? colour : palette.frame,
    stroke: colour,
    'stroke-dasharray': position === 'standby' ? '3 2' : undefined,
  });
  const word = {
    ...{ x: x - width / 2, y: y + 11.7, 'font-size': 10.5, 'font-weight': 600 },
    ...{ fill: isFilled ? palette.frame : colour, 'text-anchor': 'middle' },
  };
  return { width, svg: shape + element('text', word, [text(position)]) };
}
