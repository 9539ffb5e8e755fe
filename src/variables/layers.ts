import { connectionVariables } from '../inventory/connection-names.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { VarsBeside, VarsFile } from '../inventory/vars-files.ts';
import type { Mapping, Value } from '../values.ts';
import { finalLayer, type Layer, precedence, trustedLayer } from './layer.ts';

/** Variables under the name of what they belong to: a role, a block. */
export interface NamedValues {
  readonly name: string;
  readonly values: Mapping;
}

/** Everything that gives a task on a host its variables, in Ansible's order, lowest first. */
export interface LayerSources {
  /** What options such as -u stand for. */
  readonly commandLine?: Mapping;
  /** Defaults of the play's roles in order, then of the roles that lead to the task, its own last. */
  readonly roleDefaults?: readonly NamedValues[];
  /** From `inventoryLayers`: groups, group_vars, hosts, host_vars. */
  readonly inventory?: readonly Layer[];
  /** As `setup` and other modules return them under ansible_facts. */
  readonly facts?: Mapping;
  readonly playVars?: Mapping;
  readonly prompts?: Mapping;
  readonly varsFiles?: readonly VarsFile[];
  /** In the order of `roleDefaults`. */
  readonly roleVars?: readonly NamedValues[];
  /** Of the blocks around the task, outermost first. */
  readonly blockVars?: readonly Mapping[];
  readonly taskVars?: Mapping;
  /** What include_vars has read so far. */
  readonly includeVars?: Mapping;
  /** What set_fact and register have stored so far. */
  readonly setFacts?: Mapping;
  /** Of the roles that lead to the task, its own last. */
  readonly roleParams?: readonly NamedValues[];
  /** `vars:` of the include_tasks or include_role that brought the task, outermost first. */
  readonly includeParams?: readonly Mapping[];
  /** -e: above all of these. */
  readonly extraVars?: Mapping;
  /** From `magicValues`; nothing can hide them. */
  readonly magic?: Mapping;
  /** `item` and what else a loop sets. */
  readonly loopVars?: Mapping;
}

/** The layers of a task on a host. Levels that are absent or empty give none. */
export function layersFor(sources: LayerSources): Layer[] {
  const p = precedence;
  const { inventory = [], roleDefaults = [], roleVars = [], roleParams = [] } = sources;
  const layers = [
    finalLayer('command line', orNone(sources.commandLine), p.commandLine),
    ...roleDefaults.map((role) =>
      trustedLayer(`defaults of role ${role.name}`, role.values, p.roleDefaults),
    ),
    ...inventory,
    finalLayer('facts', factVariables(orNone(sources.facts)), p.facts),
    trustedLayer('play vars', orNone(sources.playVars), p.playVars),
    finalLayer('vars_prompt', orNone(sources.prompts), p.varsPrompt),
    ...(sources.varsFiles ?? []).map((file) => trustedLayer(file.path, file.values, p.varsFiles)),
    ...roleVars.map((role) => trustedLayer(`vars of role ${role.name}`, role.values, p.roleVars)),
    ...(sources.blockVars ?? []).map((vars) => trustedLayer('block vars', vars, p.blockVars)),
    trustedLayer('task vars', orNone(sources.taskVars), p.taskVars),
    trustedLayer('include_vars', orNone(sources.includeVars), p.includeVars),
    finalLayer('set_fact and register', orNone(sources.setFacts), p.setFacts),
    ...roleParams.map((role) =>
      trustedLayer(`parameters of role ${role.name}`, role.values, p.roleParams),
    ),
    ...(sources.includeParams ?? []).map((vars) =>
      trustedLayer('include parameters', vars, p.includeParams),
    ),
    trustedLayer('-e', orNone(sources.extraVars), p.extraVars),
    finalLayer('magic variables', orNone(sources.magic), p.magic),
    finalLayer('loop variables', orNone(sources.loopVars), p.loopVars),
  ];
  return layers.filter((layer) => layer.values.size > 0);
}

/**
 * What inventory and vars files give a host: group variables, then group_vars/all, then other
 * group_vars, then the host's own, then host_vars; groups by depth, priority and name, and the
 * inventory's files below the playbook's. Files are read here, so that a bad one fails early.
 */
export function inventoryLayers(
  inventory: Inventory,
  host: string,
  files: { readonly inventory: VarsBeside; readonly playbook: VarsBeside },
): Layer[] {
  const p = precedence;
  const groups = inventory.groupsOf(host);
  const others = groups.filter((group) => group.name !== 'all').map((group) => group.name);
  const layer = (level: Layer['precedence']) => (file: VarsFile) =>
    trustedLayer(file.path, file.values, level);
  const layers = [
    ...groups.map((group) => trustedLayer(`group ${group.name}`, group.vars, p.inventoryGroups)),
    ...files.inventory.group('all').map(layer(p.inventoryGroupVarsAll)),
    ...files.playbook.group('all').map(layer(p.playbookGroupVarsAll)),
    ...others.flatMap((name) => files.inventory.group(name)).map(layer(p.inventoryGroupVars)),
    ...others.flatMap((name) => files.playbook.group(name)).map(layer(p.playbookGroupVars)),
    trustedLayer(`host ${host}`, orNone(inventory.host(host)?.vars), p.inventoryHosts),
    ...files.inventory.host(host).map(layer(p.inventoryHostVars)),
    ...files.playbook.host(host).map(layer(p.playbookHostVars)),
  ];
  return layers.filter((one) => one.values.size > 0);
}

/**
 * Facts as variables: each under its own name, and all in `ansible_facts` without the prefix.
 * A fact cannot say how the host is connected to: those names stay in `ansible_facts`.
 */
export function factVariables(facts: Mapping): Mapping {
  if (facts.size === 0) return facts;
  const bare: Mapping = new Map();
  const variables: Mapping = new Map([['ansible_facts', bare]]);
  for (const [key, value] of facts) {
    const name = String(key);
    bare.set(name.startsWith('ansible_') && name !== 'ansible_local' ? name.slice(8) : name, value);
    if (name === 'ansible_local') bare.set('local', value);
    if (!steersConnection(name)) variables.set(name, value);
  }
  return variables;
}

const none: Mapping = new Map<Value, Value>();
const steering = new Set(connectionVariables);

function orNone(values: Mapping | undefined): Mapping {
  return values ?? none;
}

function steersConnection(name: string): boolean {
  return steering.has(name) || /^ansible_become|^ansible_.*_interpreter$/.test(name);
}
