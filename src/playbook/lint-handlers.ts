import { nearestName, type Problem } from '../errors.ts';
import type { Value } from '../values.ts';
import { isTemplate } from './keyword-values.ts';
import type { Met, Reached } from './lint-walk.ts';

/** Names in notify that no handler of the play has, where names are no templates. */
export function handlerProblems(reached: Reached): Problem[] {
  if (reached.openRoles) return [];
  const names = reached.handlers.flatMap(answersTo);
  if (names.some(isTemplate)) return [];
  const openIncludes = reached.handlers.some(({ task }) => isOpenInclude(task.action.module));
  if (openIncludes && reached.openTasks) return [];
  const known = new Set(names);
  const notifying = [...reached.tasks.map(({ task }) => task), ...reached.blocks];
  return notifying.flatMap((node) =>
    [node.notify].flat().flatMap((name: Value): Problem[] => {
      if (typeof name !== 'string' || isTemplate(name) || known.has(name)) return [];
      const nearest = nearestName(name, known);
      return [
        {
          code: 'unknown-handler',
          message: `no handler is called '${name}', and none listens to it`,
          at: node.at,
          nearest,
          ...(known.size === 0 && { hint: 'The play and its roles have no handlers at all.' }),
        },
      ];
    }),
  );
}

function answersTo({ task }: Met): string[] {
  const own = task.name ?? '';
  const qualified = task.role ? [`${task.role.name} : ${own}`] : [];
  return [own, ...qualified, ...task.listen].filter((name) => name !== '');
}

function isOpenInclude(module: string): boolean {
  return module === 'include_tasks' || module === 'include_role';
}
