import type { Inventory } from '../../inventory/inventory.ts';
import type { Fleet, Member, RoleHost } from '../../roles/fleet.ts';
import type { Edge, Endpoint, Provision, RoleContext } from '../../roles/role.ts';
import { type Plain, toPlain, type Value } from '../../values.ts';
import type { GivenParameters } from './given-parameters.ts';
import type { Params } from './parameters.ts';
import type { RoleUse } from './uses.ts';

/** A role on a host, its parameters known. */
export interface Placement {
  readonly use: RoleUse;
  readonly host: RoleHost;
  readonly params: Params;
  readonly given: GivenParameters;
  /** It is not part of this run: only known from the site's own playbook. */
  readonly fromSite: boolean;
}

/** Who has which role: filled while the playbooks are read, asked by the functions of roles. */
export class RoleFleet implements Fleet {
  readonly hosts: readonly RoleHost[];
  readonly groups: Readonly<Record<string, readonly RoleHost[]>>;
  readonly #byName: ReadonlyMap<string, RoleHost>;
  readonly #placements: Placement[] = [];
  readonly #roles = new Map<string, Set<string>>();
  readonly #endpoints = new Map<Placement, readonly Endpoint[]>();
  /** Members by role, until another is placed. */
  readonly #members = new Map<string, readonly Member<unknown>[]>();

  constructor(inventory: Inventory, read: (host: string, variable: string) => Value | undefined) {
    this.hosts = inventory.hostsIn('all').map((name) => roleHost(name, inventory, read));
    this.#byName = new Map(this.hosts.map((host) => [host.name, host]));
    this.groups = Object.fromEntries(
      [...inventory.groups.keys()].map((group) => [
        group,
        inventory.hostsIn(group).flatMap((name) => this.#byName.get(name) ?? []),
      ]),
    );
  }

  /** Those of this run. */
  get placements(): readonly Placement[] {
    return this.#placements.filter(({ fromSite }) => !fromSite);
  }

  /** A host of the inventory, or one that is not in it, such as the implicit localhost. */
  host(name: string): RoleHost {
    return this.#byName.get(name) ?? { name, address: name, groups: [], variable: () => undefined };
  }

  isHost(name: string): boolean {
    return this.#byName.has(name);
  }

  /** A play gives a host a role, whatever its parameters. */
  assign(host: string, role: string): void {
    const roles = this.#roles.get(host) ?? new Set<string>();
    this.#roles.set(host, roles.add(role));
  }

  place(placement: Placement): void {
    this.#members.clear();
    this.#endpoints.clear();
    const index = this.#placements.findIndex(
      ({ use, host }) => use === placement.use && host === placement.host,
    );
    if (index === -1) this.#placements.push(placement);
    else this.#placements[index] = placement;
  }

  members<P = { readonly [name: string]: unknown }>(role: string): readonly Member<P>[] {
    let members = this.#members.get(role);
    if (!members) {
      members = this.#membersOf(role);
      this.#members.set(role, members);
    }
    return members as readonly Member<P>[];
  }

  /** In the order of the inventory; the same parameters from two places count once. */
  #membersOf(role: string): readonly Member<unknown>[] {
    const order = new Map(this.hosts.map(({ name }, index) => [name, index]));
    const seen = new Set<string>();
    return this.#placed(role)
      .sort((a, b) => (order.get(a.host.name) ?? 0) - (order.get(b.host.name) ?? 0))
      .filter(({ host, params }) => {
        const key = `${host.name} ${JSON.stringify(params)}`;
        return !seen.has(key) && seen.add(key);
      })
      .map(({ host, params }) => ({ host, params }));
  }

  /** What a run itself says of a role on a host counts, not what the site's playbook says of it. */
  #placed(role: string): Placement[] {
    const all = this.#placements.filter(({ use }) => use.role.name === role);
    const own = new Set(all.filter(({ fromSite }) => !fromSite).map(({ host }) => host));
    return all.filter(({ fromSite, host }) => !fromSite || !own.has(host));
  }

  rolesOf(host: string): readonly string[] {
    return [...(this.#roles.get(host) ?? [])];
  }

  published(host: string, role: string): readonly Endpoint[] | undefined {
    const placed = this.#placed(role).filter(({ host: own }) => own.name === host);
    return placed.length === 0
      ? undefined
      : placed.flatMap((placement) => this.endpointsOf(placement));
  }

  endpointsOf(placement: Placement): readonly Endpoint[] {
    let endpoints = this.#endpoints.get(placement);
    if (!endpoints) {
      endpoints = placement.use.role.publishes(this.contextOf(placement));
      this.#endpoints.set(placement, endpoints);
    }
    return endpoints;
  }

  edgesOf(placement: Placement): readonly Edge[] {
    return placement.use.role.connects(this.contextOf(placement));
  }

  provisionsOf(placement: Placement): readonly Provision[] {
    return placement.use.role.provides(this.contextOf(placement));
  }

  contextOf({ host, params }: Pick<Placement, 'host' | 'params'>): RoleContext<never> {
    return { params: params as never, host, groups: this.groups, fleet: this };
  }
}

function roleHost(
  name: string,
  inventory: Inventory,
  read: (host: string, variable: string) => Value | undefined,
): RoleHost {
  const variable = (wanted: string): Plain | undefined => {
    const value = read(name, wanted);
    try {
      return value === undefined ? undefined : toPlain(value);
    } catch (error) {
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  };
  return {
    name,
    get address() {
      const address = variable('ansible_host');
      return typeof address === 'string' ? address : name;
    },
    groups: inventory.groupNamesOf(name),
    variable,
  };
}
