import { RolecallError } from '../errors.ts';
import { Float, type Mapping, Unsafe, type Value, Vaulted } from '../values.ts';
import type { Inventory } from './inventory.ts';

/** The variables of a host from the inventory and from vars files, merged; templates still in them. */
export type HostVars = (host: string) => Mapping;

/** `inventory --list`: the JSON that ansible-inventory prints. */
export function renderList(inventory: Inventory, hostVars: HostVars): string {
  const groups: Mapping = new Map();
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const group = inventory.groups.get(name)!;
    const shown: Mapping = new Map();
    if (name !== 'all' && group.hosts.length > 0) shown.set('hosts', [...group.hosts]);
    if (group.children.length > 0) shown.set('children', [...group.children]);
    if (shown.size > 0) groups.set(name, shown);
    for (const child of group.children) visit(child);
  };
  visit('all');
  const hostvars: Mapping = new Map();
  for (const host of inventory.hostsIn('all')) {
    const vars = withoutInternal(hostVars(host));
    if (vars.size > 0) hostvars.set(host, vars);
  }
  groups.set('_meta', new Map([['hostvars', hostvars]]));
  return toJson(groups);
}

/** `inventory --host NAME`: the variables of one host as JSON. */
export function renderHost(inventory: Inventory, host: string, hostVars: HostVars): string {
  if (!inventory.host(host)) {
    const nearest = inventory.nearest(host);
    throw new RolecallError({
      code: 'pattern-unmatched',
      message: `no host is called '${host}'`,
      ...(nearest && { nearest }),
    });
  }
  return toJson(withoutInternal(hostVars(host)));
}

/** `inventory --graph [GROUP]`: groups and hosts as a tree, with variables when asked. */
export function renderGraph(
  inventory: Inventory,
  options: { group?: string; hostVars?: HostVars } = {},
): string {
  const start = options.group ?? 'all';
  if (!inventory.groups.has(start)) {
    const nearest = inventory.nearest(start);
    throw new RolecallError({
      code: 'pattern-unmatched',
      message: `no group is called '${start}'`,
      ...(nearest && { nearest }),
    });
  }
  const lines: string[] = [];
  const add = (text: string, depth: number) =>
    lines.push(depth > 0 ? `${'  |'.repeat(depth)}--${text}` : text);
  const addVars = (vars: Mapping, depth: number): void => {
    const shown = [...withoutInternal(vars)].map(
      ([key, value]) => `{${String(key)} = ${inline(value)}}`,
    );
    for (const text of shown.sort()) add(text, depth);
  };
  const visit = (name: string, depth: number): void => {
    const group = inventory.groups.get(name)!;
    add(`@${name}:`, depth);
    for (const child of group.children) visit(child, depth + 1);
    for (const host of name === 'all' ? [] : group.hosts) {
      add(host, depth + 1);
      if (options.hostVars) addVars(options.hostVars(host), depth + 2);
    }
    if (options.hostVars) addVars(group.vars, depth + 1);
  };
  visit(start, 0);
  return lines.join('\n');
}

function withoutInternal(vars: Mapping): Mapping {
  return new Map([...vars].filter(([key]) => !internalVars.has(String(key))));
}

const internalVars = new Set(['inventory_dir', 'inventory_file', 'inventory_hostname']);

function inline(value: Value): string {
  return typeof value === 'string' ? value : toJson(value, '').replaceAll('\n', ' ');
}

/** As Python's json.dumps with sorted keys and four spaces. */
function toJson(value: Value, step = '    ', indent = ''): string {
  if (value instanceof Float) return value.value.toFixed(1);
  if (value instanceof Vaulted) return tagged('__ansible_vault', value.ciphertext, step, indent);
  if (value instanceof Unsafe) return tagged('__ansible_unsafe', value.text, step, indent);
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    const items = value.map((item) => `${indent}${step}${toJson(item, step, indent + step)}`);
    return `[\n${items.join(',\n')}\n${indent}]`;
  }
  if (!(value instanceof Map)) return JSON.stringify(value);
  if (value.size === 0) return '{}';
  const entries = [...value].map(([key, item]) => [String(key), item] as const);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = entries.map(
    ([key, item]) => `${indent}${step}${JSON.stringify(key)}: ${toJson(item, step, indent + step)}`,
  );
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

function tagged(tag: string, text: string, step: string, indent: string): string {
  return toJson(new Map([[tag, text]]), step, indent);
}
