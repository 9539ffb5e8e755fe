import { measures } from './measures.ts';
import type { Frame } from './placement.ts';

/** The middle of a column. */
export function columnX(column: number): number {
  const { margin, gutter, frame, pitch } = measures;
  return margin + gutter + frame.width / 2 + column * pitch;
}

/** Boxes of a host in the same row share its width. */
export function boxSpan(frame: Frame, index: number, count: number): { x: number; width: number } {
  const { padding, width } = measures.frame;
  const { gap } = measures.box;
  const inner = width - 2 * padding;
  const share = (inner - gap * (count - 1)) / Math.max(1, count);
  return { x: columnX(frame.column) - inner / 2 + index * (share + gap), width: share };
}
