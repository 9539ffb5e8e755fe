import type { Loss } from '../losses.ts';
import { isDescribed, type SiteNode } from '../topology.ts';

/** What would end a single point of failure, as concrete as the role allows. */
export function remedy(
  node: SiteNode | undefined,
  losses: readonly Loss[],
  primary: boolean,
): string {
  if (!node) return 'Its roles on hosts of their own, or a second host with the same roles.';
  if (primary) {
    return 'Automatic failover to a replica; until then playbooks/promote.yml, by hand, in minutes.';
  }
  const known = remedies[node.role.name];
  if (known) return known;
  const needs = losses.flatMap(({ need }) => (need === undefined ? [] : [`'${need}'`]));
  const listed = needs.length > 0 ? `, named as an alternative for ${needs.join(', ')}` : '';
  const port = node.role.endpoints[0]?.port;
  const like = isDescribed(node) ? `with role ${node.role.name}` : `that answers on port ${port}`;
  return `A second host ${like}${listed}.`;
}

const remedies: Readonly<Record<string, string>> = {
  'load-balancer':
    'A second host with role load-balancer, and one address that moves between both (VIP).',
  dns: 'A second host with role dns, both named as NS of the zone.',
  web: 'A second host with role web, in the group from which load_balancer.backends takes its servers.',
  app: 'A second host with role app, in the group from which web.upstreams takes its servers.',
  database:
    'A replica that answers too: add it to database.replicas, and to the hosts that the app reads from.',
};
