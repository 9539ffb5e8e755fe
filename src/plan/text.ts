import type { Diff } from '../events.ts';
import { diffLines } from '../reporters/diff-text.ts';
import type { Paint, Tone } from '../reporters/paint.ts';
import { count, hang, shownLine, shownLines, someOf } from '../reporters/text.ts';
import { planSums, playGroups, type StepGroup } from './groups.ts';
import type { Plan, PlanStep } from './plan.ts';

export interface PlanTextOptions {
  readonly paint: Paint;
  readonly columns: number;
  /** Changes as diffs. */
  readonly diff: boolean;
}

/** A plan for a terminal. */
export function planLines(plan: Plan, options: PlanTextOptions): string[] {
  const { paint, columns } = options;
  return [
    ...headLines(plan, options),
    ...playGroups(plan).flatMap(({ name, groups }) => [
      '',
      paint('strong', `play ${shownLine(name)}`),
      ...groups.flatMap((group) => groupLines(group, options)),
    ]),
    '',
    ...hang('', sumsText(plan), columns),
  ];
}

/** What the plan is of, and who made it when. */
function headLines({ id, command, made }: Plan, { paint, columns }: PlanTextOptions): string[] {
  const commit = made.commit ? `, commit ${made.commit}` : '';
  const limits = [
    ...(command.limit === undefined ? [] : [`--limit ${command.limit}`]),
    ...(command.tags.length > 0 ? [`--tags ${command.tags.join(',')}`] : []),
    ...(command.skipTags.length > 0 ? [`--skip-tags ${command.skipTags.join(',')}`] : []),
    ...(command.startAtTask === undefined ? [] : [`--start-at-task ${command.startAtTask}`]),
  ];
  const facts = [
    ['playbooks', command.playbooks.join(', ')],
    ['inventory', command.inventory.join(', ') || 'localhost'],
    ...(limits.length > 0 ? [['only', limits.join(' ')]] : []),
    ['made', `${made.at} by ${made.by}${commit}`],
  ] as const;
  return [
    paint('strong', `plan ${id}`),
    ...facts.flatMap(([name, value]) =>
      hang(`  ${String(name).padEnd(10)} `, shownLine(String(value)), columns),
    ),
  ];
}

function groupLines({ step, hosts }: StepGroup, options: PlanTextOptions): string[] {
  const { paint, columns, diff } = options;
  const sign = signs[step.status];
  const title = `${shownLine(step.task)}${step.handler ? ' (handler)' : ''}`;
  const lines = [
    ...hang(`${paint(sign.tone, sign.text)} `, title, columns),
    paint('quiet', `  ${shownLine(step.id)}`),
    ...hang('  on ', someOf(hosts.map(shownLine), Math.max(20, 2 * columns)), columns),
  ];
  if (!step.items) {
    return [...lines, ...told(step.message, columns), ...(diff ? diffs(step.diff, paint) : [])];
  }
  return [
    ...lines,
    ...step.items.flatMap(({ item, status, message, diff: changes }) => [
      ...hang(`  ${paint(signs[status].tone, signs[status].text)} `, shownLine(item), columns),
      ...told(message, columns),
      ...(diff ? diffs(changes, paint) : []),
    ]),
  ];
}

const signs: Readonly<Record<PlanStep['status'], { text: string; tone: Tone }>> = {
  changed: { text: '~', tone: 'change' },
  ok: { text: '=', tone: 'quiet' },
  unknown: { text: '?', tone: 'doubt' },
  failed: { text: '!', tone: 'bad' },
  unreachable: { text: '!', tone: 'bad' },
};

function told(message: string, columns: number): string[] {
  if (message === '') return [];
  return shownLines(message).flatMap((line) => hang('    ', line, columns));
}

function diffs(changes: readonly Diff[], paint: Paint): string[] {
  return changes.flatMap((change) => diffLines(change, paint).map((line) => `    ${line}`));
}

/** One sentence. */
export function sumsText(plan: Pick<Plan, 'hosts'>): string {
  const { hosts, changedHosts, changed, unknown, unchanged, failed } = planSums(plan);
  if (changed + unknown + failed === 0) {
    return `Nothing to do: ${count(hosts, 'host')} as declared, ${count(unchanged, 'task')} unchanged.`;
  }
  const parts = [
    `${count(changed, 'change')} on ${changedHosts} of ${count(hosts, 'host')}`,
    ...(unknown > 0 ? [`${unknown} not known until applied`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    `${unchanged} unchanged`,
  ];
  return `${parts.join(', ')}.`;
}
