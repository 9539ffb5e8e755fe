import type { EventHandlers, Reporter } from '../events.ts';
import { forgetFailure, noteFailure, type SeenFailure } from './board.ts';
import { dispatch } from './dispatch.ts';
import { isTold, type LineOptions, type OutcomeEvent, outcomeLines } from './outcome-lines.ts';
import { flushed, type Output } from './output.ts';
import { shownPlace } from './place.ts';
import { recapLines } from './recap.ts';
import { count, duration, shownLine, shownLines, widthOf } from './text.ts';
import { timingsLines } from './timings-table.ts';
import { titleOf } from './wording.ts';

/**
 * Text for a pipe, a file or CI: headings and one line per host and task that is worth a line, each
 * readable by itself; `-v` tells the rest (1: ok and skipped with reasons and output, 2: results and
 * durations, 3: connections, 4: every start).
 */
export function plainReporter(output: Output, options: LineOptions): Reporter {
  const { paint, verbosity } = options;
  const failures: SeenFailure[] = [];
  let checkMode = false;
  /** Those that run, by their numbers. */
  const plays = new Map<number, PlayLines>();
  /** Since the last heading of a play more than that play may have had lines. */
  let mixed = false;
  let told: Heading | undefined;
  const headings = new Map<string, Heading>();
  const modules = new Map<string, string>();
  const toldItems = new Map<string, number>();

  const print = (...lines: string[]) => {
    if (lines.length > 0) output.write(`${lines.join('\n')}\n`);
  };
  const tell = (event: { play?: number; id?: string }, lines: string[]) => {
    const play = plays.get(event.play ?? 0);
    const own = event.id === undefined ? undefined : headings.get(keyOf(event));
    const heading = own ?? play?.heading;
    if (own && play) play.heading = own;
    if (heading && (heading.text !== told?.text || heading.key !== told.key))
      print(heading.text + (mixed ? inPlay(heading.play) : ''));
    told = heading;
    print(...lines);
  };
  const inPlay = (play: number) => paint('quiet', ` · play ${plays.get(play)?.name ?? play}`);
  const note = (word: string, host: string | undefined, text: string) => {
    const [first = '', ...more] = shownLines(text);
    const name = host === undefined ? '' : `${shownLine(host)}: `;
    return [`  ${word}  ${name}${first}`, ...more.map((line) => `      ${line}`)];
  };
  const tellOutcome = (event: OutcomeEvent) => {
    tell(event, outcomeLines(event, plays.get(event.play)?.hostColumns ?? 0, options));
  };

  const handlers: EventHandlers = {
    'run-started': (event) => {
      checkMode = event.checkMode;
      if (checkMode) print(paint('doubt', 'check mode: nothing is changed on the hosts'));
    },
    'play-started': (event) => {
      const longest = Math.max(0, ...event.hosts.map((host) => widthOf(shownLine(host))));
      plays.set(event.play, {
        name: shownLine(event.name),
        hostColumns: Math.min(24, longest),
        heading: undefined,
      });
      mixed = plays.size > 1;
      const batch = event.batches > 1 ? `, batch ${event.batch} of ${event.batches}` : '';
      const name = paint('strong', `play ${shownLine(event.name)}`);
      print('', `${name} · ${count(event.hosts.length, 'host')}${batch}`);
      told = undefined;
    },
    'play-skipped': (event) => {
      mixed = plays.size > 0;
      told = undefined;
      print(
        '',
        `${paint('strong', `play ${shownLine(event.name)}`)} · skipped: ${shownLine(event.reason)}`,
      );
    },
    'host-connecting': (event) => {
      if (verbosity >= 3) print(`  connecting    ${shownLine(event.host)}`);
    },
    'host-connected': (event) => {
      if (verbosity >= 3)
        print(`  connected     ${shownLine(event.host)}  ${duration(event.durationMs)}`);
    },
    'task-started': (event) => {
      const place = verbosity >= 2 ? paint('quiet', ` (${shownPlace(event.id)})`) : '';
      const kind = event.handler ? 'handler' : 'task';
      const key = keyOf(event);
      const text = paint('strong', `${kind} ${titleOf(event)}`) + place;
      const heading = { key, play: event.play, text };
      headings.set(key, heading);
      const play = plays.get(event.play);
      if (play) play.heading = heading;
      modules.set(key, event.module);
    },
    'host-task-started': (event) => {
      if (verbosity >= 4) tell(event, [`  started       ${shownLine(event.host)}`]);
    },
    'host-task-item': (event) => {
      if (!isTold(event.outcome, verbosity, modules.get(keyOf(event)))) return;
      const key = `${event.host} ${event.id}`;
      toldItems.set(key, (toldItems.get(key) ?? 0) + 1);
      tellOutcome(event);
    },
    'host-task-retry': (event) => {
      if (verbosity < 1) return;
      const text = `attempt ${event.attempt}, ${event.left} left: ${event.message}`;
      tell(event, note('retry       ', event.host, text));
    },
    'host-task-finished': (event) => {
      const key = `${event.host} ${event.id}`;
      noteFailure(failures, event);
      const items = toldItems.get(key) ?? 0;
      toldItems.delete(key);
      if (!isTold(event.outcome, verbosity, modules.get(keyOf(event)))) return;
      if (items > 0 && (event.outcome.status === 'changed' || event.outcome.status === 'ok'))
        return;
      tellOutcome(event);
    },
    'host-rescued': (event) => forgetFailure(failures, event),
    'task-finished': (event) => {
      headings.delete(keyOf(event));
      modules.delete(keyOf(event));
    },
    included: (event) => {
      if (verbosity < 1) return;
      const hosts = event.hosts.map(shownLine).join(', ');
      tell({ play: event.play }, [`  included      ${shownLine(event.what)} for ${hosts}`]);
    },
    warning: (event) => {
      print(...note(paint('doubt', 'warning     '), event.host, event.message));
    },
    message: (event) => {
      if (event.verbosity <= verbosity) {
        tell({ play: event.play }, note(paint('place', 'message     '), event.host, event.text));
      }
    },
    'prompt-started': () => {},
    'prompt-finished': () => {},
    'play-finished': (event) => void plays.delete(event.play),
    'run-finished': (event) => {
      print(
        '',
        ...recapLines(event, { paint, checkMode, failures, groupAbove: Number.POSITIVE_INFINITY }),
      );
    },
    timings: (event) => print(...timingsLines(event.timings, paint)),
  };

  return {
    report: (event) => dispatch(handlers, event),
    finish: () => flushed(output),
  };
}

interface PlayLines {
  readonly name: string;
  readonly hostColumns: number;
  /** Of the task that started last. */
  heading: Heading | undefined;
}

/** With the task that it belongs to: the next one may have the same name. */
interface Heading {
  readonly key: string;
  readonly play: number;
  readonly text: string;
}

function keyOf({ play, id }: { play?: number; id?: string }): string {
  return `${play} ${id}`;
}
