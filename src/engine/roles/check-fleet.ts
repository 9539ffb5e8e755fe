import { nearestName, type Problem } from '../../errors.ts';
import type { Edge, RoleProblem } from '../../roles/role.ts';
import { distinctProblems } from './distinct-problems.ts';
import type { Placement, RoleFleet } from './fleet.ts';
import { placeOfParameter } from './given-parameters.ts';

/** What is wrong across parameters and across hosts: the rules of each role, and ports nobody answers on. */
export function fleetProblems(fleet: RoleFleet): readonly Problem[] {
  return distinctProblems(
    fleet.placements.flatMap((placement) => placementProblems(placement, fleet)),
  );
}

/** The same for one role on one host. */
export function placementProblems(placement: Placement, fleet: RoleFleet): readonly Problem[] {
  const { role, entryPoint } = placement.use;
  const context = fleet.contextOf(placement);
  const broken = [...role.check(context), ...(entryPoint?.check(context) ?? [])];
  if (broken.length > 0) return broken.map((problem) => placed(problem, placement));
  return fleet
    .edgesOf(placement)
    .map((edge) => unpublished(edge, placement, fleet))
    .filter((problem) => problem !== undefined);
}

function placed({ path, message, ...rest }: RoleProblem, { use, host, given }: Placement): Problem {
  return {
    code: 'invalid-parameter',
    message: `${use.role.name}: ${message}`,
    host: host.name,
    at: placeOfParameter(given, path),
    ...rest,
  };
}

/** A target that has other roles in this run but not this one, or does not answer on this port. */
function unpublished(
  { to, role, port, protocol, path = [] }: Edge,
  { use, host, given }: Placement,
  fleet: RoleFleet,
): Problem | undefined {
  if (role === undefined) return undefined;
  const at = placeOfParameter(given, path);
  const base = { code: 'port-unpublished', host: host.name, at } as const;
  const members = fleet.hosts.filter(({ name }) => fleet.rolesOf(name).includes(role));
  if (!fleet.isHost(to) || members.length === 0) return undefined;
  const endpoints = fleet.published(to, role);
  if (!endpoints) {
    if (fleet.rolesOf(to).includes(role)) return undefined;
    return {
      ...base,
      message: `${use.role.name}: ${to} is to answer on port ${port} and does not have the role '${role}'`,
      nearest: nearestName(
        to,
        members.map(({ name }) => name),
      ),
      expected: `one of ${members.map(({ name }) => name).join(', ')}`,
    };
  }
  if (endpoints.some((one) => one.port === port && one.protocol === protocol)) return undefined;
  const ports = endpoints.map((one) => `${one.port}/${one.protocol}`);
  return {
    ...base,
    message: `${use.role.name}: the role '${role}' does not answer on port ${port}/${protocol} of ${to}`,
    expected: ports.length > 0 ? `one of ${ports.join(', ')}` : 'a port that it answers on',
  };
}
