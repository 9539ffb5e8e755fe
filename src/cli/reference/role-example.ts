import { parse } from 'yaml';
import { variableOf } from '../../engine/roles/given-parameters.ts';
import type { RoleHost } from '../../roles/fleet.ts';
import type { Endpoint, Role } from '../../roles/role.ts';
import { checkParameters } from '../../schema/parameters.ts';
import type { Plain } from '../../values.ts';

type Given = { readonly [name: string]: Plain };

/** The parameters that the plays of an example give to a role. */
export function exampleParameters(role: Role, example: string): Given[] {
  const plays = parse(example, { merge: true }) as readonly Play[];
  return plays.flatMap(({ vars = {}, roles = [], tasks = [] }) => {
    const common = (vars[variableOf(role.name)] ?? {}) as Given;
    const entries = [
      ...roles,
      ...tasks.flatMap(({ import_role, include_role, vars: own = {} }) => {
        const named = import_role ?? include_role;
        return named?.name === role.name && named.tasks_from === undefined
          ? [{ ...own, role: named.name }]
          : [];
      }),
    ];
    return entries
      .map((entry): Given => (typeof entry === 'string' ? { role: entry } : entry))
      .filter((entry) => (entry.role ?? entry.name) === role.name)
      .map((entry) => {
        const own = Object.entries(entry).filter(([key]) => key in role.params.properties);
        return { ...common, ...Object.fromEntries(own) } as Given;
      });
  });
}

/** The ports on which a role answers with the parameters of its first example that is complete in itself. */
export function examplePorts(role: Role): readonly Endpoint[] {
  for (const given of role.examples.flatMap((example) => exampleParameters(role, example))) {
    const { params, problems } = checkParameters(role.name, role.params, given);
    if (problems.length > 0) continue;
    return role.publishes(lonelyContext(params) as never);
  }
  return [];
}

interface Play {
  readonly vars?: Given;
  readonly roles?: readonly (string | { readonly [key: string]: Plain })[];
  readonly tasks?: readonly {
    readonly vars?: Given;
    readonly import_role?: { readonly name?: string; readonly tasks_from?: string };
    readonly include_role?: { readonly name?: string; readonly tasks_from?: string };
  }[];
}

/** A host with nobody else in its inventory. */
function lonelyContext(params: unknown): object {
  const host: RoleHost = {
    name: 'host1',
    address: '192.0.2.1',
    groups: [],
    variable: () => undefined,
  };
  return {
    params,
    host,
    groups: { all: [host] },
    fleet: {
      hosts: [host],
      members: () => [],
      rolesOf: () => [],
      published: () => undefined,
    },
  };
}
