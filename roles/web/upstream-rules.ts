import { isIP } from 'node:net';
import { nearestName, type RoleContext, type RoleProblem } from 'rolecall';
import type { Params, Upstream } from './params.ts';
import { type Server, serversOf } from './servers.ts';

type Path = readonly (string | number)[];

/** Upstreams: their names, and servers that nginx can reach without a name server. */
export function upstreamProblems(context: RoleContext<Params>): RoleProblem[] {
  const { upstreams } = context.params;
  const problems = upstreams.flatMap((upstream, index) => {
    const path = ['upstreams', index];
    const first = upstreams.findIndex((other) => other.name === upstream.name);
    return [
      ...(first === index
        ? []
        : [
            {
              path: [...path, 'name'],
              message: `two upstreams are called '${upstream.name}'`,
              expected: 'a name of its own',
            },
          ]),
      ...serverProblems(upstream, context, [...path, 'servers']),
    ];
  });
  return problems.length > 0 ? problems : maintenanceProblems(context);
}

function maintenanceProblems(context: RoleContext<Params>): RoleProblem[] {
  const { upstreams, maintenance } = context.params;
  const servers = upstreams.map((upstream) => serversOf(upstream, context));
  const labels = servers.flat().flatMap(({ label, host }) => (host ? [host.name, label] : [label]));
  const unknown = maintenance.flatMap((label, index): RoleProblem[] =>
    labels.includes(label)
      ? []
      : [
          {
            path: ['maintenance', index],
            message: `'${label}' is a server of no upstream`,
            expected: `one of ${[...new Set(labels)].join(', ')}`,
            nearest: nearestName(label, labels),
          },
        ],
  );
  const empty = servers.flatMap((list, index): RoleProblem[] =>
    list.every(({ isDown }) => isDown)
      ? [
          {
            path: ['maintenance'],
            message: `maintenance leaves upstream '${upstreams[index]!.name}' without a server`,
            expected: 'at least one server in service',
          },
        ]
      : [],
  );
  return [...unknown, ...empty];
}

function serverProblems(
  upstream: Upstream,
  context: RoleContext<Params>,
  path: Path,
): RoleProblem[] {
  const { servers } = upstream;
  if (!Array.isArray(servers) && (servers.role === undefined) === (servers.group === undefined)) {
    return [
      {
        path,
        message: `the servers of upstream '${upstream.name}' are given by ${servers.role ? 'role and group' : 'nothing'}`,
        expected: 'one of role and group',
      },
    ];
  }
  const found = serversOf(upstream, context);
  if (found.length === 0) return [nobody(upstream, context, path)];
  return [
    ...found.flatMap((server, index) => addressProblems(server, index, upstream, context, path)),
    ...twice(found, path),
    ...unknownLabels(upstream, found, path),
    ...backupProblems(upstream, found, path),
  ];
}

function nobody(
  upstream: Upstream,
  { groups, fleet }: RoleContext<Params>,
  path: Path,
): RoleProblem {
  if (Array.isArray(upstream.servers)) throw new TypeError('a list of servers is never empty');
  const { role, group = '' } = upstream.servers;
  if (role !== undefined) {
    const roles = new Set(fleet.hosts.flatMap((host) => fleet.rolesOf(host.name)));
    return {
      path: [...path, 'role'],
      message: `no host has the role '${role}'`,
      expected: 'a role that the playbooks give to at least one host',
      nearest: nearestName(role, [...roles]),
    };
  }
  return {
    path: [...path, 'group'],
    message: groups[group] ? `group '${group}' has no hosts` : `there is no group '${group}'`,
    expected: 'a group with at least one host',
    nearest: groups[group] ? undefined : nearestName(group, Object.keys(groups)),
  };
}

function addressProblems(
  server: Server,
  index: number,
  { servers }: Upstream,
  { fleet }: RoleContext<Params>,
  path: Path,
): RoleProblem[] {
  if (isIP(server.address) !== 0) return [];
  const why = server.host
    ? `host '${server.label}' has the address '${server.address}', a name`
    : `'${server.label}' is neither an address nor a host of the inventory`;
  return [
    {
      path: Array.isArray(servers) ? [...path, index, 'address'] : path,
      message: why,
      expected:
        'an IP address: nginx asks for names when it starts, and does not start without an answer',
      nearest: server.host
        ? undefined
        : nearestName(
            server.label,
            fleet.hosts.map((host) => host.name),
          ),
    },
  ];
}

function twice(found: readonly Server[], path: Path): RoleProblem[] {
  const seen = new Set<string>();
  return found.flatMap(({ address, port, label }, index) => {
    const key = `${address} ${port}`;
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [
      {
        path: [...path, index],
        message: `server '${label}' is listed twice`,
        expected: 'each server once; weight gives it a larger share',
      },
    ];
  });
}

function unknownLabels({ servers }: Upstream, found: readonly Server[], path: Path): RoleProblem[] {
  if (Array.isArray(servers)) return [];
  const labels = found.map((server) => server.label);
  const wrong = (label: string, at: Path): RoleProblem[] =>
    labels.includes(label)
      ? []
      : [
          {
            path: at,
            message: `'${label}' is none of the servers`,
            expected: `one of ${labels.join(', ')}`,
            nearest: nearestName(label, labels),
          },
        ];
  return [
    ...Object.keys(servers.weights ?? {}).flatMap((label) =>
      wrong(label, [...path, 'weights', label]),
    ),
    ...(servers.backup ?? []).flatMap((label, index) => wrong(label, [...path, 'backup', index])),
  ];
}

function backupProblems(upstream: Upstream, found: readonly Server[], path: Path): RoleProblem[] {
  if (!found.some((server) => server.backup)) return [];
  if (upstream.algorithm === 'source') {
    return [
      {
        path,
        message: `upstream '${upstream.name}' has backup servers and the algorithm source, which nginx cannot combine`,
        expected: 'roundrobin or leastconn',
      },
    ];
  }
  if (found.some((server) => !server.backup)) return [];
  return [
    {
      path,
      message: `all servers of upstream '${upstream.name}' are backups`,
      expected: 'at least one that is not',
    },
  ];
}
