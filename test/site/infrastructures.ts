import type { Edge, Endpoint } from '../../src/roles/role.ts';
import type { SiteHost, SiteModel, SiteRole } from '../../src/site/model.ts';

/** The five infrastructures of this project as their roles describe them. */
export const infrastructures: Readonly<Record<string, SiteModel>> = {
  'active-passive': site({
    lb1: [balancer(['web1', { to: 'web2', standby: true }])],
    web1: [web(['app1']), release('code1')],
    web2: [web(['app1']), release('code1')],
    app1: [app('db1', ['db2', { to: 'db1', standby: true }]), release('code1')],
    code1: [codeBase()],
    db1: [database(), data('/var/backups/database', 'weekly')],
    db2: [database('db1')],
  }),
  'full-stack-pair': site({
    server1: [
      web(['server1', { to: 'server2', standby: true }]),
      app('server1', ['server1', 'server2']),
      database(),
      data(),
    ],
    server2: [
      web(['server2', { to: 'server1', standby: true }]),
      app('server1', ['server2', 'server1']),
      database('server1'),
    ],
    server3: [balancer(['server1', 'server2'])],
    server4: [database('server1')],
  }),
  'split-tiers': site({
    lb1: [balancer(['web1', { to: 'app1', role: 'app', port: 3000 }])],
    web1: [web(['app1']), release()],
    app1: [app('db1', ['db2', { to: 'db1', standby: true }])],
    db1: [database(), data()],
    db2: [database('db1')],
  }),
  'three-algorithms': site({
    lb1: [balancer(['server1', 'server2'])],
    server1: [web(['server1', 'server2']), app('db1', ['db2', 'db3'])],
    server2: [web(['server1', 'server2']), app('db1', ['db2', 'db3'])],
    db1: [database(), data()],
    db2: [database('db1')],
    db3: [database('db1')],
  }),
  foobar: site({
    dns1: [dns()],
    lb1: [balancer(['web1', 'web2'])],
    web1: [web(['app1', 'app2']), release()],
    web2: [web(['app1', 'app2']), release()],
    app1: [app('db1', ['db2', 'db3', { to: 'db1', standby: true }])],
    app2: [app('db1', ['db2', 'db3', { to: 'db1', standby: true }])],
    db1: [database(), data('backup1:/srv/backups')],
    db2: [database('db1')],
    db3: [database('db1')],
  }),
};

export type Target = string | (Partial<Edge> & { to: string });

/** Hosts with their roles; what has no name in the table below has none. Later roles of a name are added to the first. */
export function site(hosts: Readonly<Record<string, readonly SiteRole[]>>): SiteModel {
  return {
    hosts: Object.entries(hosts).map(
      ([name, roles], index): SiteHost => ({
        name,
        address: `192.0.2.${index + 10}`,
        groups: [],
        roles: merged(roles),
      }),
    ),
  };
}

export function role(name: string, rest: Partial<SiteRole> = {}): SiteRole {
  return { name, endpoints: [], edges: [], provisions: [], ...rest };
}

export function endpoint(port: number, rest: Partial<Endpoint> = {}): Endpoint {
  return {
    name: `port${port}`,
    port,
    protocol: 'tcp',
    purpose: 'something',
    reach: 'fleet',
    ...rest,
  };
}

export function edges(targets: readonly Target[], rest: Omit<Edge, 'to'>): Edge[] {
  return targets.map((target) =>
    typeof target === 'string' ? { ...rest, to: target } : { ...rest, ...target },
  );
}

export function dns(): SiteRole {
  return role('dns', {
    endpoints: [
      endpoint(53, { name: 'dns', protocol: 'udp', purpose: 'names', reach: 'public' }),
      endpoint(53, { name: 'dns-tcp', purpose: 'names', reach: 'public' }),
    ],
  });
}

export function balancer(servers: readonly Target[]): SiteRole {
  return role('load-balancer', {
    endpoints: [
      endpoint(80, { name: 'http', purpose: 'web pages', reach: 'public' }),
      endpoint(8404, { name: 'stats', purpose: 'statistics and metrics', reach: 'loopback' }),
    ],
    edges: edges(servers, {
      role: 'web',
      port: 80,
      protocol: 'tcp',
      purpose: 'web pages',
      need: 'web',
    }),
  });
}

export function web(apps: readonly Target[]): SiteRole {
  return role('web', {
    endpoints: [endpoint(80, { name: 'http', purpose: 'web pages', reach: 'fleet' })],
    edges: edges(apps, {
      role: 'app',
      port: 3000,
      protocol: 'tcp',
      purpose: 'dynamic pages',
      need: 'app',
    }),
  });
}

export function app(primary: string, replicas: readonly Target[]): SiteRole {
  const common = { role: 'database', port: 3306, protocol: 'tcp' } as const;
  return role('app', {
    endpoints: [endpoint(3000, { name: 'http', purpose: 'dynamic pages', reach: 'fleet' })],
    edges: [
      ...edges([primary], { ...common, need: 'writes', purpose: 'writes' }),
      ...edges(replicas, { ...common, need: 'reads', purpose: 'reads' }),
    ],
  });
}

export function database(primary?: string): SiteRole {
  return role('database', {
    endpoints: [endpoint(3306, { name: 'mysql', purpose: 'MySQL' })],
    edges: edges(primary ? [primary] : [], {
      role: 'database',
      port: 3306,
      protocol: 'tcp',
      purpose: 'replication',
      need: 'replication',
    }),
    provisions: [{ kind: 'data', what: 'database foobar' }],
  });
}

/** More that the database role says: where its backups go, and when they are tested. */
export function data(backup?: string, tested?: string): SiteRole {
  return role('database', {
    provisions: [
      ...(backup ? [{ kind: 'backup', what: backup } as const] : []),
      ...(tested ? [{ kind: 'restore-test', what: tested } as const] : []),
    ],
  });
}

/** A host that takes its releases from a central place, or has them sent. */
export function release(from?: string): SiteRole {
  return role('release', {
    edges: edges(from ? [from] : [], {
      role: 'code',
      port: 8080,
      protocol: 'tcp',
      purpose: 'releases',
      need: 'code base',
    }),
  });
}

export function codeBase(): SiteRole {
  return role('code', { endpoints: [endpoint(8080, { name: 'releases', purpose: 'releases' })] });
}

function merged(roles: readonly SiteRole[]): SiteRole[] {
  const byName = new Map<string, SiteRole>();
  for (const one of roles) {
    const first = byName.get(one.name);
    byName.set(
      one.name,
      first
        ? {
            name: one.name,
            endpoints: [...first.endpoints, ...one.endpoints],
            edges: [...first.edges, ...one.edges],
            provisions: [...first.provisions, ...one.provisions],
          }
        : one,
    );
  }
  return [...byName.values()];
}
