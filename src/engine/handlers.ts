import { nearestName, RolecallError } from '../errors.ts';
import type { Node, Task } from '../playbook/play.ts';
import type { Value } from '../values.ts';
import { Unknown } from '../values.ts';
import { descend, type Inherited } from './inherit.ts';
import type { TaskScope } from './task-scope.ts';
import { titleOf } from './title.ts';

/** A handler of the play with what surrounds it. */
export interface Handler {
  readonly id: string;
  /** As shown: `role : name`. */
  readonly name: string;
  readonly task: Task;
  readonly inherited: Inherited;
}

/** The handlers of a play, in order; roles that are included later add theirs. */
export class Handlers {
  readonly #list: Handler[] = [];

  get list(): readonly Handler[] {
    return this.#list;
  }

  add(nodes: readonly Node[], inherited: Inherited): void {
    for (const node of nodes) {
      if (node.kind === 'block') this.add(node.block, descend(inherited, node));
      else if (!this.#list.some(({ task }) => task === node)) {
        this.#list.push({
          id: `${node.id}#${this.#list.length}`,
          name: titleOf(node, undefined),
          task: node,
          inherited,
        });
      }
    }
  }

  /**
   * The handlers that a task notifies on a host. A name finds the last handler of that name, a topic all
   * that listen to it. Throws `unknown-handler`.
   */
  notified(notify: readonly Value[], task: Task, scope: TaskScope): Handler[] {
    const names = notify.flatMap((entry) => namesOf(scope.evaluate(entry, task.at)));
    return names.flatMap((name) => this.#find(name, task, scope));
  }

  #find(name: string, task: Task, scope: TaskScope): Handler[] {
    const named = this.#list.findLast((handler) => answersTo(handler, name, scope));
    const listening = this.#list.filter(({ task: handler }) => handler.listen.includes(name));
    const found = [...new Set([...(named ? [named] : []), ...listening])];
    if (found.length > 0) return found;
    const known = this.#list.flatMap(({ task: handler }) => [
      handler.name ?? '',
      ...handler.listen,
    ]);
    throw new RolecallError({
      code: 'unknown-handler',
      message: `no handler is called '${name}', and none listens to it`,
      at: task.at,
      nearest: nearestName(name, known),
    });
  }
}

function answersTo({ task }: Handler, name: string, scope: TaskScope): boolean {
  if (task.name === undefined) return false;
  const own = task.name.includes('{{') ? textOf(scope.evaluate(task.name, task.at)) : task.name;
  return own === name || (task.role !== undefined && `${task.role.name} : ${own}` === name);
}

function namesOf(value: Value): string[] {
  if (value === null || value instanceof Unknown) return [];
  return (Array.isArray(value) ? value : [value]).map(textOf);
}

function textOf(value: Value): string {
  return String(value);
}
