import role from '../../../roles/load-balancer/role.ts';
import type { RoleContext } from '../../../src/roles/role.ts';
import { contextOf, type FakeSite, withDefaults } from '../support/context.ts';

/** What every parameter set of these tests starts from: port 80 for the group web. */
export const usual = {
  frontends: [{ name: 'www', port: 80, backend: 'web' }],
  backends: [{ name: 'web' }],
};

/** A balancer, two web servers and a database. */
export const fakeSite: FakeSite = {
  hosts: {
    lb1: { address: '10.0.0.5', groups: ['lb'] },
    web1: { address: '10.0.0.11', groups: ['web'] },
    web2: { address: '10.0.0.12', groups: ['web'] },
    db1: { address: '10.0.0.21', groups: ['db'] },
    named: { groups: ['names'] },
  },
};

/** The context of lb1, parameters checked and filled in. */
export function balancer(
  params: { readonly [name: string]: unknown } = {},
  site: FakeSite = fakeSite,
): RoleContext<never> {
  return contextOf(site, 'lb1', withDefaults(role, { ...usual, ...params }));
}

/** The usual parameters with one backend, called web. */
export function withBackend(backend: { readonly [name: string]: unknown }) {
  return { backends: [{ name: 'web', ...backend }] };
}
