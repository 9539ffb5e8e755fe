import type { Provision } from '../../roles/role.ts';
import { isPrimary, isReplica, type SiteNode, type Topology } from '../topology.ts';
import { type Finding, finding } from './finding.ts';

/** Copies and backups of data; hosts that replicate from each other hold the same. */
export function dataFindings(topology: Topology): Finding[] {
  return dataSets(topology).flatMap((nodes) => [
    ...copies(nodes),
    ...backups(nodes),
    ...untested(nodes),
    ...unread(nodes, topology),
  ]);
}

function dataSets(topology: Topology): SiteNode[][] {
  const sets: SiteNode[][] = [];
  const placed = new Set<SiteNode>();
  const visit = (node: SiteNode, set: SiteNode[]): void => {
    if (placed.has(node)) return;
    placed.add(node);
    set.push(node);
    for (const { to } of topology.linksFrom(node, 'replication')) visit(to, set);
    for (const { from } of topology.linksTo(node, 'replication')) visit(from, set);
  };
  for (const node of topology.nodes.filter(keepsData)) {
    const set: SiteNode[] = [];
    visit(node, set);
    if (set.length > 0) sets.push(set);
  }
  return sets.map((set) => topology.nodes.filter((node) => set.includes(node)));
}

function keepsData(node: SiteNode): boolean {
  return provides(node, 'data');
}

function provides({ role }: SiteNode, wanted: Provision['kind']): boolean {
  return role.provisions.some(({ kind }) => kind === wanted);
}

function copies(nodes: readonly SiteNode[]): Finding[] {
  const [only, ...others] = nodes;
  if (!only || others.length > 0) return [];
  return [
    finding('single-data-copy', [only.host.name], {
      role: only.role.name,
      effect: `Whoever loses its disk loses all since the last backup: ${what(only, 'data')}.`,
      change: `A second copy on another host: a replica (${only.role.name}.replicas).`,
    }),
  ];
}

function backups(nodes: readonly SiteNode[]): Finding[] {
  const role = nodes[0]!.role.name;
  const hosts = nodes.map(({ host }) => host.name);
  const makers = nodes.filter((node) => provides(node, 'backup'));
  if (makers.length === 0) {
    const data = [...new Set(nodes.map((node) => what(node, 'data')).filter(Boolean))];
    return [
      finding('no-backup', hosts, {
        role,
        effect: `A deleted table is deleted on every replica too: ${data.join('; ')}.`,
        change: `${role}.backup: a schedule, and a destination on a host without this data.`,
      }),
    ];
  }
  if (makers.some((node) => !liesOn(what(node, 'backup'), hosts))) return [];
  return [
    finding(
      'backup-on-data-host',
      makers.map(({ host }) => host.name),
      {
        role,
        effect: `Who loses the host loses data and backup: ${what(makers[0]!, 'backup')}.`,
        change: `${role}.backup with a destination on a host that does not keep this data.`,
      },
    ),
  ];
}

function untested(nodes: readonly SiteNode[]): Finding[] {
  const makers = nodes.filter((node) => provides(node, 'backup'));
  if (makers.length === 0 || nodes.some((node) => provides(node, 'restore-test'))) return [];
  const role = makers[0]!.role.name;
  return [
    finding(
      'backup-untested',
      makers.map(({ host }) => host.name),
      {
        role,
        effect: `That backups cannot be restored is found when they are needed: ${what(makers[0]!, 'backup')}.`,
        change: `${role}.backup.restoreTest: {}, which restores the latest one every week and compares it.`,
      },
    ),
  ];
}

function unread(nodes: readonly SiteNode[], topology: Topology): Finding[] {
  const idle = nodes.filter(
    (node) => isReplica(node, topology) && topology.linksTo(node, 'request').length === 0,
  );
  if (idle.length === 0 || !nodes.some((node) => isPrimary(node, topology))) return [];
  return [
    finding(
      'replica-unread',
      idle.map(({ host }) => host.name),
      {
        role: idle[0]!.role.name,
        effect: 'A copy that can be promoted, but takes no load off the others.',
        change: 'Name it among the hosts that the app reads from, or take the backups there.',
      },
    ),
  ];
}

/** A folder without a host is on the host itself. */
function liesOn(destination: string, hosts: readonly string[]): boolean {
  const words = destination.split(/[^\w.-]+/);
  const elsewhere = /(^|\s)[\w.-]+:\/|@/.test(destination);
  return hosts.some((host) => words.includes(host)) || !elsewhere;
}

function what(node: SiteNode, kind: 'data' | 'backup'): string {
  return node.role.provisions
    .filter((provision) => provision.kind === kind)
    .map((provision) => provision.what)
    .join(', ');
}
