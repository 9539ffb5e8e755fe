import { isIPv4, isIPv6 } from 'node:net';
import type { RoleContext, RoleHost } from 'rolecall';
import { absolute, txtStrings } from './names.ts';
import type { Params, ZoneRecord } from './params.ts';

/** A name server with its addresses; none where its name is outside of the zone. */
export interface NameServer {
  /** Absolute. */
  readonly name: string;
  readonly address: string | undefined;
}

/** What a record says, as it stands in a zone file; one for each host where hosts are asked for. */
export function valuesOf(record: ZoneRecord, context: RoleContext<Params>): string[] {
  const { type, value } = record;
  if (value === undefined) return hostsOf(record, context).map((host) => host.address);
  const { zone } = context.params;
  switch (type) {
    case 'A':
    case 'AAAA':
      return [addressOf(value, context)];
    case 'CNAME':
      return [absolute(value, zone)];
    case 'MX':
      return [value.replace(/\S+$/, (name) => absolute(name, zone))];
    case 'TXT':
      return [txtStrings(value)];
  }
}

/** The hosts that a record asks for by role or group. */
export function hostsOf(
  { role, group }: ZoneRecord,
  { fleet, groups }: RoleContext<Params>,
): readonly RoleHost[] {
  if (group !== undefined) return groups[group] ?? [];
  if (role === undefined) return [];
  const hosts = fleet.members(role).map(({ host }) => host);
  return hosts.filter((host, index) => hosts.indexOf(host) === index);
}

/** The address of a host of the inventory; an address stays what it is. */
export function addressOf(name: string, { fleet }: RoleContext<Params>): string {
  return fleet.hosts.find((host) => host.name === name)?.address ?? name;
}

/** The name servers as given, or every host that has this role with this zone. */
export function nameServers(context: RoleContext<Params>): NameServer[] {
  const { params, fleet, host } = context;
  if (params.nameservers) {
    return params.nameservers.map(({ name, address }) => ({
      name: absolute(name, params.zone),
      address: address === undefined ? undefined : addressOf(address, context),
    }));
  }
  const hosts = fleet
    .members<Params>('dns')
    .filter((member) => member.params.zone === params.zone)
    .map((member) => member.host);
  // the fleet leaves out hosts whose parameters only a run can tell, which may be this one
  const all = hosts.some(({ name }) => name === host.name) ? hosts : [...hosts, host];
  return all.map(({ address }, index) => ({
    name: absolute(`ns${index + 1}`, params.zone),
    address,
  }));
}

/** The type of an address record for an address; undefined for what is none. */
export function addressType(address: string): 'A' | 'AAAA' | undefined {
  if (isIPv4(address)) return 'A';
  return isIPv6(address) ? 'AAAA' : undefined;
}
