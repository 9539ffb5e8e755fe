import type { Controller } from '../modules/contract.ts';
import type { Task } from '../playbook/play.ts';
import type { Loader } from './loader.ts';
import { findFile } from './search.ts';
import type { TaskScope } from './task-scope.ts';

/** What a module's `prepare` may use, for a task on a host. */
export function controllerFor(
  host: string,
  task: Task,
  playbookDir: string,
  scope: TaskScope,
  checkMode: boolean,
  loader: Loader,
): Controller {
  const place = { folder: task.folder, playbookDir, role: task.role };
  return {
    checkMode,
    findFile: async (name, kind) => findFile(name, kind, place, task.action.at),
    readFile: (path) => loader.bytes(path),
    render: (source, file, options) => scope.render(source, file, options),
    variable: (name) => scope.get(name),
    inventoryHostname: host,
    playbookDir,
  };
}
