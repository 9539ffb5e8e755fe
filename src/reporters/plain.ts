import type { EventHandlers, Reporter } from '../events.ts';
import { forgetFailure, noteFailure, type SeenFailure } from './board.ts';
import { dispatch } from './dispatch.ts';
import { isTold, type LineOptions, type OutcomeEvent, outcomeLines } from './outcome-lines.ts';
import { flushed, type Output } from './output.ts';
import { shownPlace } from './place.ts';
import { recapLines } from './recap.ts';
import { count, duration, shownLine, shownLines, widthOf } from './text.ts';
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
  let hostColumns = 0;
  /** With the task that it belongs to: the next one may have the same name. */
  let heading = noHeading;
  let told = noHeading;
  const headings = new Map<string, string>();
  const modules = new Map<string, string>();
  const toldItems = new Map<string, number>();

  const print = (...lines: string[]) => {
    if (lines.length > 0) output.write(`${lines.join('\n')}\n`);
  };
  const tell = (id: string | undefined, lines: string[]) => {
    const own = id === undefined ? undefined : headings.get(id);
    if (own !== undefined) heading = { id: id!, text: own };
    if (heading.text !== '' && (heading.text !== told.text || heading.id !== told.id))
      print(heading.text);
    told = heading;
    print(...lines);
  };
  const note = (word: string, host: string | undefined, text: string) => {
    const [first = '', ...more] = shownLines(text);
    const name = host === undefined ? '' : `${shownLine(host)}: `;
    return [`  ${word}  ${name}${first}`, ...more.map((line) => `      ${line}`)];
  };
  const tellOutcome = (event: OutcomeEvent) => {
    tell(event.id, outcomeLines(event, hostColumns, options));
  };

  const handlers: EventHandlers = {
    'run-started': (event) => {
      checkMode = event.checkMode;
      if (checkMode) print(paint('doubt', 'check mode: nothing is changed on the hosts'));
    },
    'play-started': (event) => {
      hostColumns = Math.min(
        24,
        Math.max(0, ...event.hosts.map((host) => widthOf(shownLine(host)))),
      );
      const batch = event.batches > 1 ? `, batch ${event.batch} of ${event.batches}` : '';
      const name = paint('strong', `play ${shownLine(event.name)}`);
      print('', `${name} · ${count(event.hosts.length, 'host')}${batch}`);
      heading = noHeading;
      told = noHeading;
    },
    'play-skipped': (event) => {
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
      heading = {
        id: event.id,
        text: paint('strong', `${kind} ${titleOf(event)}`) + place,
      };
      headings.set(event.id, heading.text);
      modules.set(event.id, event.module);
    },
    'host-task-started': (event) => {
      if (verbosity >= 4) tell(event.id, [`  started       ${shownLine(event.host)}`]);
    },
    'host-task-item': (event) => {
      if (!isTold(event.outcome, verbosity, modules.get(event.id))) return;
      const key = `${event.host} ${event.id}`;
      toldItems.set(key, (toldItems.get(key) ?? 0) + 1);
      tellOutcome(event);
    },
    'host-task-retry': (event) => {
      if (verbosity < 1) return;
      const text = `attempt ${event.attempt}, ${event.left} left: ${event.message}`;
      tell(event.id, note('retry       ', event.host, text));
    },
    'host-task-finished': (event) => {
      const key = `${event.host} ${event.id}`;
      noteFailure(failures, event);
      const items = toldItems.get(key) ?? 0;
      toldItems.delete(key);
      if (!isTold(event.outcome, verbosity, modules.get(event.id))) return;
      if (items > 0 && (event.outcome.status === 'changed' || event.outcome.status === 'ok'))
        return;
      tellOutcome(event);
    },
    'host-rescued': (event) => forgetFailure(failures, event),
    'task-finished': (event) => {
      headings.delete(event.id);
      modules.delete(event.id);
    },
    included: (event) => {
      if (verbosity < 1) return;
      const hosts = event.hosts.map(shownLine).join(', ');
      tell(undefined, [`  included      ${shownLine(event.what)} for ${hosts}`]);
    },
    warning: (event) => {
      print(...note(paint('doubt', 'warning     '), event.host, event.message));
    },
    message: (event) => {
      if (event.verbosity <= verbosity) {
        tell(undefined, note(paint('place', 'message     '), event.host, event.text));
      }
    },
    'prompt-started': () => {},
    'prompt-finished': () => {},
    'play-finished': () => {},
    'run-finished': (event) => {
      print(
        '',
        ...recapLines(event, { paint, checkMode, failures, groupAbove: Number.POSITIVE_INFINITY }),
      );
    },
  };

  return {
    report: (event) => dispatch(handlers, event),
    finish: () => flushed(output),
  };
}

const noHeading = { id: '', text: '' };
