import type { RoleContext, RoleHost } from 'rolecall';
import type { Backend, DerivedServers, Params, ServerParams } from './params.ts';

/** A server with everything filled in. */
export interface Server {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly weight: number;
  readonly backup: boolean;
  /** The host of the inventory that it is; absent for the outside world. */
  readonly host?: RoleHost;
}

/** What is needed of a context to find servers. */
export type Surroundings = Pick<RoleContext<Params>, 'groups' | 'fleet'>;

/** The servers of a backend: those listed, or hosts of a group or role; backups as the topology has them. */
export function serversOf(backend: Backend, around: Surroundings): Server[] {
  const isPassive = (name: string) =>
    backend.topology === 'active-passive' &&
    backend.active !== undefined &&
    backend.active !== name;
  return listed(backend, around).map((server) => ({
    ...server,
    backup: server.backup || isPassive(server.name),
  }));
}

/**
 * Whom a backend takes its servers from, where they are not listed: as it says, else the hosts of the
 * group, else those with the role, of its own name.
 */
export function sourceOf(
  backend: Backend,
  { groups }: Pick<Surroundings, 'groups'>,
): DerivedServers {
  const given = backend.servers && !Array.isArray(backend.servers) ? backend.servers : {};
  if (given.group !== undefined || given.role !== undefined) return given;
  return { ...given, ...(groups[backend.name] ? { group: backend.name } : { role: backend.name }) };
}

/** The mode of a backend is that of the frontends which it serves. */
export function modeOf(backend: Backend, { frontends }: Params): 'http' | 'tcp' {
  return frontends.find((frontend) => frontend.backend === backend.name)?.mode ?? 'http';
}

function listed(backend: Backend, around: Surroundings): Server[] {
  const { servers } = backend;
  if (Array.isArray(servers)) return servers.map((server) => withDefaults(server, around));
  const source = sourceOf(backend, around);
  return hostsOf(source, around).map((host) => ({
    name: host.name,
    address: host.address,
    port: source.port ?? 80,
    weight: source.weights?.[host.name] ?? 1,
    backup: false,
    host,
  }));
}

function hostsOf({ group, role }: DerivedServers, { groups, fleet }: Surroundings): RoleHost[] {
  if (group !== undefined) return [...(groups[group] ?? [])];
  return role === undefined ? [] : fleet.members(role).map(({ host }) => host);
}

/** The schema fills defaults in, but not inside of a choice. */
function withDefaults(
  { name, address, port, weight = 1, backup = false }: ServerParams,
  { fleet }: Surroundings,
): Server {
  const host = fleet.hosts.find((one) => one.name === address || one.address === address);
  return { name, address: host?.address ?? address, port, weight, backup, ...(host && { host }) };
}
