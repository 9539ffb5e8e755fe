import { RolecallError } from '../errors.ts';
import type { Play, Task } from '../playbook/play.ts';
import { Unknown } from '../values.ts';
import type { TaskScope } from './task-scope.ts';

/** The name of a task as shown: `role : name`, its templates evaluated where that is possible. */
export function titleOf(task: Task, scope: TaskScope | undefined): string {
  const name = shown(task, scope);
  return task.role ? `${task.role.name} : ${name}` : name;
}

/** The name of a play, or else its hosts. */
export function titleOfPlay({ name, hosts }: Play): string {
  return name ?? String(hosts);
}

function shown(task: Task, scope: TaskScope | undefined): string {
  if (task.name === undefined) return task.action.module;
  if (!scope || !task.name.includes('{{')) return task.name;
  try {
    const value = scope.evaluate(task.name, task.at);
    return value instanceof Unknown ? task.name : String(value);
  } catch (error) {
    if (error instanceof RolecallError) return task.name;
    throw error;
  }
}
