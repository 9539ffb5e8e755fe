import type { Fleet, Member, RoleHost } from '../../../src/roles/fleet.ts';
import type {
  Endpoint,
  Role,
  RoleContext,
  RoleProblem,
  TaskContext,
} from '../../../src/roles/role.ts';
import type { RoleNode, RoleTask } from '../../../src/roles/task.ts';
import { checkParameters } from '../../../src/schema/parameters.ts';
import type { Plain } from '../../../src/values.ts';

/** A fleet as plain data: hosts with their groups, and which of them have which role. */
export interface FakeSite {
  /** Host → address, groups, variables. */
  readonly hosts: Readonly<
    Record<
      string,
      {
        readonly address?: string;
        readonly groups?: readonly string[];
        readonly vars?: Readonly<Record<string, Plain>>;
      }
    >
  >;
  /** Role → host → parameters, defaults filled in by `withDefaults` where the role is given. */
  readonly roles?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Role → host → what it answers on. */
  readonly published?: Readonly<Record<string, Readonly<Record<string, readonly Endpoint[]>>>>;
}

/** Parameters as a role gets them; throws when its schema refuses them. */
export function withDefaults(role: Role, params: { readonly [name: string]: unknown }): never {
  const checked = checkParameters(role.name, role.params, params as { [name: string]: Plain });
  if (checked.problems.length > 0) throw new Error(JSON.stringify(checked.problems, null, 2));
  return checked.params as never;
}

/** What a role's schema says to parameters: `code path message` of each problem. */
export function schemaProblems(role: Role, params: { readonly [name: string]: unknown }): string[] {
  const { problems } = checkParameters(role.name, role.params, params as { [name: string]: Plain });
  return problems.map(({ code, path, nearest }) =>
    [code, path.join('.'), nearest && `did you mean ${nearest}`].filter(Boolean).join(' '),
  );
}

/** The context of one host of a fake site. */
export function contextOf(
  site: FakeSite,
  host: string,
  params: { readonly [name: string]: unknown },
): RoleContext<never> {
  const hosts = Object.entries(site.hosts).map(
    ([name, given]): RoleHost => ({
      name,
      address: given.address ?? name,
      groups: given.groups ?? [],
      variable: (wanted) => given.vars?.[wanted],
    }),
  );
  const find = (name: string): RoleHost => {
    const found = hosts.find((one) => one.name === name);
    if (!found) throw new Error(`no host ${name}`);
    return found;
  };
  const names = [...new Set(hosts.flatMap(({ groups }) => groups))];
  const fleet: Fleet = {
    hosts,
    members: <P>(role: string) =>
      Object.entries(site.roles?.[role] ?? {}).map(
        ([name, own]): Member<P> => ({ host: find(name), params: own as P }),
      ),
    rolesOf: (name) =>
      Object.keys(site.roles ?? {}).filter((role) => name in (site.roles?.[role] ?? {})),
    published: (name, role) => site.published?.[role]?.[name],
  };
  return {
    params: params as never,
    host: find(host),
    groups: {
      all: hosts,
      ...Object.fromEntries(
        names.map((group) => [group, hosts.filter(({ groups }) => groups.includes(group))]),
      ),
    },
    fleet,
  };
}

/** The tasks that a role makes on a host of a fake site, with its own parameters. */
export function tasksOf(
  role: Role,
  context: RoleContext<never>,
  options: {
    readonly facts?: { readonly [name: string]: unknown };
    readonly entryPoint?: string;
  } = {},
): readonly RoleNode[] {
  const handlers = Object.fromEntries(
    Object.keys(role.handlers(context)).map((name) => [name, { handler: name }]),
  );
  const full = { ...context, facts: options.facts ?? {}, handlers } as TaskContext<never, never>;
  const made =
    options.entryPoint === undefined ? role : role.entryPoints[options.entryPoint as string]!;
  return made.tasks(full);
}

/** All tasks of a list, those of blocks in order with it. */
export function flat(nodes: readonly RoleNode[]): RoleTask[] {
  return nodes.flatMap((node) =>
    node.kind === 'task' ? [node] : flat([...node.block, ...node.rescue, ...node.always]),
  );
}

/** `path: message` of what a role's rules say. */
export function ruleProblems(role: Role, context: RoleContext<never>): string[] {
  return role
    .check(context)
    .map(({ path, message }: RoleProblem) => `${path.join('.')}: ${message}`);
}
