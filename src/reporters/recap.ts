import type { Counts, RunEventOf } from '../events.ts';
import type { SeenFailure } from './board.ts';
import type { Paint, Tone } from './paint.ts';
import {
  count,
  duration,
  hang,
  pad,
  shownLine,
  someOf,
  truncate,
  truncateMiddle,
  widthOf,
} from './text.ts';

export interface RecapOptions {
  readonly paint: Paint;
  readonly checkMode: boolean;
  /** Told once more, so that the end of a log says what went wrong. */
  readonly failures: readonly SeenFailure[];
  /** Hosts with the same counts share a line when there are more hosts than this. */
  readonly groupAbove: number;
}

/** The table of what came out on each host and one closing sentence, at most 80 columns wide. */
export function recapLines(event: RunEventOf<'run-finished'>, options: RecapOptions): string[] {
  const { paint } = options;
  return [
    ...failureLines(options),
    ...table(rowsOf(event.hosts, options.groupAbove), options),
    ...[...event.owed].flatMap(([host, handlers]) =>
      hang(
        '',
        `still owed on ${shownLine(host)}: ${handlers.map(shownLine).join(', ')} (the next run does it)`,
        width,
      ).map((line) => paint('doubt', line)),
    ),
    '',
    ...closing(event, options),
  ];
}

const width = 80;
const mostFailures = 10;

function failureLines({ failures, paint }: RecapOptions): string[] {
  if (failures.length === 0) return [];
  const lines = failures.slice(0, mostFailures).flatMap((failure) => {
    const { status, task, reason, place } = failure;
    const hosts = someOf(failure.hosts, width / 2);
    const room = width - status.length - widthOf(hosts) - 4;
    return [
      `${paint('bad', status)}  ${paint('strong', hosts)}  ${truncate(`${task} (${place})`, room)}`,
      ...hang('        ', truncate(reason, 2 * (width - 8)), width),
    ];
  });
  const more = failures.length - mostFailures;
  return [...lines, ...(more > 0 ? [paint('bad', `        and ${more} more, see above`)] : []), ''];
}

interface Row {
  readonly name: string;
  readonly counts: Counts;
}

interface Column {
  readonly key: keyof Counts;
  readonly title: string;
  readonly tone: Tone;
  /** Shown only when a host has a number other than 0 in it. */
  readonly rare: boolean;
}

const columnsOf = (checkMode: boolean): readonly Column[] => [
  { key: 'ok', title: 'ok', tone: 'good', rare: false },
  { key: 'changed', title: checkMode ? 'would change' : 'changed', tone: 'change', rare: false },
  { key: 'unknown', title: 'unknown', tone: 'doubt', rare: true },
  { key: 'skipped', title: 'skipped', tone: 'quiet', rare: false },
  { key: 'failed', title: 'failed', tone: 'bad', rare: false },
  { key: 'unreachable', title: 'unreachable', tone: 'bad', rare: true },
  { key: 'rescued', title: 'rescued', tone: 'doubt', rare: true },
  { key: 'ignored', title: 'ignored', tone: 'doubt', rare: true },
];

function table(rows: readonly Row[], { paint, checkMode }: RecapOptions): string[] {
  if (rows.length === 0) return [];
  const shown = columnsOf(checkMode).filter(
    ({ key, rare }) => !rare || rows.some(({ counts }) => counts[key] > 0),
  );
  const taken = shown.reduce((sum, { title }) => sum + cell(title), 0);
  const longest = Math.max('host'.length, ...rows.map(({ name }) => widthOf(name)));
  const nameColumns = Math.min(longest, width - taken);
  const heading =
    pad('host', nameColumns) + shown.map(({ title }) => title.padStart(cell(title))).join('');
  return [
    paint('quiet', heading),
    ...rows.map(({ name, counts }) => {
      const numbers = shown.map(({ key, title, tone }) =>
        paint(counts[key] > 0 ? tone : 'quiet', String(counts[key]).padStart(cell(title))),
      );
      const bad = counts.failed + counts.unreachable > 0;
      const cut = pad(truncateMiddle(name, nameColumns), nameColumns);
      return paint(bad ? 'bad' : 'strong', cut) + numbers.join('');
    }),
  ];
}

function cell(title: string): number {
  return Math.max(title.length, 5) + 2;
}

function rowsOf(hosts: ReadonlyMap<string, Counts>, groupAbove: number): Row[] {
  const rows = [...hosts].map(([name, counts]) => ({ name: shownLine(name), counts }));
  if (rows.length <= groupAbove) return rows;
  const groups = Map.groupBy(rows, ({ counts }) => JSON.stringify(counts));
  const grouped = [...groups.values()].map((group) => ({
    name: group.length === 1 ? group[0]!.name : `${group.length} hosts (${group[0]!.name} …)`,
    counts: group[0]!.counts,
  }));
  return grouped.sort((a, b) => badness(a.counts) - badness(b.counts));
}

function badness(counts: Counts): number {
  return counts.failed + counts.unreachable > 0 ? 1 : 0;
}

function closing(event: RunEventOf<'run-finished'>, { paint, checkMode }: RecapOptions): string[] {
  const all = [...event.hosts.values()];
  const hostsWith = (key: keyof Counts) => all.filter((counts) => counts[key] > 0).length;
  const changed = all.reduce((sum, counts) => sum + counts.changed, 0);
  const unknown = all.reduce((sum, counts) => sum + counts.unknown, 0);
  const wouldBe = checkMode ? 'would be made ' : '';
  const parts = [
    changed === 0
      ? `nothing ${checkMode ? 'would change' : 'changed'}`
      : `${count(changed, 'change')} ${wouldBe}on ${count(hostsWith('changed'), 'host')}`,
    unknown > 0 && `${unknown} unknown${checkMode ? ' until applied' : ''}`,
    hostsWith('failed') > 0 && `${hostsWith('failed')} failed`,
    hostsWith('unreachable') > 0 && `${hostsWith('unreachable')} unreachable`,
  ].filter((part) => part !== false);
  const start = event.interrupted ? 'Interrupted after' : 'Done in';
  const text = `${start} ${duration(event.durationMs)}: ${count(all.length, 'host')}, ${parts.join(', ')}.`;
  const bad = event.exitStatus === 2 || event.exitStatus === 4 || event.interrupted;
  return hang('', text, width).map((line) => paint(bad ? 'bad' : 'good', line));
}
