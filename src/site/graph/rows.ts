import { answersNames, type SiteNode, type Topology } from '../topology.ts';

/** Which row of the picture each role box stands in; the client is row 0. */
export type Rows = ReadonlyMap<SiteNode, number>;

/**
 * A role that is reached by requests stands one row below the lowest role that asks it, on all hosts
 * alike; what only serves the hosts (a code base, a place for backups) one row below those.
 */
export function rowsOf(nodes: readonly SiteNode[], topology: Topology): Rows {
  const onPath = (node: SiteNode) =>
    topology.entries.includes(node) ||
    answersNames(node) ||
    topology.linksTo(node, 'request').length > 0;
  const depths = roleDepths(topology);
  const rows = new Map<SiteNode, number>();
  for (const node of nodes) {
    if (onPath(node)) rows.set(node, depths.get(node.role.name) ?? 1);
  }
  const lowest = Math.max(1, ...rows.values());
  for (const node of nodes) {
    if (rows.has(node)) continue;
    const askers = topology.linksTo(node).flatMap(({ from, kind }) => {
      if (kind === 'replication' || from === node) return [];
      const boxes = nodes.filter((one) => one.host === from.host).map((one) => rows.get(one) ?? 0);
      return Math.max(0, ...boxes);
    });
    const peers = nodes.filter((one) => one.role.name === node.role.name && rows.has(one));
    const below = askers.length > 0 ? Math.max(...askers) + 1 : undefined;
    rows.set(node, below ?? rows.get(peers[0]!) ?? lowest);
  }
  return withoutEmptyRows(rows);
}

/** The longest way of requests from an entry to each role; a circle is followed once. */
function roleDepths({ links, nodes, entries }: Topology): Map<string, number> {
  const depths = new Map<string, number>();
  const visit = (role: string, depth: number, above: readonly string[]): void => {
    if (above.includes(role)) return;
    if ((depths.get(role) ?? 0) < depth) depths.set(role, depth);
    const next = links.filter(({ from, kind }) => kind === 'request' && from.role.name === role);
    for (const name of new Set(next.map(({ to }) => to.role.name))) {
      visit(name, depth + 1, [...above, role]);
    }
  };
  const called = new Set(links.filter(({ kind }) => kind === 'request').map(({ to }) => to));
  const starts = entries.length > 0 ? entries : nodes.filter((node) => !called.has(node));
  for (const role of new Set(starts.map((node) => node.role.name))) visit(role, 1, []);
  return depths;
}

function withoutEmptyRows(rows: Map<SiteNode, number>): Map<SiteNode, number> {
  const used = [...new Set(rows.values())].sort((a, b) => a - b);
  return new Map([...rows].map(([node, row]) => [node, used.indexOf(row) + 1]));
}
