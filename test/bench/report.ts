import type { Row } from './contest.ts';
import type { Machine } from './machine.ts';
import { type Goal, isMet, type Phase, type Result, type Shares } from './result.ts';
import type { Summary } from './statistics.ts';

/** All that a run of the benchmarks found. */
export interface Report {
  /** ISO 8601. */
  readonly date: string;
  readonly runs: number;
  readonly quick: boolean;
  readonly machine: Machine;
  readonly results: readonly Result[];
}

/** The report in Markdown: how each goal is met, then every measurement. */
export function reportText(report: Report): string {
  const parts = [heading(report), goalTable(report.results)];
  for (const result of report.results)
    parts.push(`### ${result.id}: ${result.title}`, rest(result));
  return parts.join('\n\n');
}

function heading({ date, runs, quick, machine }: Report): string {
  const { processor, cores, memory, kernel, system, load, versions, missing } = machine;
  const gigabytes = Math.round(memory / 1024 ** 3);
  const lines = [
    `${date.slice(0, 10)}, ${processor}, ${cores} cores, ${gigabytes} GB, ${system}, Linux ${kernel}.`,
    `Load when it began: ${load.toFixed(1)}.`,
    `Runs of each: ${runs}${quick ? ', with small sizes: only to see that it works' : ''}.`,
    `${Object.entries(versions)
      .map(([name, version]) => (version.startsWith(name) ? version : `${name} ${version}`))
      .join(', ')}.`,
    ...missing.map((text) => `${text}.`),
  ];
  return lines.join('\n');
}

/** One line for each goal: what was measured, what was wanted. */
export function goalTable(results: readonly Result[]): string {
  const lines = results.flatMap(({ id, title, goals }) =>
    goals.map((goal, index) => [
      index === 0 ? id : '',
      index === 0 ? title : '',
      goal.what,
      withUnit(goal.value, goal.unit),
      peersText(goal),
      `${goal.bound === 'most' ? '≤' : '≥'} ${withUnit(goal.limit, goal.unit)}`,
      verdict(goal),
    ]),
  );
  return table(['', 'work', 'figure', 'measured', 'others', 'goal', ''], lines);
}

function peersText({ peers = {}, unit }: Goal): string {
  const texts = Object.entries(peers).map(([name, value]) => `${name} ${withUnit(value, unit)}`);
  return texts.join(', ');
}

function rest({ measured, rows, phases = [], shares = [], notes = [] }: Result): string {
  const hasHosts = rows.some(({ hostCpu }) => hostCpu);
  const header = ['', 'wall s', 'controller CPU s', ...(hasHosts ? ['hosts’ CPU s'] : []), 'MB'];
  const lines = rows.map((row) => [
    row.name,
    span(row.wall),
    span(row.cpu),
    ...(hasHosts ? [row.hostCpu ? span(row.hostCpu) : '–'] : []),
    megabytes(row),
  ]);
  const parts = measured ? [measuredText(measured)] : [];
  if (rows.length > 0) parts.push(table(header, lines));
  if (shares.length > 0) parts.push(shareTable(shares));
  if (phases.length > 0) parts.push(phaseTable(phases));
  if (notes.length > 0) parts.push(notes.map((note) => `- ${note}`).join('\n'));
  return parts.join('\n\n');
}

function measuredText({ date, rolecall, load }: NonNullable<Result['measured']>): string {
  return `Measured by itself on ${date.slice(0, 10)}, rolecall ${rolecall}, load ${load.toFixed(1)}.`;
}

/** A column for each work: wall seconds of its phases, the controller's CPU in parentheses. */
function shareTable(shares: readonly Shares[]): string {
  const names = [...new Set(shares.flatMap(({ phases }) => phases.map(({ phase }) => phase)))];
  const both = (wall: number, cpu: number) => `${digits(wall)} (${digits(cpu)})`;
  const lines = names.map((name) => [
    name,
    ...shares.map(({ phases }) => {
      const found = phases.find(({ phase }) => phase === name);
      return found ? both(found.wall, found.cpu) : '–';
    }),
  ]);
  const whole = ['all', ...shares.map(({ wall, cpu }) => both(wall, cpu))];
  return table(['phase, s wall (s CPU)', ...shares.map(({ work }) => work)], [...lines, whole]);
}

function phaseTable(phases: readonly Phase[]): string {
  const line = (name: string, hosts: string, some: readonly Phase[]): string[] => {
    const [wall, packages] = [
      sum(some.map((one) => one.wall)),
      sum(some.map((one) => one.packages)),
    ];
    return [name, hosts, digits(wall), digits(packages), digits(wall - packages)];
  };
  const lines = phases.map((phase) => line(phase.name, phase.hosts.join(' '), [phase]));
  const header = ['phase', 'hosts', 'wall s', 'apt-get alone s', 'the rest s'];
  return table(header, [...lines, line('all', '', phases)]);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The median, and between what and what it was. */
function span({ median, min, max, count }: Summary): string {
  if (count === 1) return `${digits(median)} (one run)`;
  return `${digits(median)} (${digits(min)}–${digits(max)})`;
}

function megabytes({ memory }: Row): string {
  return (memory.median / 1024 ** 2).toFixed(0);
}

function verdict(goal: Goal): string {
  return isMet(goal) ? 'met' : '**not met**';
}

function withUnit(value: number, unit: string): string {
  return `${digits(value)} ${unit}`;
}

/** Three digits that count: 0.0123, 1.23, 123. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(Math.min(4, Math.max(0, 2 - size)));
}

function table(header: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [row(header), row(header.map(() => '---')), ...lines.map(row)].join('\n');
}
