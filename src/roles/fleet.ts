import type { Plain } from '../values.ts';
import type { Endpoint } from './role.ts';

/** A host of the inventory as roles see it. */
export interface RoleHost {
  readonly name: string;
  /** `ansible_host`, or the name where there is none. */
  readonly address: string;
  /** Names of its groups, `all` left out. */
  readonly groups: readonly string[];
  /** A variable as plain data; undefined where there is none or it is not known before the run. */
  variable(name: string): Plain | undefined;
}

/** A host on which the playbooks run a role. */
export interface Member<Params> {
  readonly host: RoleHost;
  readonly params: Params;
}

/**
 * All hosts with their roles: from the inventory, the playbooks of this run, and the `site.yml` beside
 * them, so that a part of a site gets what the whole gets.
 */
export interface Fleet {
  /** Every host of the inventory. */
  readonly hosts: readonly RoleHost[];
  /** Hosts with a role, in the order of the inventory; those whose parameters only a run can tell are left out. */
  members<Params = { readonly [name: string]: unknown }>(role: string): readonly Member<Params>[];
  /** Names of the roles that a host has in this run. */
  rolesOf(host: string): readonly string[];
  /** What a role answers on a host; undefined where the host has no such role in this run. */
  published(host: string, role: string): readonly Endpoint[] | undefined;
}
