import type { Board, HostLine } from './board.ts';
import { clock, type FrameOptions } from './frame-options.ts';
import type { Tone } from './paint.ts';
import { pad, truncate, truncateMiddle, widthOf } from './text.ts';
import { statusTone } from './wording.ts';

export interface CountColumn {
  readonly key: keyof HostLine['counts'];
  readonly title: string;
  readonly tone: Tone;
}

/** The counts worth their columns; a dry run has unknowns and says `changes` for what would change. */
export function countColumns(checkMode: boolean): readonly CountColumn[] {
  return [
    { key: 'ok', title: 'ok', tone: 'good' },
    { key: 'changed', title: checkMode ? 'changes' : 'changed', tone: 'change' },
    ...(checkMode ? [{ key: 'unknown', title: 'unknown', tone: 'doubt' } as const] : []),
    { key: 'skipped', title: 'skipped', tone: 'quiet' },
    { key: 'failed', title: 'failed', tone: 'bad' },
  ];
}

/** A heading and a line per host: state, name, counts, what it does and since when. */
export function hostLines(board: Board, options: FrameOptions): string[] {
  const { columns, paint } = options;
  const hosts = [...board.hosts.values()];
  const longest = Math.max('host'.length, ...hosts.map(({ name }) => widthOf(name)));
  const nameColumns = Math.min(longest, Math.max(8, Math.floor(columns * 0.3)));
  const shown = columnsThatFit(countColumns(board.checkMode), columns);
  const room = columns - 2 - nameColumns - widthOfAll(shown) - 2;
  const titles = shown.map(({ title }) => title.padStart(cell(title))).join('');
  return [
    paint('quiet', truncate(`  ${pad('host', nameColumns)}${titles}  task`, columns)),
    ...hosts.map((host) => {
      const numbers = shown.map(({ key, title, tone }) => {
        const number = String(host.counts[key]).padStart(cell(title));
        return paint(host.counts[key] > 0 ? tone : 'quiet', number);
      });
      const name = pad(truncateMiddle(host.name, nameColumns), nameColumns);
      return `${sign(host, options)} ${name}${numbers.join('')}  ${activity(host, room, options)}`.trimEnd();
    }),
  ];
}

function columnsThatFit(all: readonly CountColumn[], columns: number): readonly CountColumn[] {
  if (widthOfAll(all) <= columns * 0.55) return all;
  const most = all.filter(({ key }) => key === 'changed' || key === 'failed');
  return widthOfAll(most) <= columns * 0.45 ? most : [];
}

function widthOfAll(columns: readonly CountColumn[]): number {
  return columns.reduce((sum, { title }) => sum + cell(title), 0);
}

function cell(title: string): number {
  return Math.max(title.length, 4) + 2;
}

function sign(host: HostLine, { paint, figures }: FrameOptions): string {
  const { state } = host;
  if (state === 'failed' || state === 'unreachable') return paint('bad', figures[state]);
  if (state === 'waiting') return paint('quiet', figures.waiting);
  if (state !== 'done') return paint('place', figures[state]);
  const last = host.last ?? 'ok';
  return paint(statusTone[last], figures[last]);
}

function activity(host: HostLine, room: number, { now, paint }: FrameOptions): string {
  if (host.state === 'waiting') return '';
  const busy = host.state === 'running' || host.state === 'connecting';
  const elapsed = busy && now - host.since >= 1000 ? `  ${clock(now - host.since)}` : '';
  const text = truncate(host.activity, Math.max(0, room - elapsed.length));
  return busy ? text + paint('quiet', elapsed) : paint('quiet', text);
}
