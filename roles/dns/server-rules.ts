import { nearestName, type RoleContext, type RoleProblem } from 'rolecall';
import { absolute, isWithin } from './names.ts';
import type { Params } from './params.ts';
import { addressOf, addressType, nameServers } from './records.ts';

/** Name servers: each once, with an address where the zone has to tell it. */
export function nameServerProblems(context: RoleContext<Params>): RoleProblem[] {
  const { params, fleet } = context;
  if (!params.nameservers) {
    return nameServers(context)
      .filter(({ address }) => addressType(address ?? '') === undefined)
      .map(({ address }) => ({
        path: [],
        message: `a name server has the address '${address}', which no record can hold`,
        expected: 'an IP address as ansible_host, or nameservers with addresses',
      }));
  }
  const seen = new Set<string>();
  return params.nameservers.flatMap(({ name, address }, index): RoleProblem[] => {
    const path = ['nameservers', index];
    const full = absolute(name, params.zone);
    if (seen.has(full)) {
      return [{ path, message: `name server '${name}' is listed twice`, expected: 'each once' }];
    }
    seen.add(full);
    const isInside = isWithin(full, params.zone);
    if (address === undefined) {
      return isInside
        ? [
            {
              path,
              message: `name server '${name}' is within the zone and has no address`,
              expected: 'address',
            },
          ]
        : [];
    }
    if (!isInside) {
      return [
        {
          path: [...path, 'address'],
          message: `name server '${name}' is outside of the zone, which cannot tell its address`,
          expected: 'no address, or a name within the zone',
        },
      ];
    }
    if (addressType(addressOf(address, context))) return [];
    return [
      {
        path: [...path, 'address'],
        message: `'${address}' is neither an address nor a host that has one`,
        nearest: nearestName(
          address,
          fleet.hosts.map((host) => host.name),
        ),
      },
    ];
  });
}
