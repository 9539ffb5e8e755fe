import { isIP } from 'node:net';
import type { RoleContext, RoleHost } from 'rolecall';
import type { Params, Upstream } from './params.ts';

/** One server of an upstream. */
export interface Server {
  /** Name in the inventory; undefined for an address outside of it. */
  readonly host: RoleHost | undefined;
  /** What the parameters call it: a host or an address. */
  readonly label: string;
  readonly address: string;
  readonly port: number;
  readonly weight: number;
  readonly backup: boolean;
  /** Gets no requests, by `maintenance`. */
  readonly isDown: boolean;
}

/** The servers of an upstream, in the order of the inventory or as listed. */
export function serversOf({ servers }: Upstream, context: RoleContext<Params>): Server[] {
  const { maintenance } = context.params;
  if (Array.isArray(servers)) {
    return servers.map(({ address, port, weight = 1, backup = false }) => {
      const host = hostOf(address, context);
      const isDown = maintenance.includes(address) || maintenance.includes(host?.name ?? address);
      return {
        host,
        label: address,
        address: host?.address ?? address,
        port,
        weight,
        backup,
        isDown,
      };
    });
  }
  const { role, group = '', port, weights = {}, backup = [] } = servers;
  const hosts =
    role === undefined
      ? (context.groups[group] ?? [])
      : context.fleet.members(role).map(({ host }) => host);
  return hosts.map((host) => ({
    host,
    label: host.name,
    address: host.address,
    port,
    weight: weights[host.name] ?? 1,
    backup: backup.includes(host.name),
    isDown: maintenance.includes(host.name),
  }));
}

/** A host of the inventory by its name or its address. */
export function hostOf(name: string, { fleet }: RoleContext<Params>): RoleHost | undefined {
  return (
    fleet.hosts.find((host) => host.name === name) ??
    fleet.hosts.find((host) => host.address === name)
  );
}

/** Addresses and networks in place of names of hosts and groups; what is neither stays as it is. */
export function addressesOf(names: readonly string[], context: RoleContext<Params>): string[] {
  const found = names.flatMap((name) => {
    if (isNetwork(name)) return [name];
    const group = context.groups[name];
    if (group) return group.map((host) => host.address);
    return [hostOf(name, context)?.address ?? name];
  });
  return [...new Set(found)];
}

/** Who may tell a client address where a site does not say it: the load balancers. */
export function balancers({ fleet }: RoleContext<Params>): string[] {
  return [...new Set(fleet.members('load-balancer').map(({ host }) => host.address))];
}

/** Whether a text is an address or a network in CIDR notation. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  );
}
