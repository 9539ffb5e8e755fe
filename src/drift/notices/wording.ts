import { escapeForTerminal } from '../../shell/display.ts';
import type { NoticeKind } from '../settings-schema.ts';
import type { About } from './conditions.ts';
import type { Notice, NoticeFinding } from './notice.ts';

type Title = (change: Notice['change'], about: About) => string;

/** One line for each kind of notice. */
export const titles: Readonly<Record<NoticeKind, Title>> = {
  drift: (change, about) =>
    change === 'ended' ? 'No drift any more' : `Drift: ${tasksOn(about)}${again(change)}`,
  unreachable: (change, { hosts = [] }) =>
    change === 'ended'
      ? 'All hosts can be checked again'
      : `Hosts that cannot be checked: ${some(hosts)}${again(change)}`,
  'check-failed': (change) =>
    change === 'ended' ? 'Checks work again' : `The check failed${again(change)}`,
  corrected: (_change, about) => `Corrected: ${tasksOn(about)}`,
  'correction-failed': (change, about) =>
    change === 'ended'
      ? 'No correction fails any more'
      : `Corrections failed: ${tasksOn(about)}${again(change)}`,
  'same-drift': (change, about) =>
    change === 'ended'
      ? 'Nothing fights corrections any more'
      : `Something undoes corrections, they have stopped: ${tasksOn(about)}${again(change)}`,
  'drifted-share': (change, { hosts = [] }) =>
    change === 'ended'
      ? 'Corrections are no longer stopped by too much drift'
      : `Too many hosts drift at once, nothing is corrected: ${some(hosts)}${again(change)}`,
  gate: (change) =>
    change === 'ended'
      ? 'The health check is good again'
      : `The health check has stopped corrections${again(change)}`,
};

/** The whole text; what hosts said cannot pretend to be more lines or control a terminal. */
export function textOf(
  title: string,
  findings: readonly NoticeFinding[],
  details: readonly string[],
): string {
  const shown = findings
    .slice(0, longest)
    .map(
      ({ host, role, task, message }) => `- ${host}: ${role ? `${role}: ` : ''}${task}: ${message}`,
    );
  const more = findings.length - shown.length;
  return [title, ...details, ...shown, ...(more > 0 ? [`- and ${more} more`] : [])]
    .map((line) => escapeForTerminal(line.replace(/\s*\n\s*/g, ' ')))
    .join('\n');
}

const longest = 50;

function again(change: Notice['change']): string {
  return change === 'reminder' ? ' (still)' : '';
}

function tasksOn({ findings }: About): string {
  const hosts = [...new Set(findings.map(({ host }) => host))].sort();
  return `${findings.length} ${findings.length === 1 ? 'task' : 'tasks'} on ${some(hosts)}`;
}

function some(hosts: readonly string[]): string {
  const shown = hosts.slice(0, 5).join(', ');
  return hosts.length > 5 ? `${shown} and ${hosts.length - 5} more` : shown;
}
