import type { Endpoint, RoleContext, RoleHost } from 'rolecall';
import { type Params, params } from '../../../roles/web/params.ts';
import { checkParameters, type ParameterProblem } from '../../../src/schema/parameters.ts';
import type { Plain } from '../../../src/values.ts';

/** A host of the fleet as the tests write it. */
export interface FakeHost {
  readonly address?: string;
  readonly groups?: readonly string[];
  /** Roles and the ports they answer on. */
  readonly roles?: Readonly<Record<string, readonly Endpoint[]>>;
}

export type Fakes = Readonly<Record<string, FakeHost>>;

/** Two web servers, two apps, a balancer. */
export const fleet: Fakes = {
  web1: { address: '10.0.0.11', groups: ['web'], roles: { web: [] } },
  web2: { address: '10.0.0.12', groups: ['web'], roles: { web: [] } },
  app1: { address: '10.0.0.21', groups: ['app'], roles: { app: [endpoint(3000)] } },
  app2: { address: '10.0.0.22', groups: ['app'], roles: { app: [endpoint(3000)] } },
  lb1: { address: '10.0.0.31', groups: ['balancers'], roles: { 'load-balancer': [] } },
};

export function endpoint(port: number): Endpoint {
  return { name: `port-${port}`, port, protocol: 'tcp', purpose: 'pages', reach: 'fleet' };
}

/** The smallest site. */
export const site = { name: 'foobar', serverNames: ['www.foobar.com'], root: '/srv/www/foobar' };

export function problemsOf(given: object): readonly ParameterProblem[] {
  return checkParameters('web', params, given as { [name: string]: Plain }).problems;
}

/** The context of web1 with checked parameters; throws where they are refused. */
export function contextOf(given: object, fakes: Fakes = fleet): RoleContext<Params> {
  const checked = checkParameters('web', params, given as { [name: string]: Plain });
  if (checked.problems.length > 0) throw new Error(JSON.stringify(checked.problems, null, 1));
  const hosts = Object.entries(fakes).map(
    ([name, { address = name, groups = [] }]): RoleHost => ({
      ...{ name, address, groups },
      variable: () => undefined,
    }),
  );
  const groups = [...new Set(hosts.flatMap((host) => host.groups))];
  return {
    params: checked.params as unknown as Params,
    host: hosts[0]!,
    groups: Object.fromEntries(
      groups.map((group) => [group, hosts.filter((host) => host.groups.includes(group))]),
    ),
    fleet: {
      hosts,
      members: (role) =>
        hosts
          .filter((host) => fakes[host.name]!.roles?.[role])
          .map((host) => ({ host, params: {} as never })),
      rolesOf: (host) => Object.keys(fakes[host]?.roles ?? {}),
      published: (host, role) => fakes[host]?.roles?.[role],
    },
  };
}
