import { nearestName, type RoleContext, type RoleProblem } from 'rolecall';
import type { Params } from './params.ts';
import { addressesOf, isNetwork } from './servers.ts';
import { siteProblems } from './site-rules.ts';
import { upstreamProblems } from './upstream-rules.ts';

/** Everything that is wrong with parameters that each are well-formed. */
export function webProblems(context: RoleContext<Params>): RoleProblem[] {
  return [
    ...siteProblems(context.params),
    ...upstreamProblems(context),
    ...defaultServerProblems(context.params),
    ...realIpProblems(context),
    ...portProblems(context),
  ];
}

function defaultServerProblems({ sites, defaultServer }: Params): RoleProblem[] {
  const names = ['reject', ...sites.map((site) => site.name)];
  if (names.includes(defaultServer)) return [];
  return [
    {
      path: ['defaultServer'],
      message: `no site is called '${defaultServer}'`,
      expected: `one of ${names.join(', ')}`,
      nearest: nearestName(defaultServer, names),
    },
  ];
}

function realIpProblems(context: RoleContext<Params>): RoleProblem[] {
  return context.params.sites.flatMap(({ realIpFrom = [] }, site) =>
    realIpFrom.flatMap((name, index): RoleProblem[] => {
      const unusable = addressesOf([name], context).filter((address) => !isNetwork(address));
      if (unusable.length === 0) return [];
      const path = ['sites', site, 'realIpFrom', index];
      const isKnown = unusable.some((address) => address !== name);
      if (isKnown) {
        return [
          {
            path,
            message: `'${name}' has the address '${unusable[0]}', which nginx cannot compare with`,
            expected: 'an IP address as ansible_host',
          },
        ];
      }
      const names = [
        ...Object.keys(context.groups),
        ...context.fleet.hosts.map((host) => host.name),
      ];
      return [
        {
          path,
          message: `'${name}' is no address, network, host or group`,
          nearest: nearestName(name, names),
        },
      ];
    }),
  );
}

/** `nginx -t` accepts a port that another service has; the reload would then be refused. */
function portProblems({ params, host, fleet }: RoleContext<Params>): RoleProblem[] {
  const listening = new Map<number, readonly (string | number)[]>(
    params.sites.map(({ listen }, index) => [listen, ['sites', index, 'listen']]),
  );
  const problems: RoleProblem[] = [];
  if (listening.has(params.statusPort)) {
    problems.push({
      path: ['statusPort'],
      message: `port ${params.statusPort} is the port of a site as well`,
      expected: 'a port that no site listens on',
    });
  }
  listening.set(params.statusPort, ['statusPort']);
  for (const role of fleet.rolesOf(host.name).filter((name) => name !== 'web')) {
    for (const { port, protocol, purpose } of fleet.published(host.name, role) ?? []) {
      const path = protocol === 'tcp' ? listening.get(port) : undefined;
      if (!path) continue;
      problems.push({
        path,
        message: `port ${port} of ${host.name} is taken by its role ${role} (${purpose})`,
        expected: 'a port of its own',
      });
    }
  }
  return problems;
}
