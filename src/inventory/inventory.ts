import { nearestName, type Problem, RolecallError, type SourcePosition } from '../errors.ts';
import type { Mapping, Value } from '../values.ts';
import { positionOfKey, positionOfValue, recordPositions } from '../yaml/positions.ts';

export interface InventoryHost {
  readonly name: string;
  /** Variables given beside the host itself; those of groups and vars files are not in it. */
  readonly vars: Mapping;
  /** Names of the groups that list the host, in the order in which they did. */
  readonly groups: readonly string[];
  /** `localhost` that no source mentions: it is reached through connection `local`. */
  readonly implicit: boolean;
  readonly at?: SourcePosition;
}

export interface InventoryGroup {
  readonly name: string;
  /** Variables of `[name:vars]` or `vars:`; those of group_vars/ are not in it. */
  readonly vars: Mapping;
  /** Hosts listed in the group itself. */
  readonly hosts: readonly string[];
  readonly children: readonly string[];
  readonly parents: readonly string[];
  /** ansible_group_priority, 1 by default; among groups of the same depth the higher one wins. */
  readonly priority: number;
  readonly at?: SourcePosition;
}

/** Names that mean the controller even when no source mentions them. */
export const localhostNames: readonly string[] = ['localhost', '127.0.0.1', '::1'];

type Draft<T> = { -readonly [K in keyof T]: T[K] extends readonly string[] ? string[] : T[K] };

interface Places {
  readonly self: SourcePosition;
  readonly keys: Map<Value, SourcePosition>;
  readonly values: Map<Value, SourcePosition>;
}

/**
 * Hosts and groups, from all sources in order and from add_host and group_by at run time.
 * `all` and `ungrouped` always exist; every group is below `all`.
 */
export class Inventory {
  private readonly hostMap = new Map<string, Draft<InventoryHost>>();
  private readonly groupMap = new Map<string, Draft<InventoryGroup>>();
  private readonly implicitHosts = new Map<string, InventoryHost>();
  private depthCache: Map<string, number> | undefined;
  private readonly places = new Map<Mapping, Places>();
  private readonly memberCache = new Map<string, readonly string[]>();
  /** What is odd but does not stop a run. */
  readonly warnings: Problem[] = [];
  /** The sources as they were given, in order. */
  readonly sources: readonly string[];

  constructor(sources: readonly string[] = []) {
    this.sources = sources;
    this.addGroup('all');
    this.addGroup('ungrouped', { parent: 'all' });
  }

  get hosts(): ReadonlyMap<string, InventoryHost> {
    return this.hostMap;
  }

  get groups(): ReadonlyMap<string, InventoryGroup> {
    return this.groupMap;
  }

  /** The host of that name, or the implicit one for `localhost`; undefined for any other. */
  host(name: string): InventoryHost | undefined {
    const known = this.hostMap.get(name);
    if (known || !localhostNames.includes(name)) return known;
    const listed = localhostNames.find((other) => this.hostMap.has(other));
    if (listed) return this.hostMap.get(listed);
    let implicit = this.implicitHosts.get(name);
    if (!implicit) {
      const vars: Mapping = new Map<Value, Value>([['ansible_connection', 'local']]);
      implicit = { name, vars, groups: [], implicit: true };
      this.implicitHosts.set(name, implicit);
    }
    return implicit;
  }

