import type { EventHandlers, HostResult, Reporter, RunEventOf } from '../events.ts';
import { dispatch } from './dispatch.ts';
import { detailLines, isProblem, type LineOptions } from './outcome-lines.ts';
import { noColours } from './paint.ts';
import { shownLine, shownLines } from './text.ts';
import { reasonOf, statusWord, titleOf } from './wording.ts';
import { xmlAttribute, xmlText } from './xml.ts';

/**
 * A JUnit XML report: a suite per play, a case per host and task (`classname` is the host).
 * `save` gets the text once, at the end of the run or when it is cut short.
 */
export function junitReporter(save: (xml: string) => Promise<void>): Reporter {
  const suites: Suite[] = [];
  /** By the number of the play: its latest batch. */
  const current = new Map<number, Suite>();
  const begin = (play: number, name: string) => {
    const suite: Suite = { name, cases: [] };
    suites.push(suite);
    current.set(play, suite);
    return suite;
  };
  const nothing = () => {};

  const handlers: EventHandlers = {
    'run-started': nothing,
    'play-started': (event) => {
      const batch = event.batches > 1 ? ` (batch ${event.batch} of ${event.batches})` : '';
      begin(event.play, event.name + batch);
    },
    'play-skipped': nothing,
    'host-connecting': nothing,
    'host-connected': nothing,
    'task-started': nothing,
    'host-task-started': nothing,
    'host-task-item': nothing,
    'host-task-retry': nothing,
    'host-task-finished': (event) => {
      (current.get(event.play) ?? begin(event.play, 'run')).cases.push(event);
    },
    'host-rescued': ({ host, id, play }) => {
      const cases = current.get(play)?.cases ?? [];
      const at = cases.findLastIndex((one) => one.host === host && one.id === id);
      const rescued = cases[at];
      if (rescued) cases[at] = { ...rescued, outcome: { ...rescued.outcome, ignored: true } };
    },
    'task-finished': nothing,
    included: nothing,
    warning: nothing,
    message: nothing,
    'prompt-started': nothing,
    'prompt-finished': nothing,
    'play-finished': nothing,
    'run-finished': nothing,
    timings: nothing,
  };

  return {
    report: (event) => dispatch(handlers, event),
    finish: () => save(document(suites)),
  };
}

type Finished = RunEventOf<'host-task-finished'>;

interface Suite {
  readonly name: string;
  readonly cases: Finished[];
}

const options: LineOptions = {
  verbosity: 0,
  diff: true,
  columns: Number.POSITIVE_INFINITY,
  paint: noColours,
};

function document(suites: readonly Suite[]): string {
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="rolecall"${totals(all)}>`,
    ...suites.flatMap(({ name, cases }) => [
      `  <testsuite name="${xmlAttribute(name)}"${totals(cases)}>`,
      ...cases.flatMap(testcase),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function totals(cases: readonly Finished[]): string {
  const amount = (kind: Kind) => cases.filter(({ outcome }) => kindOf(outcome) === kind).length;
  const seconds = cases.reduce((sum, { outcome }) => sum + outcome.durationMs, 0) / 1000;
  return ` tests="${cases.length}" failures="${amount('failure')}" errors="${amount('error')}" skipped="${amount('skipped')}" time="${seconds.toFixed(3)}"`;
}

type Kind = 'passed' | 'skipped' | 'failure' | 'error';

function kindOf(outcome: HostResult): Kind {
  if (outcome.status === 'skipped') return 'skipped';
  if (!isProblem(outcome)) return 'passed';
  return outcome.status === 'failed' ? 'failure' : 'error';
}

function testcase(event: Finished): string[] {
  const { outcome } = event;
  const [file = '', line = ''] = splitId(event.id);
  const place = line ? ` file="${xmlAttribute(file)}" line="${line}"` : '';
  const start = `    <testcase classname="${xmlAttribute(event.host)}" name="${xmlAttribute(titleOf(event))}"${place} time="${(outcome.durationMs / 1000).toFixed(3)}"`;
  const kind = kindOf(outcome);
  const message = xmlAttribute(reasonOf(outcome));
  const details = detailLines(event, options);
  if (kind === 'skipped')
    return [`${start}>`, `      <skipped message="${message}"/>`, '    </testcase>'];
  if (kind === 'passed') {
    if (outcome.status === 'ok') return [`${start}/>`];
    const text = [`${statusWord(outcome)}: ${shownLine(reasonOf(outcome))}`, ...details].join('\n');
    return [`${start}>`, `      <system-out>${xmlText(text)}</system-out>`, '    </testcase>'];
  }
  const text = [...shownLines(reasonOf(outcome)), ...details].join('\n');
  return [
    `${start}>`,
    `      <${kind} type="${outcome.problem?.code ?? outcome.status}" message="${message}">${xmlText(text)}</${kind}>`,
    '    </testcase>',
  ];
}

function splitId(id: string): string[] {
  const match = /^(.*):(\d+)(?::\d+)?$/.exec(id);
  return match ? [match[1]!, match[2]!] : [];
}
