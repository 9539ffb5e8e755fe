import type { Edge } from '../../roles/role.ts';
import type { EdgeKind } from '../model.ts';
import type { SiteLink, SiteNode, Topology } from '../topology.ts';

/** The client, who has no host. */
export const client = 'client';
export type End = SiteNode | typeof client;

/** Edges that are drawn as one: each source reaches each of the targets. */
export interface Bus {
  readonly kind: Exclude<EdgeKind, 'scrape'>;
  /** `writes · 3306/tcp` */
  readonly label: string;
  /** A sentence for who points at it. */
  readonly title: string;
  readonly sources: readonly End[];
  readonly targets: readonly { readonly end: SiteNode; readonly standby: boolean }[];
}

/** All edges of the picture. Replication is drawn as the data flows: from the primary to its replicas. */
export function busesOf(topology: Topology): Bus[] {
  return [...clientBuses(topology), ...requestBuses(topology), ...replicationBuses(topology)];
}

function clientBuses({ nameServers, entries }: Topology): Bus[] {
  const groups: (readonly [readonly SiteNode[], string, string])[] = [];
  const name = nameServers[0]?.role.endpoints.find(({ port }) => port === 53);
  if (name) groups.push([nameServers, 'names', `53/${name.protocol}`]);
  for (const [, nodes] of Map.groupBy(entries, ({ role }) => role.name)) {
    const open = nodes[0]!.role.endpoints.filter(({ reach }) => reach === 'public');
    const ports = open.map(({ port, protocol }) => `${port}/${protocol}`);
    groups.push([nodes, open[0]!.purpose, [...new Set(ports)].join(', ')]);
  }
  return groups.map(([nodes, purpose, ports]) => ({
    kind: 'request',
    label: `${shortened(purpose)} · ${ports}`,
    title: `Clients reach ${nodes.map(({ id }) => id).join(', ')}: ${purpose}, ${ports}`,
    sources: [client],
    targets: nodes.map((end) => ({ end, standby: false })),
  }));
}

/** What asks the same of the same hosts in the same order is one bus. */
function requestBuses(topology: Topology): Bus[] {
  const needs = topology.nodes.flatMap((node) => {
    const links = topology
      .linksFrom(node)
      .filter(({ kind }) => kind !== 'replication' && kind !== 'scrape')
      .filter(({ from, to }) => from !== to);
    const byNeed = Map.groupBy(links, ({ edge }) => `${edge.need} ${edge.port}`);
    return [...byNeed.values()].map((group) => ({ node, group: inventoryOrder(group, topology) }));
  });
  const alike = Map.groupBy(needs, ({ node, group }) =>
    JSON.stringify([
      group[0]!.kind === 'request' ? node.role.name : group[0]!.kind,
      group.map(({ to, edge }) => [to.id, edge.standby, edge.need]),
    ]),
  );
  return [...alike.values()].map((members) => {
    const { group } = members[0]!;
    const { edge, kind } = group[0]!;
    const sources = members.map(({ node }) => node);
    return {
      kind: kind as Bus['kind'],
      label: labelOf(edge),
      title: `${ids(sources)} → ${ids(group.map(({ to }) => to))}: ${edge.purpose}, ${edge.port}/${edge.protocol}`,
      sources,
      targets: group.map(({ to, edge: { standby = false } }) => ({ end: to, standby })),
    };
  });
}

function replicationBuses({ links }: Topology): Bus[] {
  const copies = links.filter(({ kind, from, to }) => kind === 'replication' && from !== to);
  return [...Map.groupBy(copies, ({ to }) => to)].map(([primary, group]) => ({
    kind: 'replication',
    label: labelOf(group[0]!.edge),
    title: `${ids(group.map(({ from }) => from))} copy from ${primary.id}, ${group[0]!.edge.port}/${group[0]!.edge.protocol}`,
    sources: [primary],
    targets: group.map(({ from }) => ({ end: from, standby: false })),
  }));
}

function inventoryOrder(links: readonly SiteLink[], { nodes }: Topology): SiteLink[] {
  return links.toSorted((a, b) => nodes.indexOf(a.to) - nodes.indexOf(b.to));
}

function labelOf({ need, purpose, port, protocol }: Edge): string {
  const texts = [plainNeed(need), plainNeed(purpose)].toSorted((a, b) => a.length - b.length);
  return `${shortened(texts[0]!)} · ${port}/${protocol}`;
}

/** `app` for `upstream app` and for `requests for app`. */
export function plainNeed(need: string): string {
  return need.replace(/^(requests (to|for) )?((upstream|backend) )?(?=\S)/, '');
}

function shortened(text: string): string {
  return text.length > 26 ? `${text.slice(0, 25)}…` : text;
}

function ids(nodes: readonly SiteNode[]): string {
  return nodes.map(({ id }) => id).join(', ');
}
