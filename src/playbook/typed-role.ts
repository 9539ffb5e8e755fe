import { basename } from 'node:path';
import { mergeMappings } from './places.ts';
import type { Block, RoleScope, Task } from './play.ts';
import type { RoleRequest } from './role-request.ts';
import type { Scope } from './scope.ts';

/** What the task is called that stands for a typed role until it is reached. */
export const typedRoleModule = 'typed_role';

/** A typed role as a block with one task, which its own tasks replace when it is reached. */
export function readTypedRole(
  path: string,
  module: string,
  request: RoleRequest,
  scope: Scope,
): Block | undefined {
  const { loading } = scope;
  for (const [keyword, value] of [
    ['vars_from', request.varsFrom],
    ['defaults_from', request.defaultsFrom],
    ['handlers_from', request.handlersFrom],
  ] as const) {
    if (value === undefined) continue;
    loading.report({
      code: 'unsupported',
      message: `${keyword}: '${basename(path)}' is a typed role, which has no such files`,
      at: request.at,
    });
  }
  const parent = scope.role;
  const role: RoleScope = {
    name: basename(path),
    path,
    defaults: new Map(),
    vars: mergeMappings([request.vars]),
    params: request.params,
    parents: parent ? [parent.name, ...parent.parents] : [],
    handlers: [],
    allowDuplicates: true,
  };
  const { tags } = request.common;
  const task: Task = {
    kind: 'task',
    id: `${request.at.file}:${request.at.line} ${role.name}`,
    name: 'its tasks',
    at: request.at,
    tags,
    inheritedTags: tags,
    when: [],
    environment: [],
    moduleDefaults: [],
    action: { written: role.name, module: typedRoleModule, args: new Map(), at: request.at },
    until: [],
    notify: [],
    listen: [],
    role,
    folder: path,
    typedRole: {
      module,
      ...(request.tasksFrom !== undefined && {
        entryPoint: request.tasksFrom.replace(/\.ya?ml$/, ''),
      }),
    },
  };
  return {
    ...request.common,
    at: request.at,
    kind: 'block',
    role,
    block: [task],
    rescue: [],
    always: [],
    notify: (request.common as Partial<Block>).notify ?? [],
  };
}
