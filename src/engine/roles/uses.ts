import { nearestName, RolecallError } from '../../errors.ts';
import type { Node, Play, Task } from '../../playbook/play.ts';
import type { ErasedEntryPoint, Role } from '../../roles/role.ts';
import type { RunServices } from '../context.ts';
import { descend, type Inherited, inheritFromPlay } from '../inherit.ts';

/** A place in a play where a typed role is asked for. */
export interface RoleUse {
  readonly task: Task;
  readonly inherited: Inherited;
  readonly role: Role;
  readonly entryPoint: ErasedEntryPoint | undefined;
}

/** The typed roles of a play, in order, those in rescue and always too. Loads their files. */
export async function usesOf(play: Play, services: RunServices): Promise<RoleUse[]> {
  const found: { task: Task; inherited: Inherited }[] = [];
  const visit = (node: Node, outer: Inherited): void => {
    if (node.kind === 'task') {
      if (node.typedRole) found.push({ task: node, inherited: descend(outer, node) });
      return;
    }
    const inside = descend(outer, node, node.notify);
    for (const inner of [...node.block, ...node.rescue, ...node.always]) visit(inner, inside);
  };
  const outer = inheritFromPlay(play);
  for (const list of [play.preTasks, play.roles, play.tasks, play.postTasks]) {
    for (const node of list) visit(node, outer);
  }
  return Promise.all(
    found.map(async ({ task, inherited }) => ({
      task,
      inherited,
      ...(await loadUsedRole(task, services)),
    })),
  );
}

/** The role that a task stands for. Throws `role-invalid` or `source-not-found`. */
export async function loadUsedRole(
  task: Task,
  services: RunServices,
): Promise<Pick<RoleUse, 'role' | 'entryPoint'>> {
  const { module, entryPoint: name } = task.typedRole!;
  const role = await services.loadRole(module);
  if (role.name !== task.role!.name) {
    throw new RolecallError({
      code: 'role-invalid',
      message: `the role calls itself '${role.name}' in a folder '${task.role!.name}'`,
      at: { file: module, line: 1, column: 1 },
    });
  }
  if (name === undefined || name === 'main') return { role, entryPoint: undefined };
  const entryPoint = role.entryPoints[name];
  if (entryPoint) return { role, entryPoint };
  const known = Object.keys(role.entryPoints);
  throw new RolecallError({
    code: 'source-not-found',
    message: `the role '${role.name}' has no tasks '${name}'`,
    at: task.action.at,
    nearest: nearestName(name, known),
    expected: known.length > 0 ? `one of ${known.sort().join(', ')}` : 'no tasks_from',
  });
}
