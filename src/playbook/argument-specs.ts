import type { Mapping } from '../values.ts';
import type { RoleScope, Task } from './play.ts';
import type { RoleRequest } from './role-request.ts';
import type { Scope } from './scope.ts';

/**
 * The task that Ansible puts first in a role with meta/argument_specs: it holds the role's variables
 * against the specification of the entry point that is run.
 */
export function validationTask(
  role: RoleScope,
  request: RoleRequest,
  tags: readonly string[],
  scope: Scope,
): Task | undefined {
  const entry = (request.tasksFrom ?? 'main').replace(/\.(ya?ml|json)$/, '');
  const spec = role.argumentSpecs?.get(entry);
  if (!request.validate || !(spec instanceof Map)) return undefined;
  const summary = spec.get('short_description');
  const args: Mapping = new Map([
    ['argument_spec', spec.get('options') ?? new Map()],
    [
      'validate_args_context',
      new Map([
        ['type', 'role'],
        ['name', role.name],
        ['argument_spec_name', entry],
        ['path', role.path],
      ]),
    ],
  ]);
  return {
    kind: 'task',
    id: `${role.path}/meta/argument_specs.yml:${entry}`,
    name: `Validating arguments against arg spec '${entry}'${typeof summary === 'string' ? ` - ${summary}` : ''}`,
    at: request.at,
    tags: [...new Set([...tags, 'always'])],
    when: [],
    environment: [],
    moduleDefaults: [],
    action: {
      written: 'ansible.builtin.validate_argument_spec',
      module: 'validate_argument_spec',
      args,
      at: request.at,
    },
    until: [],
    notify: [],
    listen: [],
    inheritedTags: tags,
    role,
    folder: scope.folder,
  };
}
