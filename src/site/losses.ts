import type { SiteLink, SiteNode, Topology } from './topology.ts';

/** Something that users need and that no host answers any more. */
export interface Loss {
  /** `everything`, `names`, or the need of a role that nobody meets: `writes`. */
  readonly name: string;
  /** The role that has the need, or that let requests in. */
  readonly role: string;
  /** Undefined where the entry itself is lost. */
  readonly need?: string;
  /** What the need is for, from its edges: `notes are written`. */
  readonly purpose?: string;
}

/**
 * What stops to work when these nodes are down. A role works on a host as long as each of its needs
 * is met by at least one role that works; a site works as long as one of its entries does.
 */
export function lossesWithout(down: ReadonlySet<SiteNode>, topology: Topology): Loss[] {
  const { nameServers, entries } = topology;
  const losses: Loss[] = [];
  if (nameServers.length > 0 && nameServers.every((node) => down.has(node))) {
    losses.push({ name: 'names', role: nameServers[0]!.role.name });
  }
  for (const role of new Set(entries.map((node) => node.role.name))) {
    const group = entries.filter((node) => node.role.name === role);
    if (!group.some((node) => works(node, topology, down))) {
      losses.push(...entryLosses(group, topology, down));
    }
  }
  return losses;
}

function entryLosses(
  group: readonly SiteNode[],
  topology: Topology,
  down: ReadonlySet<SiteNode>,
): Loss[] {
  const role = group[0]!.role.name;
  const left = group.filter((node) => !down.has(node));
  if (left.length === 0) return [{ name: 'everything', role }];
  const found = new Map<string, Loss>();
  for (const node of left) blame(node, topology, down, found, new Set());
  const losses = [...found.values()];
  const own = losses.filter((loss) => loss.role === role);
  const needs = new Set(left.flatMap((node) => [...needsOf(node, topology).keys()]));
  return own.length > 0 && own.length === needs.size
    ? [{ ...own[0]!, name: 'everything' }]
    : losses;
}

/** Finds the needs that no host answers: those of the node, or of what it was led to. */
function blame(
  node: SiteNode,
  topology: Topology,
  down: ReadonlySet<SiteNode>,
  found: Map<string, Loss>,
  seen: Set<SiteNode>,
): void {
  if (seen.has(node)) return;
  seen.add(node);
  for (const [need, links] of needsOf(node, topology)) {
    if (links.some(({ to }) => works(to, topology, down))) continue;
    const left = links.filter(({ to }) => !down.has(to));
    if (left.length === 0) {
      const { purpose } = links[0]!.edge;
      const role = node.role.name;
      found.set(`${role}/${need}`, { name: need, role, need, purpose });
    }
    for (const { to } of left) blame(to, topology, down, found, seen);
  }
}

function works(
  node: SiteNode,
  topology: Topology,
  down: ReadonlySet<SiteNode>,
  asking: ReadonlySet<SiteNode> = new Set(),
): boolean {
  if (down.has(node)) return false;
  if (asking.has(node)) return true; // in a circle nobody waits for a better answer
  const further = new Set([...asking, node]);
  return [...needsOf(node, topology).values()].every((links) =>
    links.some(({ to }) => works(to, topology, down, further)),
  );
}

/** The alternatives of each need; a need that something outside of the site meets is never lost. */
function needsOf(node: SiteNode, topology: Topology): Map<string, readonly SiteLink[]> {
  const met = topology.outside.filter(({ from }) => from === node).map(({ edge }) => edge.need);
  const links = topology.linksFrom(node, 'request').filter(({ edge }) => !met.includes(edge.need));
  return Map.groupBy(links, ({ edge }) => edge.need);
}
