import { isIP } from 'node:net';
import { nearestName, type RoleContext, type RoleProblem } from 'rolecall';
import type { Params } from './params.ts';
import { addressOf } from './records.ts';

/** Lists of addresses, and the port. */
export function listProblems(context: RoleContext<Params>): RoleProblem[] {
  const { params, fleet, host } = context;
  return [
    ...params.listen.flatMap((address, index) =>
      isIP(address) !== 0
        ? []
        : [
            {
              path: ['listen', index],
              message: `'${address}' is no address`,
              expected: 'an address of the host',
            },
          ],
    ),
    ...params.allowQuery.flatMap((network, index) =>
      isNetwork(network)
        ? []
        : [
            {
              path: ['allowQuery', index],
              message: `'${network}' is no address or network`,
              expected: '10.0.0.0/8, fd00::/8, 192.0.2.1',
            },
          ],
    ),
    ...params.secondaries.flatMap((name, index) =>
      isIP(addressOf(name, context)) !== 0
        ? []
        : [
            {
              path: ['secondaries', index],
              message: `'${name}' is neither an address nor a host that has one`,
              nearest: nearestName(
                name,
                fleet.hosts.map((other) => other.name),
              ),
            },
          ],
    ),
    ...fleet
      .rolesOf(host.name)
      .filter((role) => role !== 'dns')
      .flatMap((role) => {
        const taken = fleet.published(host.name, role)?.find(({ port }) => port === 53);
        return taken
          ? [
              {
                path: [],
                message: `port 53 of ${host.name} is taken by its role ${role} (${taken.purpose})`,
              },
            ]
          : [];
      }),
  ];
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  );
}
