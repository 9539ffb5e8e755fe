import { isIP } from 'node:net';
import { nearestName, type RoleContext, type RoleProblem } from 'rolecall';
import type { Backend, Params } from './params.ts';
import { modeOf, type Server, serversOf, sourceOf } from './servers.ts';
import { milliseconds } from './times.ts';

/** What can be wrong with a backend and its servers. */
export function backendProblems(
  backend: Backend,
  index: number,
  context: RoleContext<Params>,
): RoleProblem[] {
  const path = ['backends', index];
  const servers = serversOf(backend, context);
  const at = (problem: RoleProblem): RoleProblem => ({
    ...problem,
    path: [...path, ...problem.path],
  });
  const problems = [...usageProblems(backend, context.params), ...sourceProblems(backend, context)];
  if (servers.length > 0) {
    problems.push(
      ...topologyProblems(backend, servers),
      ...serverProblems(backend, servers),
      ...checkProblems(backend, context.params),
    );
  }
  return problems.map(at);
}

function usageProblems({ name }: Backend, { frontends }: Params): RoleProblem[] {
  if (frontends.some(({ backend }) => backend === name)) return [];
  const nearest = nearestName(
    name,
    frontends.map(({ backend }) => backend),
  );
  return [
    {
      path: ['name'],
      message: `no frontend refers to the backend '${name}'`,
      ...(nearest !== undefined && { nearest }),
    },
  ];
}

/** Whether the source names somebody, and gives what cannot be told otherwise. */
function sourceProblems(backend: Backend, context: RoleContext<Params>): RoleProblem[] {
  if (Array.isArray(backend.servers)) return [];
  const source = sourceOf(backend, context);
  const groups = Object.keys(context.groups);
  const problems: RoleProblem[] = [];
  if (source.group !== undefined && source.role !== undefined) {
    problems.push({
      path: ['servers'],
      message: `the servers of the backend '${backend.name}' are taken from the group '${source.group}' and from the role '${source.role}'`,
      expected: 'one of group and role',
    });
  } else if (source.group !== undefined && !context.groups[source.group]) {
    const nearest = nearestName(source.group, groups);
    problems.push({
      path: ['servers', 'group'],
      message: `the inventory has no group '${source.group}'`,
      expected: `one of ${groups.join(', ')}`,
      ...(nearest !== undefined && { nearest }),
    });
  } else if (serversOf(backend, context).length === 0) {
    const named = isNamed(backend);
    problems.push({
      path: backend.servers ? ['servers'] : [],
      message: named
        ? `the backend '${backend.name}' has no servers: ${source.group !== undefined ? `the group '${source.group}' has no hosts` : `no host has the role '${source.role}'`}`
        : `the backend '${backend.name}' has no servers: there is neither a group nor a role of its name with hosts`,
      hint: 'Give servers: a list, {group: NAME} or {role: NAME}.',
    });
  }
  if (source.port === undefined && modeOf(backend, context.params) === 'tcp') {
    problems.push({
      path: backend.servers ? ['servers'] : [],
      message: `the port of the servers of '${backend.name}' is not given, which mode tcp cannot guess`,
      expected: 'servers: {group: …, port: 3306}',
    });
  }
  return [...problems, ...weightProblems(backend, context)];
}

/** Whether it says from whom its servers are taken. */
function isNamed({ servers }: Backend): boolean {
  return !!servers && !Array.isArray(servers) && !!(servers.group ?? servers.role);
}

function weightProblems(backend: Backend, context: RoleContext<Params>): RoleProblem[] {
  const names = serversOf(backend, context).map(({ name }) => name);
  return Object.keys(sourceOf(backend, context).weights ?? {})
    .filter((name) => !names.includes(name))
    .map((name) => {
      const nearest = nearestName(name, names);
      return {
        path: ['servers', 'weights', name],
        message: `the backend '${backend.name}' has no server '${name}' to give a weight`,
        expected: `one of ${names.join(', ')}`,
        ...(nearest !== undefined && { nearest }),
      };
    });
}

/** R1, and what else makes a topology another than the one it is called. */
function topologyProblems(
  { name, topology, active, allBackups }: Backend,
  servers: readonly Server[],
): RoleProblem[] {
  const names = servers.map((server) => server.name);
  const serving = servers.filter(({ backup }) => !backup).map((server) => server.name);
  if (topology === 'active-active') {
    if (active !== undefined) {
      return [
        {
          path: ['active'],
          message: `backend '${name}' is active-active: no server is the active one`,
          hint: 'Leave active out, or set topology: active-passive.',
        },
      ];
    }
    if (serving.length === 0) {
      return [{ path: ['servers'], message: `every server of the backend '${name}' is a backup` }];
    }
    if (allBackups && serving.length === servers.length) {
      return [{ path: ['allBackups'], message: `the backend '${name}' has no backup` }];
    }
    return [];
  }
  if (servers.length < 2) {
    return [
      {
        path: ['topology'],
        message: `backend '${name}' is active-passive with one server (${names.join()})`,
        expected: 'at least 2 servers',
      },
    ];
  }
  if (active !== undefined && !names.includes(active)) {
    const nearest = nearestName(active, names);
    return [
      {
        path: ['active'],
        message: `the backend '${name}' has no server '${active}'`,
        expected: `one of ${names.join(', ')}`,
        ...(nearest !== undefined && { nearest }),
      },
    ];
  }
  if (serving.length === 1) return [];
  return [
    {
      path: [active === undefined ? 'topology' : 'active'],
      message: `backend '${name}' is active-passive with ${serving.length === 0 ? 'no active server' : `${serving.length} active servers (${serving.join(', ')})`}`,
      expected: 'exactly one active server',
      hint: `Name the one that serves: active: ${names[0]}`,
    },
  ];
}

function serverProblems(
  { name, servers: given }: Backend,
  servers: readonly Server[],
): RoleProblem[] {
  const names = servers.map((server) => server.name);
  const problems = servers.flatMap((server, index): RoleProblem[] => {
    const path = Array.isArray(given) ? ['servers', index] : ['servers'];
    const found: RoleProblem[] = [];
    if (names.indexOf(server.name) !== index) {
      found.push({
        path: [...path, 'name'],
        message: `the backend '${name}' has the server '${server.name}' twice`,
      });
    }
    if (isIP(server.address) === 0) {
      found.push({
        path: Array.isArray(given) ? [...path, 'address'] : given ? path : [],
        message: `the address of the server '${server.name}' is '${server.address}', which is no IP address`,
        hint: 'HAProxy does not start when it cannot resolve a name: give the address (ansible_host).',
      });
    }
    return found;
  });
  const serving = servers.filter(({ backup }) => !backup);
  if (serving.length > 0 && serving.every(({ weight }) => weight === 0)) {
    problems.push({
      path: ['servers'],
      message: `every active server of the backend '${name}' has weight 0: nobody would serve`,
    });
  }
  return problems;
}

function checkProblems(backend: Backend, { timeouts }: Params): RoleProblem[] {
  const { name, check } = backend;
  const own = backend.timeouts?.check;
  const timeout = own ?? timeouts.check;
  if (milliseconds(timeout) <= milliseconds(check.inter)) return [];
  return [
    {
      path: own === undefined ? ['check', 'inter'] : ['timeouts', 'check'],
      message: `the checks of the backend '${name}' come every ${check.inter} and may take ${timeout}`,
      expected: 'a timeout of checks of at most check.inter',
    },
  ];
}
