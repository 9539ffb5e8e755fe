import { matchHosts } from '../inventory/patterns.ts';
import type { Node, Play, Task } from '../playbook/play.ts';
import type { Value } from '../values.ts';
import type { LoadedRun } from './load-run.ts';
import type { RunCommandOptions } from './run-options.ts';

/** The lines of --list-hosts, --list-tasks and --list-tags, as Ansible prints them. */
export function listing(loaded: LoadedRun, options: RunCommandOptions): string[] {
  return loaded.playbooks.flatMap(({ file, plays }) => [
    '',
    `playbook: ${file}`,
    ...plays.flatMap((play, index) => [
      '',
      `  play #${index + 1} (${textOf(play.hosts)}): ${play.name ?? textOf(play.hosts)}\tTAGS: [${play.tags.join(', ')}]`,
      ...(options.listHosts ? hostLines(play, loaded, options.limit) : []),
      ...(options.listTasks ? taskLines(play, options) : []),
      ...(options.listTags ? tagLines(play) : []),
    ]),
  ]);
}

function hostLines(play: Play, { inventory }: LoadedRun, limit: string | undefined): string[] {
  const pattern = play.hosts;
  const open = textOf(pattern).includes('{{');
  const hosts = open ? [] : matchHosts(inventory, patternOf(pattern), { limit }).hosts;
  return [
    `    pattern: [${[patternOf(pattern)]
      .flat()
      .map((part) => `'${part}'`)
      .join(', ')}]`,
    open ? '    hosts: known when the play runs' : `    hosts (${hosts.length}):`,
    ...hosts.map((host) => `      ${host}`),
  ];
}

function taskLines(play: Play, options: RunCommandOptions): string[] {
  const tasks = tasksOf(play).filter((task) => isSelected(task, options));
  return [
    '    tasks:',
    ...tasks.map((task) => {
      const name = task.name ?? task.action.module;
      const role = task.role ? `${task.role.name} : ` : '';
      return `      ${role}${name}\tTAGS: [${[...new Set(task.tags)].sort().join(', ')}]`;
    }),
  ];
}

function tagLines(play: Play): string[] {
  const tags = new Set(tasksOf(play).flatMap(({ tags }) => tags));
  return [`      TASK TAGS: [${[...tags].sort().join(', ')}]`];
}

function tasksOf(play: Play): Task[] {
  return [...play.preTasks, ...play.roles, ...play.tasks, ...play.postTasks].flatMap(flatten);
}

function flatten(node: Node): Task[] {
  if (node.kind === 'task') return [node];
  return [...node.block, ...node.rescue, ...node.always].flatMap(flatten);
}

/** As a run would select: `always`, `never`, `tagged`, `untagged` and `all` have their meanings. */
function isSelected({ tags }: Task, options: RunCommandOptions): boolean {
  const means = (wanted: readonly string[]) =>
    wanted.some(
      (tag) =>
        tags.includes(tag) ||
        (tag === 'all' && !tags.includes('never')) ||
        (tag === 'tagged' && tags.length > 0 && !tags.includes('never')) ||
        (tag === 'untagged' && tags.length === 0),
    );
  const skip = options.skipTags ?? [];
  if (tags.includes('always') && !skip.includes('always'))
    return !skip.some((tag) => tag !== 'all' && tags.includes(tag));
  return means(options.tags ?? ['all']) && !means(skip);
}

function patternOf(hosts: Value): string | string[] {
  return Array.isArray(hosts) ? hosts.map(String) : String(hosts);
}

function textOf(hosts: Value): string {
  return [patternOf(hosts)].flat().join(',');
}
