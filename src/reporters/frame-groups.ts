import { type Board, type HostLine, type HostState, statesOf } from './board.ts';
import { countColumns } from './frame-hosts.ts';
import { clock, type FrameOptions } from './frame-options.ts';
import type { Tone } from './paint.ts';
import { pad, someOf, truncate, widthOf } from './text.ts';

/** A line per state with how many hosts are in it, then the sums; the same lines at any time. */
export function groupLines(board: Board, options: FrameOptions): string[] {
  const { columns, rows, paint, figures } = options;
  const states = statesOf(board);
  const shown = rows < 14 ? groups.filter(({ state }) => states.has(state)) : groups;
  const digits = String(board.hosts.size).length;
  const lines = shown.map(({ state, tone }) => {
    const hosts = states.get(state) ?? [];
    const figure = state === 'done' ? figures.ok : figures[state];
    const start = `${figure} ${pad(state, 'unreachable'.length)}  ${String(hosts.length).padStart(digits)}`;
    const tail = groupTail(state, hosts, columns - widthOf(start) - 2, options);
    return `${paint(hosts.length > 0 ? tone : 'quiet', start)}  ${paint('quiet', tail)}`.trimEnd();
  });
  return [...lines, totalLine(board, options)];
}

const groups: readonly { readonly state: HostState; readonly tone: Tone }[] = [
  { state: 'connecting', tone: 'place' },
  { state: 'waiting', tone: 'quiet' },
  { state: 'running', tone: 'place' },
  { state: 'done', tone: 'good' },
  { state: 'failed', tone: 'bad' },
  { state: 'unreachable', tone: 'bad' },
];

/** After this long on one task a host is named, in milliseconds. */
const slow = 3000;

/** For states that one waits for or cares about: which hosts; for the others the number is enough. */
function groupTail(
  state: HostState,
  hosts: readonly HostLine[],
  room: number,
  { now }: FrameOptions,
): string {
  if (state === 'waiting' || state === 'done') return '';
  if (state === 'failed' || state === 'unreachable') {
    const names = hosts.map(({ name }) => name);
    return truncate(someOf(names, room), room);
  }
  const late = hosts.filter(({ since }) => now - since >= slow).sort((a, b) => a.since - b.since);
  const names = late.map(({ name, since }) => `${name} ${clock(now - since)}`);
  return truncate(someOf(names, room), room);
}

function totalLine(board: Board, { columns, paint }: FrameOptions): string {
  const hosts = [...board.hosts.values()];
  const parts = countColumns(board.checkMode).map(({ key, title, tone }) => {
    const total = hosts.reduce((sum, { counts }) => sum + counts[key], 0);
    return { text: `${title} ${total}`, tone: total > 0 ? tone : ('quiet' as const) };
  });
  const whole = `  ${parts.map(({ text }) => text).join('  ')}`;
  if (widthOf(whole) > columns) return truncate(whole, columns);
  return `  ${parts.map(({ text, tone }) => paint(tone, text)).join('  ')}`;
}
