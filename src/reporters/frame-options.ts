import type { Figures } from './figures.ts';
import type { Paint } from './paint.ts';

export interface FrameOptions {
  readonly columns: number;
  readonly rows: number;
  /** Milliseconds, on the board's clock. */
  readonly now: number;
  readonly paint: Paint;
  readonly figures: Figures;
}

/** Whole seconds, so that nothing moves more than once a second: `7 s`, `1:05`, `2:10:00`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const two = (number: number) => String(number).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
