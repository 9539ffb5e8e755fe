import type { Diff } from '../events.ts';
import { diffLines } from '../reporters/diff-text.ts';
import { noColours } from '../reporters/paint.ts';
import { shownLine, shownLines } from '../reporters/text.ts';
import { playGroups, type StepGroup } from './groups.ts';
import type { Plan } from './plan.ts';
import { sumsText } from './text.ts';

/** A plan as Markdown, for a merge request: what comes to the same on several hosts is told once. */
export function planMarkdown(plan: Plan, { diff = true }: { diff?: boolean } = {}): string {
  const { made, command, id } = plan;
  const commit = made.commit ? ` of commit ${code(made.commit)}` : '';
  return [
    `## Plan ${code(id)}: ${sumsText(plan)}`,
    '',
    `${command.playbooks.map(code).join(', ')} on ${command.inventory.map(code).join(', ') || 'localhost'}${commit}, made ${made.at} by ${code(made.by)}.`,
    '',
    '| host | changes | not known until applied | failed | unchanged |',
    '|---|---:|---:|---:|---:|',
    ...Object.entries(plan.hosts).map(([name, { counts }]) => {
      const { ok, changed, unknown, failed, unreachable } = counts;
      return `| ${code(name)} | ${changed} | ${unknown} | ${failed + unreachable} | ${ok - changed} |`;
    }),
    ...playGroups(plan).flatMap(({ name, groups }) => [
      '',
      `### ${text(name)}`,
      ...groups.flatMap((group) => groupMarkdown(group, diff)),
    ]),
    '',
  ].join('\n');
}

function groupMarkdown({ step, hosts }: StepGroup, withDiffs: boolean): string[] {
  const handler = step.handler ? ' (handler)' : '';
  const items = step.items ?? [{ item: '', ...step }];
  return [
    '',
    `<details><summary>${words[step.status]}: ${html(step.task)}${handler} on ${html(hosts.join(', '))}</summary>`,
    '',
    code(step.id),
    ...items.flatMap(({ item, message, diff }) => [
      ...(item === '' && message === ''
        ? []
        : [
            '',
            [item === '' ? [] : [code(item)], message === '' ? [] : [text(message)]]
              .flat()
              .join(': '),
          ]),
      ...(withDiffs ? diff.flatMap(diffMarkdown) : []),
    ]),
    '',
    '</details>',
  ];
}

const words = {
  changed: 'changes',
  ok: 'runs, and says that it changes nothing',
  unknown: 'not known until applied',
  failed: 'fails',
  unreachable: 'unreachable',
} as const;

function diffMarkdown(change: Diff): string[] {
  const lines = diffLines(change, noColours);
  const fence = fenceFor(lines.join('\n'));
  return ['', `${fence}diff`, ...lines, fence];
}

/** Longer than any row of backticks in the text. */
function fenceFor(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([row]) => row.length));
  return '`'.repeat(longest + 1);
}

function code(value: string): string {
  const shown = shownLine(value).replaceAll('|', '\\|');
  const row = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([found]) => found.length));
  const ticks = '`'.repeat(row + 1);
  return row === 0 ? `${ticks}${shown}${ticks}` : `${ticks} ${shown} ${ticks}`;
}

function html(value: string): string {
  return shownLine(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** What a host or a person wrote, as text that Markdown leaves alone. */
function text(value: string): string {
  return shownLines(html(value))
    .join(' ')
    .replaceAll(/[\\`*_{}[\]#|~]/g, '\\$&');
}
