import type { LoadedPlaybook } from './load.ts';
import type { Node, Play, Task } from './play.ts';
import { selectsTask } from './tags.ts';

export interface ListOptions {
  readonly tasks: boolean;
  readonly tags: boolean;
  readonly only: readonly string[];
  readonly skip: readonly string[];
  /** Lines to show below the head of a play, such as its hosts. */
  hosts?(play: Play): readonly string[];
}

/** The lines of --list-tasks and --list-tags as Ansible prints them, what tags leave out left out. */
export function listPlaybook(playbook: LoadedPlaybook, options: ListOptions): string[] {
  return [
    '',
    `playbook: ${playbook.file}`,
    ...playbook.plays.flatMap((play, index) => listPlay(play, index + 1, options)),
  ];
}

function listPlay(play: Play, number: number, options: ListOptions): string[] {
  const hosts = [play.hosts].flat().map(String).join(',');
  const needs = play.needs ? `\tNEEDS: [${play.needs.map(({ name }) => name).join(', ')}]` : '';
  const head = `  play #${number} (${hosts}): ${play.name ?? hosts}\tTAGS: [${play.tags.join(',')}]${needs}`;
  const tasks = mainTasks(play).filter((task) =>
    selectsTask(task.tags, options.only, options.skip),
  );
  const lines = ['', head, ...(options.hosts?.(play) ?? [])];
  if (options.tasks) lines.push('    tasks:', ...tasks.map(listTask));
  if (options.tags) {
    const all = new Set([...play.tags, ...tasks.flatMap((task) => task.tags)]);
    lines.push(`      TASK TAGS: [${[...all].sort().join(', ')}]`);
  }
  return lines;
}

/** `role : name` or the module of a task without a name. */
function listTask(task: Task): string {
  const role = task.role && task.name ? `${task.role.name} : ` : '';
  const tags = [...new Set(task.tags)].sort().join(', ');
  return `      ${role}${task.name ?? task.action.written}\tTAGS: [${tags}]`;
}

/** Tasks in the order in which they run; those of rescue and always are not listed, as in Ansible. */
function mainTasks(play: Play): Task[] {
  return [...play.preTasks, ...play.roles, ...play.tasks, ...play.postTasks].flatMap(mainTasksOf);
}

function mainTasksOf(node: Node): Task[] {
  return node.kind === 'task' ? [node] : node.block.flatMap(mainTasksOf);
}
