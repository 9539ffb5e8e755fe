import type { Endpoint } from '../../roles/role.ts';
import type { SiteHost, SiteModel } from '../model.ts';
import type { Topology } from '../topology.ts';
import { type Finding, finding } from './finding.ts';

/** What is open to whom: firewall, HTTPS, statistics. */
export function exposureFindings(topology: Topology): Finding[] {
  return [...firewall(topology.model), ...https(topology), ...statistics(topology)];
}

function firewall({ hosts }: SiteModel): Finding[] {
  const open = hosts.filter((host) => !provides(host, 'firewall'));
  if (open.length === 0) return [];
  const inner = open.flatMap((host) =>
    endpointsOf(host)
      .filter(({ reach }) => reach === 'fleet')
      .map(({ port }) => `${host.name}:${port}`),
  );
  const meant = [...new Set(inner)];
  return [
    finding('no-firewall', names(open), {
      effect:
        meant.length > 0
          ? `Every port is open to who reaches the host, also those meant for the fleet: ${meant.join(', ')}.`
          : 'Every port is open to who reaches the host.',
      change: 'A role that drops what the edges between roles do not ask for (nftables).',
    }),
  ];
}

function https({ model, entries }: Topology): Finding[] {
  const plain = entries.filter(({ host, role }) => {
    const open = role.endpoints.filter(({ reach }) => reach === 'public').filter(isHttp);
    const secured = endpointsOf(host).some(({ tls, reach }) => tls && reach === 'public');
    return open.length > 0 && !secured && !provides(host, 'https');
  });
  const hosts = model.hosts.filter((host) => plain.some((node) => node.host === host));
  if (hosts.length === 0) return [];
  return [
    finding('no-https', names(hosts), {
      role: plain[0]!.role.name,
      effect: 'Passwords and pages of users can be read and changed on their way.',
      change: `TLS with a certificate on ${names(hosts).join(', ')}, and a redirect from port 80.`,
    }),
  ];
}

function statistics({ nodes }: Topology): Finding[] {
  return nodes.flatMap(({ host, role }) => {
    const open = role.endpoints.filter(
      ({ name, purpose, reach }) =>
        reach !== 'loopback' && /stat(istic)?s?\b|status|metric/i.test(`${name} ${purpose}`),
    );
    return open.map((endpoint) =>
      finding('open-statistics', [host.name], {
        role: role.name,
        effect: `Port ${endpoint.port} (${endpoint.purpose}) tells ${
          endpoint.reach === 'public' ? 'everybody' : 'every host'
        } about servers, load and errors.`,
        change: 'Let it listen on 127.0.0.1; who looks at it comes through ssh -L.',
      }),
    );
  });
}

function isHttp({ protocol, port, name, purpose }: Endpoint): boolean {
  if (protocol !== 'tcp') return false;
  return port === 80 || port === 8080 || /http|web|page/i.test(`${name} ${purpose}`);
}

function provides(host: SiteHost, kind: string): boolean {
  return host.roles.some(({ provisions }) => provisions.some((one) => one.kind === kind));
}

function endpointsOf(host: SiteHost): Endpoint[] {
  return host.roles.flatMap(({ endpoints }) => endpoints);
}

function names(hosts: readonly SiteHost[]): string[] {
  return hosts.map(({ name }) => name);
}
