import type { Edge, Endpoint, RoleContext } from 'rolecall';
import type { Params, Upstream } from './params.ts';
import { type Server, serversOf } from './servers.ts';

/** The ports of the sites, and the status page. */
export function webEndpoints({ params, fleet }: RoleContext<Params>): Endpoint[] {
  const ports = [...new Set(params.sites.map((site) => site.listen))];
  const reach = fleet.members('load-balancer').length > 0 ? 'fleet' : 'public';
  return [
    ...ports.map(
      (port): Endpoint => ({
        name: port === 80 ? 'http' : `http-${port}`,
        port,
        protocol: 'tcp',
        purpose: 'web pages',
        reach,
      }),
    ),
    {
      name: 'status',
      port: params.statusPort,
      protocol: 'tcp',
      purpose: 'status of nginx',
      reach: 'loopback',
    },
  ];
}

/** One edge for each server of an upstream that a site uses; those of an upstream are alternatives. */
export function webEdges(context: RoleContext<Params>): Edge[] {
  const { upstreams, sites } = context.params;
  const used = new Set(
    sites.flatMap((site) => [site.upstream, ...site.locations.map((one) => one.upstream)]),
  );
  return upstreams.flatMap((upstream, index) =>
    used.has(upstream.name)
      ? serversOf(upstream, context).map((server) => ({
          to: server.host?.name ?? server.address,
          role: roleOf(upstream, server, context),
          port: server.port,
          protocol: 'tcp' as const,
          purpose: `requests to upstream ${upstream.name}`,
          need: `upstream ${upstream.name}`,
          ...(server.backup && { standby: true }),
          path: ['upstreams', index, 'servers'],
        }))
      : [],
  );
}

/** The role asked for; the one that answers on the port; or else the one that is called like the group. */
function roleOf(
  { servers }: Upstream,
  { host, port }: Server,
  { fleet }: RoleContext<Params>,
): string | undefined {
  const { role, group } = Array.isArray(servers) ? {} : servers;
  if (role !== undefined || !host) return role;
  const roles = fleet.rolesOf(host.name);
  const answers = (name: string) =>
    fleet.published(host.name, name)?.some((endpoint) => endpoint.port === port);
  return roles.find(answers) ?? roles.find((name) => name === group?.replaceAll('_', '-'));
}
