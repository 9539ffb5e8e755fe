import { nearestName, RolecallError } from '../errors.ts';
import { knownHosts, listRuns, type RecordedRun, type RunFilter } from '../history/read.ts';
import type { Paint, Tone } from '../reporters/paint.ts';
import { shownPlace } from '../reporters/place.ts';
import { count, duration, pad, shownLine, truncate } from '../reporters/text.ts';
import { readHistory } from './open-history.ts';
import { paintFor } from './paint-for.ts';
import { runJson } from './run-json.ts';

/** Lists the runs that the options ask for. */
export async function showHistory(
  options: RunFilter & { readonly history?: string; readonly output: 'text' | 'json' },
): Promise<void> {
  const found = readHistory(options.history, (database) => {
    const runs = listRuns(database, options);
    return { runs, hosts: runs.length === 0 && options.host ? knownHosts(database) : [] };
  });
  const { runs = [], hosts = [] } = found ?? {};
  if (options.host !== undefined) assertKnown(options.host, runs, hosts);
  if (options.output === 'json') {
    process.stdout.write(`${JSON.stringify({ schema: 1, runs: runs.map(runJson) }, null, 2)}\n`);
    return;
  }
  const lines = historyLines(runs, paintFor(process.stdout), process.stdout.columns);
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** A line for each run. */
export function historyLines(
  runs: readonly RecordedRun[],
  paint: Paint,
  columns = Number.POSITIVE_INFINITY,
): string[] {
  if (runs.length === 0) return ['no runs'];
  const numberColumns = Math.max(3, ...runs.map(({ id }) => String(id).length));
  const userColumns = Math.min(20, Math.max(4, ...runs.map(({ user }) => shownLine(user).length)));
  const heading = [
    'run'.padStart(numberColumns),
    pad('started', 'YYYY-MM-DD HH:MM'.length),
    pad('kind', kindColumns),
    pad('who', userColumns),
    pad('took', 9),
    'what came out',
  ].join('  ');
  return [
    paint('quiet', heading),
    ...runs.map((run) => {
      const { tone, text } = endOf(run);
      const start = [
        String(run.id).padStart(numberColumns),
        localTime(run.started).slice(0, 16),
        pad(run.kind, kindColumns),
        pad(shownLine(run.user), userColumns),
        pad(run.durationMs === undefined ? '' : duration(run.durationMs), 9),
      ].join('  ');
      const what = run.playbooks.map(shownPlace).join(', ');
      const rest = `${text}${what && ` · ${what}`}`;
      const room = Math.max(20, columns - start.length - 2);
      return `${start}  ${paint(tone, truncate(rest, room))}`;
    }),
  ];
}

/** `2026-01-31 17:05:09`, in this machine's time zone. */
export function localTime(date: Date): string {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace('T', ' ');
}

/** How a run ended, in a few words. */
export function endOf(run: RecordedRun): { readonly tone: Tone; readonly text: string } {
  const { state, totals, exitStatus, checkMode } = run;
  if (state === 'running') return { tone: 'place', text: 'still runs' };
  if (state === 'lost') return { tone: 'bad', text: 'did not end' };
  if (state === 'elsewhere' || !totals)
    return { tone: 'doubt', text: `no end is known, ran on ${shownLine(run.machine)}` };
  const parts = [
    totals.changes === 0
      ? `nothing ${checkMode ? 'would change' : 'changed'}`
      : `${count(totals.changes, 'change')}${checkMode ? ' to make' : ''} on ${totals.changed}`,
    totals.unknowns > 0 && `${totals.unknowns} unknown`,
    totals.failed > 0 && `${totals.failed} failed`,
    totals.unreachable > 0 && `${totals.unreachable} unreachable`,
  ].filter((part) => part !== false);
  const start = state === 'interrupted' ? 'interrupted: ' : '';
  const bad = state === 'interrupted' || (exitStatus !== 0 && exitStatus !== 3);
  const broke = exitStatus === 1 && state === 'ended' ? 'ended with an error: ' : '';
  const text = `${start}${broke}${count(totals.hosts, 'host')}, ${parts.join(', ')}`;
  return { tone: bad ? 'bad' : totals.changes > 0 ? 'change' : 'good', text };
}

const kindColumns = 'correction'.length;

/** No runs for a host may mean that its name is misspelt. */
function assertKnown(host: string, runs: readonly RecordedRun[], known: readonly string[]): void {
  if (runs.length > 0 || known.includes(host)) return;
  throw new RolecallError({
    code: 'pattern-unmatched',
    message: `no recorded run worked on a host '${host}'`,
    nearest: nearestName(host, known),
  });
}
