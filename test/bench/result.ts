import type { Row } from './contest.ts';

/** A figure that has a goal. */
export interface Goal {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly limit: number;
  /** Whether the value should be at most or at least the limit. */
  readonly bound: 'most' | 'least';
}

/** A point of one of the plots of growth. */
export interface Point {
  readonly plot: 'tasks' | 'hosts' | 'rtt';
  readonly series: string;
  readonly x: number;
  /** Seconds. */
  readonly y: number;
}

/** A part of a long run, next to what the package manager alone takes for it. Seconds. */
export interface Phase {
  readonly name: string;
  readonly hosts: readonly string[];
  readonly wall: number;
  readonly packages: number;
}

/** What the phases of a run took, as `--timings` tells. Seconds. */
export interface Shares {
  readonly work: string;
  readonly wall: number;
  readonly cpu: number;
  readonly phases: readonly {
    readonly phase: string;
    readonly wall: number;
    readonly cpu: number;
  }[];
}

export interface Result {
  readonly id: string;
  readonly title: string;
  readonly rows: readonly Row[];
  readonly goals: readonly Goal[];
  readonly phases?: readonly Phase[];
  readonly shares?: readonly Shares[];
  readonly points?: readonly Point[];
  /** Figures without a goal, and what has to be known to read the others. */
  readonly notes?: readonly string[];
}

export function isMet({ value, limit, bound }: Goal): boolean {
  return bound === 'most' ? value <= limit : value >= limit;
}

/** How many times as long one took as the other. */
export function ratio(
  rows: readonly Row[],
  name: string,
  floor: string,
): { readonly value: number; readonly unit: '×' } {
  return { value: rowNamed(rows, name).wall.median / rowNamed(rows, floor).wall.median, unit: '×' };
}

export function rowNamed(rows: readonly Row[], name: string): Row {
  const found = rows.find((row) => row.name === name);
  if (!found) throw new Error(`no row '${name}'`);
  return found;
}
