import type { SiteLink, SiteNode, Topology } from '../topology.ts';
import { type Finding, finding } from './finding.ts';

/** Who takes part, who only waits, and what lies outside. */
export function trafficFindings(topology: Topology): Finding[] {
  return [...standbyOnly(topology), ...outside(topology)];
}

function standbyOnly(topology: Topology): Finding[] {
  return topology.nodes.flatMap((node) => {
    const links = topology.linksTo(node, 'request');
    if (links.length === 0 || !links.every(({ edge }) => edge.standby)) return [];
    const { from, edge } = links[0]!;
    const first = instead(links[0]!, topology).map(({ host }) => host.name);
    return [
      finding('standby-only', [node.host.name], {
        role: node.role.name,
        effect: `It gets '${edge.need}' of ${from.role.name} only when ${
          first.length > 0 ? first.join(' and ') : 'all others'
        } fail${first.length === 1 ? 's' : ''}: until then nobody sees whether it would serve.`,
        change:
          from.role.name === 'load-balancer'
            ? `topology: active-active in the backend, or stop ${first.join(' and ')} now and then to see.`
            : 'Let it take a share of the requests, or try now and then what happens when it must.',
      }),
    ];
  });
}

function instead({ from, edge }: SiteLink, topology: Topology): SiteNode[] {
  return topology
    .linksFrom(from, 'request')
    .filter((link) => link.edge.need === edge.need && !link.edge.standby)
    .map(({ to }) => to);
}

function outside({ outside, linksFrom }: Topology): Finding[] {
  const alone = outside.filter(
    ({ from, edge }) => !linksFrom(from).some((link) => link.edge.need === edge.need),
  );
  const asked = Map.groupBy(alone, ({ from, edge }) =>
    [from.role.name, edge.need, edge.to, edge.port].join('\n'),
  );
  return [...asked.values()].map((group) => {
    const { from, edge } = group[0]!;
    const hosts = group.map((one) => one.from.host.name);
    return finding('outside-dependency', hosts, {
      role: from.role.name,
      effect: `'${edge.need}' is answered by ${edge.to}:${edge.port}, of which the inventory knows nothing.`,
      change: 'Find out how it is kept available, or bring it into the inventory.',
    });
  });
}
