import type { Edge } from '../roles/role.ts';
import { type EdgeKind, kindOf, type SiteHost, type SiteModel, type SiteRole } from './model.ts';

/** A role on a host: what works or fails. */
export interface SiteNode {
  /** `web1/web`. */
  readonly id: string;
  readonly host: SiteHost;
  readonly role: SiteRole;
}

/** An edge between two roles of the site. */
export interface SiteLink {
  readonly from: SiteNode;
  readonly to: SiteNode;
  readonly edge: Edge;
  readonly kind: EdgeKind;
}

/** A site with its edges led to the roles that answer them. */
export interface Topology {
  readonly model: SiteModel;
  readonly nodes: readonly SiteNode[];
  readonly links: readonly SiteLink[];
  /** Edges to what is not in the inventory. */
  readonly outside: readonly { readonly from: SiteNode; readonly edge: Edge }[];
  /** Where requests of users enter, name servers apart. */
  readonly entries: readonly SiteNode[];
  readonly nameServers: readonly SiteNode[];
  linksFrom(node: SiteNode, kind?: EdgeKind): readonly SiteLink[];
  linksTo(node: SiteNode, kind?: EdgeKind): readonly SiteLink[];
}

/** Leads each edge to the role that answers it. */
export function topologyOf(model: SiteModel): Topology {
  const nodes = model.hosts.flatMap((host) => host.roles.map((role) => nodeOf(host, role)));
  const links: SiteLink[] = [];
  const outside: { from: SiteNode; edge: Edge }[] = [];
  for (const from of [...nodes]) {
    for (const edge of from.role.edges) {
      const to = answering(edge, nodes) ?? undescribed(edge, model, nodes);
      if (to) links.push({ from, to, edge, kind: kindOf(edge) });
      else outside.push({ from, edge });
    }
  }
  const nameServers = nodes.filter(answersNames);
  return {
    model,
    nodes,
    links,
    outside,
    nameServers,
    entries: nodes.filter((node) => isEntry(node, links)),
    linksFrom: (node, kind) => links.filter((link) => link.from === node && fits(link, kind)),
    linksTo: (node, kind) => links.filter((link) => link.to === node && fits(link, kind)),
  };
}

/** Whether a typed role says what it is; others are known by those who talk to them only. */
export function isDescribed({ host, role }: SiteNode): boolean {
  return host.roles.includes(role);
}

/** Whether others copy their data from it. */
export function isPrimary(node: SiteNode, topology: Topology): boolean {
  return topology.linksTo(node, 'replication').length > 0 && !isReplica(node, topology);
}

export function isReplica(node: SiteNode, topology: Topology): boolean {
  return topology.linksFrom(node, 'replication').length > 0;
}

export function answersNames({ role }: SiteNode): boolean {
  return role.endpoints.some(({ port, reach }) => port === 53 && reach !== 'loopback');
}

/** Reached by users and not only through another host. */
function isEntry(node: SiteNode, links: readonly SiteLink[]): boolean {
  if (answersNames(node)) return false;
  const open = node.role.endpoints.some(({ reach }) => reach === 'public');
  const behind = links.some(
    ({ from, to, kind }) => to === node && kind === 'request' && !answersNames(from),
  );
  return open && !behind;
}

function answering(edge: Edge, nodes: readonly SiteNode[]): SiteNode | undefined {
  const there = nodes.filter(({ host }) => host.name === edge.to || host.address === edge.to);
  const publishing = there.find(
    ({ role }) =>
      (edge.role === undefined || role.name === edge.role) &&
      role.endpoints.some(({ port }) => port === edge.port),
  );
  return publishing ?? there.find(({ role }) => role.name === edge.role);
}

/** A host of the inventory that no typed role describes: it is counted on all the same. */
function undescribed(edge: Edge, { hosts }: SiteModel, nodes: SiteNode[]): SiteNode | undefined {
  const host = hosts.find(({ name, address }) => name === edge.to || address === edge.to);
  if (!host) return undefined;
  const { need, port, protocol, purpose } = edge;
  const endpoints = [{ name: need, port, protocol, purpose, reach: 'fleet' as const }];
  const node = nodeOf(host, { name: edge.role ?? need, endpoints, edges: [], provisions: [] });
  const known = nodes.find(({ id }) => id === node.id);
  if (!known) nodes.push(node);
  return known ?? node;
}

function nodeOf(host: SiteHost, role: SiteRole): SiteNode {
  return { id: `${host.name}/${role.name}`, host, role };
}

function fits(link: SiteLink, kind: EdgeKind | undefined): boolean {
  return kind === undefined || link.kind === kind;
}
