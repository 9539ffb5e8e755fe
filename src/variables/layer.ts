import type { Mapping, Value } from '../values.ts';

/**
 * One level of variables. In a trusted layer strings are templates, evaluated when they are used;
 * in any other, values are final: what came from a host is never templated.
 */
export interface Layer {
  /** For people: `play vars`, `group_vars/web.yml`. */
  readonly name: string;
  readonly values: ReadonlyMap<Value, Value>;
  readonly trusted: boolean;
  /** The higher one wins; among equals, the later one. */
  readonly precedence: Precedence;
}

/**
 * Ansible's order, lowest first. Inventory levels run over all groups at once: the variables of all
 * inventory groups are below group_vars/all, which is below all other group_vars.
 */
export const precedence = {
  commandLine: 0,
  roleDefaults: 1,
  inventoryGroups: 2,
  inventoryGroupVarsAll: 3,
  playbookGroupVarsAll: 4,
  inventoryGroupVars: 5,
  playbookGroupVars: 6,
  inventoryHosts: 7,
  inventoryHostVars: 8,
  playbookHostVars: 9,
  facts: 10,
  playVars: 11,
  varsPrompt: 12,
  varsFiles: 13,
  roleVars: 14,
  blockVars: 15,
  taskVars: 16,
  includeVars: 17,
  setFacts: 18,
  roleParams: 19,
  includeParams: 20,
  extraVars: 21,
  magic: 22,
  /** `item`, index_var and the like; they hide even -e. */
  loopVars: 23,
} as const;

export type Precedence = (typeof precedence)[keyof typeof precedence];

/** What the levels are called, for people. */
export const levelNames: Readonly<Record<Precedence, string>> = {
  0: 'option of the command line',
  1: 'defaults of a role',
  2: 'inventory, of a group',
  3: 'group_vars/all beside the inventory',
  4: 'group_vars/all beside the playbook',
  5: 'group_vars beside the inventory',
  6: 'group_vars beside the playbook',
  7: 'inventory, of the host',
  8: 'host_vars beside the inventory',
  9: 'host_vars beside the playbook',
  10: 'facts',
  11: 'vars of the play',
  12: 'vars_prompt',
  13: 'vars_files of the play',
  14: 'vars of a role',
  15: 'vars of a block',
  16: 'vars of the task',
  17: 'include_vars',
  18: 'set_fact and register',
  19: 'parameters of a role',
  20: 'vars of an include',
  21: '-e',
  22: 'magic variable',
  23: 'loop variable',
};

/** Literals from a file that the user wrote. */
export function trustedLayer(
  name: string,
  values: ReadonlyMap<Value, Value>,
  level: Precedence,
): Layer {
  return { name, values, trusted: true, precedence: level };
}

/** Values that are final: facts, results, answers of a person, magic variables. */
export function finalLayer(
  name: string,
  values: ReadonlyMap<Value, Value>,
  level: Precedence,
): Layer {
  return { name, values, trusted: false, precedence: level };
}

/** All layers in one mapping, templates still in it; for `inventory --list`. */
export function flattenLayers(layers: readonly Layer[]): Mapping {
  const flat: Mapping = new Map();
  for (const layer of layers.toSorted((a, b) => a.precedence - b.precedence)) {
    for (const [key, value] of layer.values) flat.set(key, value);
  }
  return flat;
}
