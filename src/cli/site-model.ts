import type { RoleFleet } from '../engine/roles/fleet.ts';
import type { SiteModel, SiteRole } from '../site/model.ts';

/** The fleet as plain data; a role that several plays put on a host is one. */
export function siteModelOf(fleet: RoleFleet): SiteModel {
  return {
    hosts: fleet.hosts.map(({ name, address, groups }) => ({
      name,
      address,
      groups,
      roles: fleet.rolesOf(name).map((role) => roleOn(name, role, fleet)),
    })),
  };
}

function roleOn(host: string, name: string, fleet: RoleFleet): SiteRole {
  const placements = fleet.placements.filter(
    (placement) => placement.use.role.name === name && placement.host.name === host,
  );
  return {
    name,
    endpoints: distinct(placements.flatMap((placement) => fleet.endpointsOf(placement))),
    edges: distinct(placements.flatMap((placement) => fleet.edgesOf(placement))),
    provisions: distinct(placements.flatMap((placement) => fleet.provisionsOf(placement))),
  };
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
