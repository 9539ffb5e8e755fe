import type { RoleContext } from 'rolecall';
import type { Params } from '../../../roles/dns/params.ts';
import role from '../../../roles/dns/role.ts';
import { contextOf, type FakeSite, withDefaults } from '../support/context.ts';

export const www = { name: 'www', value: '10.0.0.31' };

/** Two name servers, two balancers, a database with a name for address, one host of IPv6. */
export const fake: FakeSite = {
  hosts: {
    dns1: { address: '10.0.0.1', groups: ['dns'] },
    dns2: { address: '10.0.0.2', groups: ['dns'] },
    lb1: { address: '10.0.0.31', groups: ['balancers'] },
    lb2: { address: '10.0.0.32', groups: ['balancers'] },
    db1: { address: 'db1.internal', groups: ['db'] },
    six: { address: 'fd00::6', groups: ['sixes'] },
  },
  roles: {
    dns: { dns1: { zone: 'foobar.com' }, dns2: { zone: 'foobar.com' } },
    'load-balancer': { lb1: {}, lb2: {} },
  },
};

/** The context of dns1; `given` besides zone foobar.com and a record for www. */
export function dnsContext(given: object = {}, site: FakeSite = fake): RoleContext<Params> {
  const params = withDefaults(role, { zone: 'foobar.com', records: [www], ...given });
  return contextOf(site, 'dns1', params) as unknown as RoleContext<Params>;
}
