import { nearestName, type Problem, RolecallError, type SourcePosition } from '../errors.ts';
import type { Mapping, Value } from '../values.ts';
import { positionOf, positionOfKey, positionOfValue } from '../yaml/positions.ts';
import type { Inventory } from './inventory.ts';
import { expandHostEntry } from './ranges.ts';

/** Adds the groups of a YAML (or JSON) inventory: name → hosts, children, vars. Throws all problems. */
export function readYamlInventory(
  data: Value,
  file: string,
  into: Inventory,
  hostVars: Mapping,
): void {
  const start = positionOf(data) ?? { file, line: 1, column: 1 };
  if (!(data instanceof Map)) {
    throw new RolecallError({
      code: 'inventory-invalid',
      message: 'a YAML inventory must be a mapping of group names',
      at: start,
      expected: 'all: with hosts:, children: and vars: below it',
    });
  }
  if (data.has('plugin')) {
    throw new RolecallError({
      code: 'inventory-invalid',
      message: `inventory plugin '${String(data.get('plugin'))}' is not supported`,
      at: positionOfKey(data, 'plugin') ?? start,
      hint: 'Use an inventory script that prints the same hosts as JSON.',
    });
  }
  const reader = new YamlReader(start, into, hostVars);
  for (const [name, content] of data) reader.group(name, content, data);
  if (reader.problems.length > 0) throw new RolecallError(reader.problems);
}

const sections = ['hosts', 'children', 'vars'];

class YamlReader {
  readonly problems: Problem[] = [];
  private readonly start: SourcePosition;
  private readonly into: Inventory;
  private readonly hostVars: Mapping;

  constructor(start: SourcePosition, into: Inventory, hostVars: Mapping) {
    this.start = start;
    this.into = into;
    this.hostVars = hostVars;
  }

  group(name: Value, content: Value, parent: Mapping, above?: string): void {
    const at = positionOfKey(parent, name) ?? this.start;
    if (typeof name !== 'string' || name === '') {
      this.report(
        `group name ${String(name)} is not text`,
        at,
        'a name, in quotes if it is a number',
      );
      return;
    }
    this.attempt(() => this.into.addGroup(name, { at, ...(above && { parent: above }) }));
    if (content === null) return;
    if (!(content instanceof Map)) {
      this.report(`group '${name}' is not a mapping`, at, 'hosts:, children: or vars: below it');
      return;
    }
    for (const [key, value] of content) {
      const keyAt = positionOfKey(content, key) ?? at;
      if (typeof key !== 'string' || !sections.includes(key)) {
        const nearest = nearestName(String(key), sections);
        this.problems.push({
          ...this.problem(`'${String(key)}' in group '${name}' is not known`, keyAt),
          expected: 'hosts, children or vars',
          ...(nearest && { nearest }),
        });
        continue;
      }
      this.section(name, key, value, keyAt);
    }
  }

  private section(group: string, key: string, value: Value, at: SourcePosition): void {
    const entries = typeof value === 'string' ? new Map<Value, Value>([[value, null]]) : value;
    if (entries === null) return;
    if (!(entries instanceof Map)) {
      const hint = Array.isArray(entries) ? 'Write each entry as "name:" instead of "- name".' : '';
      this.problems.push({
        ...this.problem(`'${key}' of group '${group}' is not a mapping`, at),
        ...(hint && { hint }),
      });
      return;
    }
    for (const [name, content] of entries) {
      const entryAt = positionOfKey(entries, name) ?? at;
      if (key === 'children') this.group(name, content, entries, group);
      else if (key === 'hosts') this.host(group, name, content, entryAt);
      else {
        const valueAt = positionOfValue(entries, name);
        this.attempt(() => this.into.setGroupVar(group, name, content, entryAt, valueAt));
      }
    }
  }

  private host(group: string, name: Value, content: Value, at: SourcePosition): void {
    if (typeof name !== 'string') {
      this.report(
        `host name ${String(name)} is not text`,
        at,
        'a name, in quotes if it is a number',
      );
      return;
    }
    if (content !== null && !(content instanceof Map)) {
      this.report(`variables of host '${name}' are not a mapping`, at);
      return;
    }
    this.attempt(() => {
      const { names, port } = expandHostEntry(name, at);
      for (const host of names) {
        if (!this.into.hosts.has(host)) this.into.addHost(host, { vars: this.hostVars, at });
        this.into.addHost(host, { groups: [group], vars: content ?? new Map() });
        if (port !== undefined && !content?.has('ansible_port')) {
          this.into.addHost(host, { vars: new Map([['ansible_port', port]]) });
        }
      }
    });
  }

  private attempt(operation: () => void): void {
    try {
      operation();
    } catch (error) {
      if (!(error instanceof RolecallError)) throw error;
      this.problems.push(...error.problems);
    }
  }

  private problem(message: string, at: SourcePosition): Problem {
    return { code: 'inventory-invalid', message, at };
  }

  private report(message: string, at: SourcePosition, expected?: string): void {
    this.problems.push({ ...this.problem(message, at), ...(expected && { expected }) });
  }
}
