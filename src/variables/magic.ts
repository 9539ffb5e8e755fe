import type { Inventory } from '../inventory/inventory.ts';
import { type Mapping, omit, type Value } from '../values.ts';
import { ComputedMap } from './computed-map.ts';
import { ScopeMapping, type VariableScope } from './scope.ts';

/** What the run, the play and the role say about themselves to a task. */
export interface MagicSources {
  readonly inventory: Inventory;
  /** inventory_hostname of the host that the task is for. */
  readonly host: string;
  /** Variables of another host without play and task, for `hostvars`. */
  scopeOf(host: string): VariableScope;
  /** Hosts of the play that have not failed. */
  readonly playHosts: readonly string[];
  readonly playHostsAll: readonly string[];
  /** Hosts of the current `serial` batch that have not failed. */
  readonly playBatch: readonly string[];
  readonly playName: string;
  readonly playRoleNames: readonly string[];
  readonly playbookDir: string;
  readonly checkMode: boolean;
  readonly diffMode: boolean;
  readonly forks: number;
  readonly verbosity: number;
  readonly limit?: string;
  readonly runTags: readonly string[];
  readonly skipTags: readonly string[];
  /** The role that the task is from, and those that called it, nearest first. */
  readonly role?: {
    readonly name: string;
    readonly path: string;
    readonly parents: readonly string[];
  };
  /** The environment: keyword's entries around the task. */
  readonly environment?: readonly Value[];
}

/** The variables that rolecall sets itself; they hide all others. `vars` is a scope's own. */
export function magicValues(sources: MagicSources): Mapping {
  const { inventory, host, role } = sources;
  const names = sources.playRoleNames;
  const magic: Mapping = new Map<Value, Value>([
    ['inventory_hostname', host],
    ['inventory_hostname_short', host.split('.')[0]!],
    ['group_names', inventory.groupNamesOf(host)],
    ['groups', new GroupsMapping(inventory)],
    ['hostvars', new HostsMapping(inventory, sources.scopeOf)],
    ['ansible_play_hosts', [...sources.playHosts]],
    ['ansible_play_hosts_all', [...sources.playHostsAll]],
    ['ansible_play_batch', [...sources.playBatch]],
    ['play_hosts', [...sources.playBatch]],
    ['ansible_play_name', sources.playName],
    ['ansible_play_role_names', [...names]],
    ['ansible_role_names', [...names]],
    ['role_names', [...names]],
    ['playbook_dir', sources.playbookDir],
    ['ansible_inventory_sources', [...inventory.sources]],
    ['ansible_check_mode', sources.checkMode],
    ['ansible_diff_mode', sources.diffMode],
    ['ansible_forks', sources.forks],
    ['ansible_verbosity', sources.verbosity],
    ['ansible_run_tags', sources.runTags.length > 0 ? [...sources.runTags] : ['all']],
    ['ansible_skip_tags', [...sources.skipTags]],
    ['ansible_version', ansibleVersion],
    ['omit', omit],
    ['environment', [...(sources.environment ?? [])]],
  ]);
  if (sources.limit !== undefined) magic.set('ansible_limit', sources.limit);
  if (role) {
    magic.set('role_name', role.name);
    magic.set('ansible_role_name', role.name);
    magic.set('role_path', role.path);
    magic.set('ansible_parent_role_names', [...role.parents]);
  }
  return magic;
}

/** The version of Ansible whose language this is; playbooks compare with it. */
const ansibleVersion: Mapping = new Map<Value, Value>([
  ['full', '2.18.0'],
  ['string', '2.18.0'],
  ['major', 2],
  ['minor', 18],
  ['revision', 0],
]);

/** `groups`: each group's hosts, with those of the groups below. */
class GroupsMapping extends ComputedMap {
  private readonly inventory: Inventory;

  constructor(inventory: Inventory) {
    super();
    this.inventory = inventory;
  }

  override has(key: Value): boolean {
    return typeof key === 'string' && this.inventory.groups.has(key);
  }

  protected override compute(key: Value): Value {
    return [...this.inventory.hostsIn(key as string)];
  }

  protected override keyList(): Iterable<Value> {
    return this.inventory.groups.keys();
  }
}

/** `hostvars`: the variables of every host, evaluated in that host's own scope. */
class HostsMapping extends ComputedMap {
  private readonly inventory: Inventory;
  private readonly scopeOf: (host: string) => VariableScope;

  constructor(inventory: Inventory, scopeOf: (host: string) => VariableScope) {
    super();
    this.inventory = inventory;
    this.scopeOf = scopeOf;
  }

  override has(key: Value): boolean {
    return typeof key === 'string' && this.inventory.host(key) !== undefined;
  }

  protected override compute(key: Value): Value {
    return new ScopeMapping(this.scopeOf(key as string));
  }

  protected override keyList(): Iterable<Value> {
    return this.inventory.hosts.keys();
  }
}
