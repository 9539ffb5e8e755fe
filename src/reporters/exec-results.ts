import type { EventHandlers, Reporter } from '../events.ts';
import { dispatch } from './dispatch.ts';
import { detailLines, hostName, type LineOptions } from './outcome-lines.ts';
import { flushed, type Output } from './output.ts';
import { count, shownLine, shownLines } from './text.ts';
import { timingsLines } from './timings-table.ts';
import { reasonOf, statusTone, statusWord } from './wording.ts';

/** What one module gave on each host, for `exec`: a line with the reason, then its output or result. */
export function execReporter(output: Output, options: LineOptions): Reporter {
  const { paint, verbosity } = options;
  const print = (...lines: string[]) => output.write(`${lines.join('\n')}\n`);
  const nothing = () => {};

  const handlers: EventHandlers = {
    'run-started': nothing,
    'play-started': nothing,
    'play-skipped': (event) => print(`nothing to do: ${shownLine(event.reason)}`),
    'host-connecting': nothing,
    'host-connected': (event) => {
      if (verbosity >= 3) print(`${shownLine(event.host)}: connected`);
    },
    'task-started': nothing,
    'host-task-started': nothing,
    'host-task-item': nothing,
    'host-task-retry': nothing,
    'host-task-finished': (event) => {
      const { outcome } = event;
      const [reason = '', ...more] = shownLines(reasonOf(outcome));
      const word = paint(statusTone[outcome.status], statusWord(outcome));
      print(
        `${paint('strong', hostName(event))}  ${word}  ${reason}`.trimEnd(),
        ...more.map((line) => `  ${line}`),
        ...detailLines(event, { ...options, wholeOutput: true }),
      );
    },
    'host-rescued': nothing,
    'task-finished': nothing,
    included: nothing,
    warning: (event) => print(`warning: ${shownLine(event.message)}`),
    message: (event) => {
      if (event.verbosity <= verbosity) print(...shownLines(event.text));
    },
    'prompt-started': nothing,
    'prompt-finished': nothing,
    'play-finished': nothing,
    'run-finished': (event) => {
      const bad = [...event.hosts.values()].filter(
        ({ failed, unreachable }) => failed + unreachable > 0,
      );
      if (bad.length > 0)
        print('', paint('bad', `${bad.length} of ${count(event.hosts.size, 'host')} failed`));
    },
    timings: (event) => print(...timingsLines(event.timings, paint)),
  };

  return {
    report: (event) => dispatch(handlers, event),
    finish: () => flushed(output),
  };
}
