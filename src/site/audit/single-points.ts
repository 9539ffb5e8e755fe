import { type Loss, lossesWithout } from '../losses.ts';
import type { SiteHost } from '../model.ts';
import { isDescribed, isPrimary, type SiteNode, type Topology } from '../topology.ts';
import { type Finding, finding } from './finding.ts';
import { remedy } from './remedy.ts';

/** A role on a host, or a whole host, without which something is lost. */
export interface SinglePoint {
  readonly host: SiteHost;
  /** Absent where no role alone is one, only the host with all of its roles. */
  readonly node?: SiteNode;
  readonly losses: readonly Loss[];
}

export function singlePoints(topology: Topology): SinglePoint[] {
  return topology.model.hosts.flatMap((host): SinglePoint[] => {
    const nodes = topology.nodes.filter((node) => node.host === host);
    const alone = nodes
      .map((node) => ({ host, node, losses: lossesWithout(new Set([node]), topology) }))
      .filter(({ losses }) => losses.length > 0);
    if (alone.length > 0 || nodes.length < 2) return alone;
    const losses = lossesWithout(new Set(nodes), topology);
    return losses.length > 0 ? [{ host, losses }] : [];
  });
}

export function singlePointFindings(topology: Topology): Finding[] {
  return singlePoints(topology).map(({ host, node, losses }) =>
    finding('single-point-of-failure', [host.name], {
      ...(node && isDescribed(node) && { role: node.role.name }),
      lost: losses.map(({ name }) => name),
      effect: effect(losses),
      change: remedy(node, losses, node !== undefined && isPrimary(node, topology)),
    }),
  );
}

/** Two balancers help only those clients who are led to the other one. */
export function sharedAddressFindings({ entries }: Topology): Finding[] {
  const roles = [...new Set(entries.map(({ role }) => role.name))];
  return roles.flatMap((name): Finding[] => {
    const nodes = entries.filter(({ role }) => role.name === name);
    if (nodes.length < 2 || nodes.some(sharesAddress)) return [];
    const hosts = nodes.map(({ host }) => host.name);
    return [
      finding('no-shared-address', hosts, {
        role: name,
        effect: 'Clients that know the address of the one that fails do not reach the others.',
        change: 'One address that moves between them (VIP, keepalived).',
      }),
    ];
  });
}

/** No provision says so yet: the pair with a VIP comes with its own. */
function sharesAddress({ role }: SiteNode): boolean {
  return role.provisions.some(({ kind }) => (kind as string) === 'shared-address');
}

function effect(losses: readonly Loss[]): string {
  const sentences = losses.map(({ name, role, need, purpose }) => {
    if (name === 'names') return 'names are not answered: clients find no address to go to';
    if (name !== 'everything') return failing(name, role, purpose);
    if (need === undefined) return 'nothing works: every request enters here';
    return `nothing works: ${role} has nothing left for '${need}'`;
  });
  return `Without it ${[...new Set(sentences)].join('; ')}.`;
}

function failing(need: string, role: string, purpose: string | undefined): string {
  const meant = purpose && purpose !== need ? ` (${purpose})` : '';
  return `'${need}' of ${role} fails${meant}`;
}
