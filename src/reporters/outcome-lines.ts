import { errorCatalogue } from '../errors.ts';
import type { HostResult, RunEventOf } from '../events.ts';
import { diffLines } from './diff-text.ts';
import type { Paint } from './paint.ts';
import { shownPlace } from './place.ts';
import { hang, pad, shownLine, shownLines, wrap } from './text.ts';
import { reasonOf, statusColumns, statusTone, statusWord, textOf, titleOf } from './wording.ts';

/** A task's end on one host, or one item of its loop. */
export type OutcomeEvent = RunEventOf<'host-task-finished'> | RunEventOf<'host-task-item'>;

export interface LineOptions {
  /** How many `-v` were given. */
  readonly verbosity: number;
  readonly diff: boolean;
  /** Columns to wrap at; Infinity where nobody needs it (pipes). */
  readonly columns: number;
  readonly paint: Paint;
  /** All of stdout and stderr, or the result of a module that has neither: for `exec`. */
  readonly wholeOutput?: boolean;
}

/** Whether the outcome is told at all at this verbosity; what `debug` shows is always told. */
export function isTold(outcome: HostResult, verbosity: number, module?: string): boolean {
  const { status } = outcome;
  if (verbosity > 0 || (status !== 'ok' && status !== 'skipped')) return true;
  return module === 'debug' && status === 'ok';
}

/** Whether the outcome gets a block with everything that helps to repair it. */
export function isProblem(outcome: HostResult): boolean {
  if (outcome.ignored) return false;
  const { status } = outcome;
  return (
    status === 'failed' || status === 'unreachable' || (status === 'unknown' && !outcome.predicted)
  );
}

/** The line of an outcome with what belongs under it: error details, diff, output, result. */
export function outcomeLines(
  event: OutcomeEvent,
  hostColumns: number,
  options: LineOptions,
): string[] {
  const { outcome } = event;
  const [first = '', ...more] = reasonLines(outcome);
  const lines = [
    ...headLines(outcome, hostName(event), hostColumns, first, options),
    ...more.flatMap((line) => hang(indent, line, options.columns)),
    ...detailLines(event, options),
  ];
  return lines;
}

/** What belongs under an outcome's line. */
export function detailLines(event: OutcomeEvent, options: LineOptions): string[] {
  const { outcome } = event;
  return [
    ...(isProblem(outcome) ? problemLines(event, options) : []),
    ...(options.diff && !outcome.noLog ? outcome.diff : []).flatMap((diff) =>
      diffLines(diff, options.paint).map((line) => indent + line),
    ),
    ...(isProblem(outcome) ? [] : outputLines(outcome, options)),
    ...resultLines(outcome, options),
  ];
}

/** Message lines, escaped; the first tells the reason in short. */
export function reasonLines(outcome: HostResult): string[] {
  const lines = shownLines(reasonOf(outcome));
  if (outcome.item === undefined) return lines;
  return [`[${shownLine(outcome.item)}] ${lines[0] ?? ''}`.trimEnd(), ...lines.slice(1)];
}

export function hostName(event: OutcomeEvent): string {
  const { delegatedTo } = event.outcome;
  return shownLine(delegatedTo ? `${event.host} → ${delegatedTo}` : event.host);
}

const indent = '      ';

function headLines(
  outcome: HostResult,
  host: string,
  hostColumns: number,
  reason: string,
  { columns, paint }: LineOptions,
): string[] {
  const tone = outcome.ignored ? 'doubt' : statusTone[outcome.status];
  const word = pad(statusWord(outcome), statusColumns);
  const name = host.length > hostColumns ? host : pad(host, hostColumns);
  const start = `  ${word}  ${name}`.trimEnd();
  if (!reason) return [`  ${paint(tone, word)}  ${paint('strong', host)}`];
  const [first = '', ...rest] = wrap(reason, Math.max(20, columns - start.length - 2));
  return [
    `  ${paint(tone, word)}  ${paint('strong', name)}  ${first}`,
    ...rest.map((line) => ' '.repeat(start.length + 2) + line),
  ];
}