  /** Groups whose variables a host gets, weakest first: by depth, then priority, then name. */
  groupsOf(host: string): InventoryGroup[] {
    const found = new Set(['all']);
    const pending = [...(this.hostMap.get(host)?.groups ?? [])];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (found.has(name)) continue;
      found.add(name);
      pending.push(...this.groupMap.get(name)!.parents);
    }
    const depths = this.depths();
    return [...found]
      .map((name) => this.groupMap.get(name)!)
      .sort(
        (a, b) =>
          depths.get(a.name)! - depths.get(b.name)! ||
          a.priority - b.priority ||
          (a.name < b.name ? -1 : 1),
      );
  }

  /** `group_names`: the groups of a host without `all`, sorted. */
  groupNamesOf(host: string): string[] {
    const names = this.groupsOf(host).map((group) => group.name);
    return names.filter((name) => name !== 'all').sort();
  }

  /** All hosts in a group and in the groups below it, each once, nearest groups first. */
  hostsIn(group: string): readonly string[] {
    const cached = this.memberCache.get(group);
    if (cached) return cached;
    const hosts = new Set<string>();
    const seen = new Set([group]);
    for (const name of seen) {
      const { hosts: own, children } = this.groupMap.get(name) ?? { hosts: [], children: [] };
      for (const host of own) hosts.add(host);
      for (const child of children) seen.add(child);
    }
    const members = [...hosts];
    this.memberCache.set(group, members);
    return members;
  }

  /** Adds a group below its parent (or below `all`); says whether anything is new. */
  addGroup(name: string, options: { parent?: string; at?: SourcePosition } = {}): boolean {
    const existing = this.groupMap.has(name);
    if (!existing) {
      const at = options.at && { at: options.at };
      const group = { name, vars: new Map(), hosts: [], children: [], parents: [], priority: 1 };
      this.groupMap.set(name, { ...group, ...at });
    }
    const linked = options.parent !== undefined && this.addChild(options.parent, name, options.at);
    if (!existing) this.forget();
    return !existing || linked;
  }

  /** Puts a group below another; both must exist. A cycle is an error that names it. */
  addChild(parent: string, child: string, at?: SourcePosition): boolean {
    const above = this.groupMap.get(parent)!;
    const below = this.groupMap.get(child)!;
    if (above.children.includes(child)) return false;
    const path = this.pathDown(child, parent);
    if (path) {
      throw new RolecallError({
        code: 'inventory-invalid',
        message: `group '${child}' cannot be below '${parent}': ${[parent, ...path].join(' → ')} is a cycle`,
        ...(at && { at }),
      });
    }
    above.children.push(child);
    below.parents.push(parent);
    this.forget();
    return true;
  }

  /** Adds a host, its groups and its variables; says whether anything changed. */
  addHost(
    name: string,
    options: { groups?: readonly string[]; vars?: Mapping; at?: SourcePosition } = {},
  ): boolean {
    let host = this.hostMap.get(name);
    let changed = !host;
    if (!host) {
      const at = options.at && { at: options.at };
      host = { name, vars: new Map(), groups: [], implicit: false, ...at };
      this.hostMap.set(name, host);
      this.forget();
    }
    for (const [key, value] of options.vars ?? []) {
      if (host.vars.get(key) === value) continue;
      host.vars.set(key, value);
      const source = options.vars!;
      this.place(host.vars, key, positionOfKey(source, key), positionOfValue(source, key));
      changed = true;
    }
    for (const group of options.groups ?? []) {
      changed = this.addGroup(group) || changed;
      if (host.groups.includes(group)) continue;
      host.groups.push(group);
      this.groupMap.get(group)!.hosts.push(name);
      this.forget();
      changed = true;
    }
    return changed;
  }

  /** `at` is where the name stands, `valueAt` where the value begins. */
  setGroupVar(
    group: string,
    key: Value,
    value: Value,
    at?: SourcePosition,
    valueAt: SourcePosition | undefined = at,
  ): void {
    const target = this.groupMap.get(group)!;
    if (key !== 'ansible_group_priority') {
      target.vars.set(key, value);
      this.place(target.vars, key, at, valueAt);
      return;
    }
    const priority = typeof value === 'string' ? Number(value) : value;
    if (typeof priority !== 'number' || !Number.isInteger(priority)) {
      throw new RolecallError({
        code: 'inventory-invalid',
        message: `ansible_group_priority of group '${group}' is not a whole number`,
        ...(at && { at }),
      });
    }
    target.priority = priority;
  }

  /** Puts stray groups below `all` and stray hosts into `ungrouped`; to be called after each change. */
  reconcile(): void {
    for (const group of this.groupMap.values()) {
      if (group.name !== 'all' && group.parents.length === 0) this.addChild('all', group.name);
    }
    const ungrouped = this.groupMap.get('ungrouped')!;
    for (const host of this.hostMap.values()) {
      const others = host.groups.filter((name) => name !== 'all' && name !== 'ungrouped');
      if (others.length === 0) this.addHost(host.name, { groups: ['ungrouped'] });
      else if (host.groups.includes('ungrouped')) {
        host.groups = host.groups.filter((name) => name !== 'ungrouped');
        ungrouped.hosts = ungrouped.hosts.filter((name) => name !== host.name);
        this.forget();
      }
    }
  }

  /** The host or group name nearest to a misspelled one. */
  nearest(name: string): string | undefined {
    return nearestName(name, [...this.groupMap.keys(), ...this.hostMap.keys()]);
  }

  /** Remembers where a variable was given, for error messages and origins. */
  private place(
    vars: Mapping,
    key: Value,
    keyAt: SourcePosition | undefined,
    valueAt: SourcePosition | undefined,
  ): void {
    if (!keyAt || !valueAt) return;
    let places = this.places.get(vars);
    if (!places) {
      places = { self: keyAt, keys: new Map(), values: new Map() };
      this.places.set(vars, places);
      recordPositions(vars, places);
    }
    places.keys.set(key, keyAt);
    places.values.set(key, valueAt);
  }

  private pathDown(from: string, to: string): string[] | undefined {
    if (from === to) return [to];
    const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
    for (const name of cameFrom.keys()) {
      for (const child of this.groupMap.get(name)!.children) {
        if (!cameFrom.has(child)) cameFrom.set(child, name);
      }
    }
    if (!cameFrom.has(to)) return undefined;
    const path: string[] = [];
    for (let at: string | undefined = to; at !== undefined; at = cameFrom.get(at)) path.unshift(at);
    return path;
  }

  /** Longest way down from `all`. Children are visited after all of their parents. */
  private depths(): Map<string, number> {
    if (this.depthCache) return this.depthCache;
    const depths = new Map<string, number>();
    const waiting = new Map(
      [...this.groupMap].map(([name, group]) => [name, group.parents.length]),
    );
    const ready = [...waiting].filter(([, parents]) => parents === 0).map(([name]) => name);
    for (const name of ready) depths.set(name, name === 'all' ? 0 : 1);
    for (const name of ready) {
      for (const child of this.groupMap.get(name)!.children) {
        depths.set(child, Math.max(depths.get(child) ?? 0, depths.get(name)! + 1));
        waiting.set(child, waiting.get(child)! - 1);
        if (waiting.get(child) === 0) ready.push(child);
      }
    }
    this.depthCache = depths;
    return depths;
  }

  private forget(): void {
    this.depthCache = undefined;
    this.memberCache.clear();
  }
}
