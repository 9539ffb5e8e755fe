import type { SiteHost } from '../model.ts';
import { isPrimary, isReplica, type SiteNode, type Topology } from '../topology.ts';
import { type Block, columnsOf } from './columns.ts';
import { rowsOf } from './rows.ts';

/** A role as a box in the frame of its host. */
export interface Box {
  readonly node: SiteNode;
  readonly row: number;
  readonly position: 'primary' | 'replica' | 'standby' | undefined;
}

/** A host as a frame around its boxes. */
export interface Frame {
  readonly host: SiteHost;
  readonly column: number;
  readonly first: number;
  readonly last: number;
  readonly boxes: readonly Box[];
  /** Roles that neither answer nor ask: they are named only. */
  readonly also: readonly string[];
}

export interface Placement {
  readonly frames: readonly Frame[];
  /** The column of the client, in row 0. */
  readonly client: number;
  /** How many rows there are besides that of the client. */
  readonly rows: number;
  readonly columns: number;
}

/** Rows from the client downwards, columns close to what a host talks to. */
export function placementOf(topology: Topology): Placement {
  const shown = topology.nodes.filter((node) => isShown(node, topology));
  const rows = rowsOf(shown, topology);
  const lowest = Math.max(1, ...rows.values());
  const blocks = topology.model.hosts.map((host): Block => {
    const own = shown.filter((node) => node.host === host);
    const aside = !own.some((node) => isOnPath(node, topology));
    const levels = own.length > 0 ? own.map((node) => rows.get(node)!) : [lowest];
    return {
      name: host.name,
      first: Math.min(...levels),
      last: Math.max(...levels),
      near: neighbours(host, topology, aside),
      aside,
    };
  });
  const columns = columnsOf(blocks);
  const frames = topology.model.hosts.map((host, index): Frame => {
    const boxes = shown
      .filter((node) => node.host === host)
      .map((node) => ({ node, row: rows.get(node)!, position: positionOf(node, topology) }))
      .sort((a, b) => a.row - b.row);
    return {
      host,
      column: columns.get(host.name)!,
      first: blocks[index]!.first,
      last: blocks[index]!.last,
      boxes,
      also: host.roles
        .filter((role) => !boxes.some(({ node }) => node.role === role))
        .map(({ name }) => name),
    };
  });
  const entries = topology.entries.map(({ host }) => columns.get(host.name)!);
  const width = Math.max(0, ...columns.values());
  return {
    frames,
    client: entries.length > 0 ? (Math.min(...entries) + Math.max(...entries)) / 2 : width / 2,
    rows: lowest,
    columns: width + 1,
  };
}

/** A host's only roles are shown even if they neither answer nor ask. */
function isShown(node: SiteNode, topology: Topology): boolean {
  return (
    node.role.endpoints.length > 0 ||
    topology.linksTo(node).length > 0 ||
    topology.linksFrom(node, 'request').length > 0
  );
}

function isOnPath(node: SiteNode, topology: Topology): boolean {
  return (
    topology.linksTo(node, 'request').length > 0 ||
    topology.linksFrom(node, 'request').length > 0 ||
    topology.linksFrom(node, 'replication').length > 0 ||
    topology.entries.includes(node) ||
    topology.nameServers.includes(node)
  );
}

/** Requests decide; who takes part in none stands close to whom it serves otherwise. */
function neighbours(host: SiteHost, { links }: Topology, aside: boolean): string[] {
  return links.flatMap(({ from, to, kind }) => {
    if ((kind !== 'request' && !aside) || from.host === to.host) return [];
    if (from.host === host) return [to.host.name];
    return to.host === host ? [from.host.name] : [];
  });
}

function positionOf(node: SiteNode, topology: Topology): Box['position'] {
  if (isPrimary(node, topology)) return 'primary';
  if (isReplica(node, topology)) return 'replica';
  const links = topology.linksTo(node, 'request');
  return links.length > 0 && links.every(({ edge }) => edge.standby) ? 'standby' : undefined;
}
