import { createHash } from 'node:crypto';
import type { Lab } from '../../../src/lab/contract.ts';
import { labFromInventory } from '../../../src/lab/from-inventory.ts';
import { addressAt } from '../../../src/lab/subnet.ts';
import { fromPlain, type Value } from '../../../src/values.ts';

/** A host of a test lab; what is left out is as in `standardHosts`. */
export interface TestHost {
  readonly name: string;
  readonly groups?: readonly string[];
  readonly suite?: string;
  readonly packages?: readonly string[];
  readonly user?: string;
}

const standardPackages = ['acl', 'attr', 'busybox', 'cron', 'procps', 'tcsh'];

/** Four trixie hosts: web1, web2 (group web) and app1 (app) have no Python; db1 (db) has it, and fish. */
export const standardHosts: readonly TestHost[] = [
  { name: 'web1', groups: ['web'] },
  { name: 'web2', groups: ['web'] },
  { name: 'app1', groups: ['app'] },
  { name: 'db1', groups: ['db'], packages: [...standardPackages, 'fish', 'python3'] },
];

/** Users on every host besides root: sudo without a password, with the password `secret`, and none. */
const standardUsers = [
  { name: 'deploy', sudo: 'nopasswd' },
  { name: 'asker', sudo: 'password', password: 'secret' },
  { name: 'plain', sudo: 'none', password: 'plain' },
];

/** The description of a test lab; its subnet follows from its name, so that labs do not overlap. */
export function describeLab(name: string, hosts: readonly TestHost[]): Lab {
  const [a = 0, b = 0] = createHash('sha256').update(name).digest();
  const subnet = `10.${64 + (a % 128)}.${b}.0/24`;
  return labFromInventory({
    name,
    hosts: hosts.map((host, index) => {
      const vars: Record<string, unknown> = {
        ansible_host: addressAt(subnet, 11 + index),
        ansible_user: host.user ?? 'deploy',
        lab_suite: host.suite ?? 'trixie',
        lab_packages: host.packages ?? standardPackages,
        lab_users: standardUsers,
        lab_subnet: subnet,
      };
      return {
        name: host.name,
        groups: host.groups ?? [],
        vars: new Map<string, Value>(
          Object.entries(vars).map(([key, value]) => [key, fromPlain(value)]),
        ),
      };
    }),
  });
}
