import type { HostTime, PhaseTime, TaskTime, Timings } from '../events.ts';
import type { Paint } from './paint.ts';
import { count, duration, pad, shownLine, truncateMiddle, widthOf } from './text.ts';
import { titleOf } from './wording.ts';

/** Where the time of a run went, as tables of at most 80 columns. */
export function timingsLines(timings: Timings, paint: Paint): string[] {
  const tables = [phases(timings), hosts(timings.hosts), tasks(timings.tasks)];
  return tables.flatMap((rows) => (rows.length < 2 ? [] : ['', ...laidOut(rows, paint)]));
}

const width = 80;
const mostHosts = 20;

type Row = readonly string[];

function phases({ phases: parts, wallMs, cpuMs }: Timings): Row[] {
  const row = (name: string, wall: number, cpu: number): Row => [
    ...[name, duration(wall), share(wall, wallMs), duration(cpu), share(cpu, cpuMs)],
  ];
  return [
    ['phase', 'time', '', 'CPU', ''],
    ...parts
      .filter(({ wallMs: wall, cpuMs: cpu }: PhaseTime) => wall >= 0.5 || cpu >= 0.5)
      .map((part) => row(part.phase, part.wallMs, part.cpuMs)),
    row('all', wallMs, cpuMs),
  ];
}

function hosts(all: readonly HostTime[]): Row[] {
  const left = all.length - mostHosts;
  return [
    ['host', 'connect', 'waited', 'round trips', 'scripts', 'sent', 'received'],
    ...all
      .slice(0, mostHosts)
      .map((one) => [
        shownLine(one.host),
        duration(one.connectMs),
        duration(one.waitedMs),
        String(one.roundTrips),
        String(one.scripts),
        bytes(one.bytesSent),
        bytes(one.bytesReceived),
      ]),
    ...(left > 0 ? [[`and ${left} faster`]] : []),
  ];
}

function tasks(slowest: readonly TaskTime[]): Row[] {
  return [
    ['slowest tasks', 'time', 'on', ''],
    ...slowest.map((one) => [
      titleOf(one),
      duration(one.durationMs),
      truncateMiddle(shownLine(one.host), 20),
      one.hosts === 1 ? '' : `of ${count(one.hosts, 'host')}`,
    ]),
  ];
}

/** The first column takes what the others leave; numbers are aligned on the right. */
function laidOut(rows: readonly Row[], paint: Paint): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, at) =>
    Math.max(...rows.map((row) => widthOf(row[at] ?? ''))),
  );
  const rest = widths.slice(1).reduce((sum, one) => sum + 2 + one, 0);
  const first = Math.min(widths[0]!, width - rest);
  return rows.map(([name = '', ...cells], index) => {
    const shown = cells.map(
      (cell, at) => `  ${' '.repeat(widths[at + 1]! - widthOf(cell))}${cell}`,
    );
    const line = (pad(truncateMiddle(name, first), first) + shown.join('')).trimEnd();
    return index === 0 ? paint('quiet', line) : line;
  });
}

function share(part: number, whole: number): string {
  return whole === 0 ? '' : `${Math.round((100 * part) / whole)} %`;
}

function bytes(amount: number): string {
  if (amount < 1000) return `${amount} B`;
  if (amount < 999_500) return `${(amount / 1000).toPrecision(3)} kB`;
  return `${(amount / 1e6).toPrecision(3)} MB`;
}
