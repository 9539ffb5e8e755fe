import type { Row } from './contest.ts';

/** A figure that has a goal. */
export interface Goal {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly limit: number;
  /** Whether the value should be at most or at least the limit. */
  readonly bound: 'most' | 'least';
  /** What other tools come to, in the same unit. */
  readonly peers?: Readonly<Record<string, number>>;
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
  /** When and with what, where it was not measured with the others. */
  readonly measured?: { readonly date: string; readonly rolecall: string; readonly load: number };
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

/** The same for other tools, as far as they were measured. */
export function peerRatios(
  rows: readonly Row[],
  peers: readonly { readonly name: string }[],
  floor: string,
): Record<string, number> {
  const measured = peers.filter(({ name }) => rows.some((row) => row.name === name));
  return Object.fromEntries(measured.map(({ name }) => [name, ratio(rows, name, floor).value]));
}

export function rowNamed(rows: readonly Row[], name: string): Row {
  const found = rows.find((row) => row.name === name);
  if (!found) throw new Error(`no row '${name}'`);
  return found;
}
