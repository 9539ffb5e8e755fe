import type { RunEvent } from '../events.ts';
import { taskKey } from './board.ts';
import {
  detailLines,
  hostName,
  isProblem,
  isTold,
  type LineOptions,
  type OutcomeEvent,
  outcomeLines,
  reasonLines,
} from './outcome-lines.ts';
import { hang, pad, shownLine, shownLines, someOf, widthOf } from './text.ts';
import { statusColumns, statusTone, statusWord, titleOf } from './wording.ts';

/**
 * The permanent lines above the live view. Problems come at once, the same problem on more hosts as
 * one line; all else waits for the end of its task, and hosts with the same outcome share one entry.
 */
export class LiveTranscript {
  readonly #options: LineOptions;
  readonly #groups = new Map<string, Map<string, Group>>();
  readonly #toldItems = new Set<string>();
  readonly #modules = new Map<string, string>();

  constructor(options: LineOptions) {
    this.#options = options;
  }

  /** The lines that the event adds, at `columns`. */
  lines(event: RunEvent, columns: number): string[] {
    const options = { ...this.#options, columns };
    const { paint, verbosity } = options;
    switch (event.type) {
      case 'play-skipped':
        return [
          `${paint('strong', `play ${shownLine(event.name)}`)} skipped: ${shownLine(event.reason)}`,
        ];
      case 'warning':
        return note(
          paint('doubt', pad('warning', statusColumns)),
          event.host,
          event.message,
          columns,
        );
      case 'message':
        if (event.verbosity > verbosity) return [];
        return note(paint('place', pad('message', statusColumns)), event.host, event.text, columns);
      case 'host-task-retry':
        if (verbosity < 1) return [];
        return note(
          pad('retry', statusColumns),
          event.host,
          `${event.task}: ${event.message}`,
          columns,
        );
      case 'host-connected':
        return verbosity < 3 ? [] : note(pad('connected', statusColumns), event.host, '', columns);
      case 'host-task-item':
        if (isTold(event.outcome, verbosity, this.#modules.get(taskKey(event))))
          this.#toldItems.add(`${event.host} ${event.id}`);
        return this.#outcome(event, options);
      case 'host-task-finished': {
        const { status } = event.outcome;
        const items = this.#toldItems.delete(`${event.host} ${event.id}`);
        return items && (status === 'changed' || status === 'ok')
          ? []
          : this.#outcome(event, options);
      }
      case 'task-started':
        this.#modules.set(taskKey(event), event.module);
        return [];
      case 'task-finished':
        return this.#end(taskKey(event), options);
      case 'play-finished':
        return [...this.#groups.keys()]
          .filter((key) => key.startsWith(taskKey({ play: event.play, id: '' })))
          .flatMap((key) => this.#end(key, options));
      case 'run-finished':
        return [...this.#groups.keys()].flatMap((key) => this.#end(key, options));
      default:
        return [];
    }
  }

  #outcome(event: OutcomeEvent, options: LineOptions): string[] {
    const { outcome } = event;
    const task = taskKey(event);
    if (!isTold(outcome, options.verbosity, this.#modules.get(task))) return [];
    const groups = this.#groups.get(task) ?? new Map<string, Group>();
    this.#groups.set(task, groups);
    const reason = reasonLines(outcome);
    const details = detailLines(event, options);
    const key = JSON.stringify([statusWord(outcome), reason, details]);
    const group = groups.get(key);
    if (group) {
      group.hosts.push(hostName(event));
      return [];
    }
    groups.set(key, { event, hosts: [hostName(event)], reason, details });
    return isProblem(outcome) ? outcomeLines(event, 0, options) : [];
  }

  #end(task: string, options: LineOptions): string[] {
    const groups = [...(this.#groups.get(task)?.values() ?? [])];
    this.#groups.delete(task);
    return groups.flatMap((group) =>
      isProblem(group.event.outcome) ? sameProblem(group, options) : entry(group, options),
    );
  }
}

interface Group {
  /** The first host's; the others differ in nothing that is shown. */
  readonly event: OutcomeEvent;
  readonly hosts: string[];
  readonly reason: readonly string[];
  readonly details: readonly string[];
}

function sameProblem({ event, hosts }: Group, options: LineOptions): string[] {
  if (hosts.length < 2) return [];
  const word = options.paint('bad', pad(statusWord(event.outcome), statusColumns));
  const others = someOf(hosts.slice(1), 3 * options.columns);
  const text = `${others}: ${titleOf(event)}, the same as on ${hosts[0]}`;
  return under(`  ${word}  `, text, options.columns);
}

function entry({ event, hosts, reason, details }: Group, options: LineOptions): string[] {
  const { outcome } = event;
  const { paint, columns } = options;
  const tone = outcome.ignored ? 'doubt' : statusTone[outcome.status];
  const start = `  ${paint(tone, pad(statusWord(outcome), statusColumns))}  `;
  const task = titleOf(event);
  const room = columns - statusColumns - 4;
  const who = someOf(hosts, Math.max(30, room - widthOf(task) - 3));
  const [first = '', ...more] = reason;
  const whole = [task, who, first].filter(Boolean).join(' · ');
  const head =
    widthOf(whole) <= room
      ? [start + [paint('strong', task), who, first].filter(Boolean).join(' · ')]
      : [
          ...under(start, `${task} · ${who}`, columns),
          ...(first ? hang(space, first, columns) : []),
        ];
  return [...head, ...more.flatMap((line) => hang(space, line, columns)), ...details];
}

const space = ' '.repeat(statusColumns + 4);

/** `start` takes as many columns as `space`; it may hold colour. */
function under(start: string, text: string, columns: number): string[] {
  return hang(space, text, columns).map((line, index) =>
    index === 0 ? start + line.slice(space.length) : line,
  );
}

function note(word: string, host: string | undefined, text: string, columns: number): string[] {
  const name = host === undefined ? '' : `${shownLine(host)}: `;
  const [first = '', ...more] = shownLines(text);
  return [
    ...under(`  ${word}  `, name + first, columns),
    ...more.flatMap((line) => hang(space, line, columns)),
  ];
}
