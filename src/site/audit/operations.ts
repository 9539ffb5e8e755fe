import type { Topology } from '../topology.ts';
import { type Finding, finding } from './finding.ts';

/** What it takes to run the site day by day: being told of failures, bringing new releases. */
export function operationsFindings(topology: Topology): Finding[] {
  return [...entry(topology), ...monitoring(topology), ...codeBase(topology)];
}

function entry({ model, entries }: Topology): Finding[] {
  if (entries.length > 0) return [];
  return [
    finding(
      'no-entry-point',
      model.hosts.map(({ name }) => name),
      {
        effect: 'Single points of failure cannot be told: no role publishes a port to users.',
        change: 'Give the playbooks that put the roles on the hosts: rolecall audit PLAYBOOK…',
      },
    ),
  ];
}

function monitoring({ model }: Topology): Finding[] {
  const monitors = model.hosts.some(({ roles }) =>
    roles.some(({ provisions }) => provisions.some(({ kind }) => kind === 'monitoring')),
  );
  if (monitors) return [];
  return [
    finding(
      'no-monitoring',
      model.hosts.map(({ name }) => name),
      {
        effect:
          'A failed standby, a stopped replica or a full disk is found when the next thing fails.',
        change: 'A role that scrapes every host and sends alerts (Prometheus, Alertmanager).',
      },
    ),
  ];
}

function codeBase({ links, model }: Topology): Finding[] {
  const code = links.filter(({ kind, from, to }) => kind === 'code' && from.host !== to.host);
  const places = [...new Set(code.map(({ to }) => to.host.name))];
  const takers = new Set(code.map(({ from }) => from.host.name));
  if (places.length !== 1) return [];
  const taking = model.hosts.filter(({ name }) => takers.has(name)).map(({ name }) => name);
  return [
    finding('single-code-base', places, {
      role: code[0]!.to.role.name,
      effect: `Without it ${taking.join(', ')} get no new release, and none after a reinstallation; what runs goes on.`,
      change: 'Keep the artifacts on the controller too, or use codebase: { from: local }.',
    }),
  ];
}
