import type { RolecallError } from '../../errors.ts';
import type { Node, Play, Task } from '../../playbook/play.ts';

/**
 * Tells whether an undefined variable may still get a value in the run: facts, results and set_fact of
 * these plays, answers to prompts. What includes bring is not known, so with them anything may.
 */
export function factNames(plays: readonly Play[]): (error: RolecallError) => boolean {
  const names = new Set<string>();
  let anything = false;
  const visitTask = (task: Task): void => {
    if (task.register) names.add(task.register);
    const { module, args } = task.action;
    if (module === 'set_fact' && args instanceof Map) {
      for (const name of args.keys()) names.add(String(name));
    }
    if (['include_vars', 'include_tasks', 'include_role'].includes(module)) anything = true;
  };
  const visit = (node: Node): void => {
    if (node.kind === 'task') visitTask(node);
    else for (const inner of [...node.block, ...node.rescue, ...node.always]) visit(inner);
  };
  for (const play of plays) {
    for (const list of [play.preTasks, play.roles, play.tasks, play.postTasks]) list.forEach(visit);
    for (const { name } of play.varsPrompt) names.add(name);
  }
  return (error) => anything || error.problems.some(({ message }) => mentionsLater(message, names));
}

function mentionsLater(message: string, names: ReadonlySet<string>): boolean {
  const words = message.match(/[A-Za-z_]\w*/g) ?? [];
  return words.some((word) => word.startsWith('ansible_') || names.has(word));
}