function problemLines(event: OutcomeEvent, options: LineOptions): string[] {
  const { outcome } = event;
  const { problem } = outcome;
  const module = 'module' in event ? ` (${event.module})` : '';
  const places = [problem?.at && `${problem.at.file}:${problem.at.line}:${problem.at.column}`];
  if (!places[0]?.startsWith(`${event.id}:`)) places.push(event.id);
  const advice = problem && (problem.hint ?? errorCatalogue[problem.code].advice);
  return [
    ...labelled('task', `${titleOf(event)}${module}`, options),
    ...(problem?.expected ? labelled('expected', problem.expected, options) : []),
    ...(problem?.nearest ? labelled('perhaps', `did you mean '${problem.nearest}'?`, options) : []),
    ...(outcome.noLog ? [] : streamLines(outcome, options)),
    ...labelled(
      'at',
      places
        .filter((place) => place !== undefined)
        .map(shownPlace)
        .join(', '),
      options,
    ),
    ...(advice ? labelled('next', advice, options) : []),
  ];
}

/** The end of stderr, or of stdout where there is no stderr. */
function streamLines(outcome: HostResult, options: LineOptions): string[] {
  const name = textOf(outcome, 'stderr').trim() ? 'stderr' : 'stdout';
  const text = textOf(outcome, name).trim();
  if (!text || reasonOf(outcome).includes(text)) return [];
  return tail(name, text, options.verbosity > 0 ? 40 : 8, options);
}

function outputLines(outcome: HostResult, options: LineOptions): string[] {
  if (options.wholeOutput) return wholeOutput(outcome);
  // `debug: var=…` has no message but the variable.
  if (outcome.status === 'ok' && !reasonOf(outcome) && options.verbosity < 2) {
    return shownLines(JSON.stringify(outcome.result, undefined, 2)).map((line) => indent + line);
  }
  if (options.verbosity < 1 || outcome.noLog) return [];
  return ['stdout', 'stderr'].flatMap((name) => {
    const text = textOf(outcome, name).trim();
    return text ? tail(name, text, options.verbosity > 1 ? 200 : 10, options) : [];
  });
}

function wholeOutput(outcome: HostResult): string[] {
  const texts = ['stdout', 'stderr'].map((name) => textOf(outcome, name)).filter(Boolean);
  const shown = texts.length > 0 ? texts : [JSON.stringify(outcome.result, undefined, 2)];
  return shown.flatMap(shownLines).map((line) => `  ${line}`);
}

function resultLines(outcome: HostResult, options: LineOptions): string[] {
  if (options.verbosity < 2) return [];
  return [
    ...labelled('took', `${Math.round(outcome.durationMs)} ms`, options),
    ...shownLines(JSON.stringify(outcome.result, undefined, 2)).map((line) => indent + line),
  ];
}

function tail(name: string, text: string, most: number, options: LineOptions): string[] {
  const all = shownLines(text.slice(-64 * 1024));
  const kept = all
    .slice(-most)
    .map((line) => (line.length > 2000 ? `${line.slice(0, 2000)}…` : line));
  const left = all.length - kept.length;
  const shown = left > 0 ? [`… ${left} earlier lines (-v shows more)`, ...kept] : kept;
  return shown.flatMap((line, index) => labelled(index === 0 ? name : '', line, options));
}

function labelled(name: string, text: string, { columns, paint }: LineOptions): string[] {
  const label = pad(name, 9);
  const lines = shownLines(text).flatMap((line) => wrap(line, Math.max(20, columns - 16)));
  return lines.map((line, index) =>
    index === 0 ? `${indent}${paint('quiet', label)} ${line}` : `${indent}${' '.repeat(10)}${line}`,
  );
}
