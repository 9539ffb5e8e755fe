import { nearestName, type Problem, RolecallError, type SourcePosition } from '../errors.ts';
import type { Mapping, Value } from '../values.ts';
import { recordPositions } from '../yaml/positions.ts';
import type { Inventory } from './inventory.ts';
import { readPythonLiteral } from './literal.ts';
import { expandHostEntry } from './ranges.ts';
import { splitWords } from './words.ts';

/**
 * Adds the hosts and groups of an INI inventory. All problems are thrown at once.
 * `hostVars` are given to each host that is new (inventory_file, inventory_dir).
 */
export function readIni(text: string, file: string, into: Inventory, hostVars: Mapping): void {
  const reader = new IniReader(file, into, hostVars);
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  for (const [index, line] of lines.entries()) reader.line(line, index + 1);
  reader.end();
}

type Section = 'hosts' | 'children' | 'vars';

class IniReader {
  private readonly problems: Problem[] = [];
  private readonly file: string;
  private readonly into: Inventory;
  private readonly hostVars: Mapping;
  private group = 'ungrouped';
  private section: Section = 'hosts';
  private readonly declared: Set<string>;
  /** Groups mentioned before they are declared: what to say if they never are. */
  private readonly mentions: { readonly name: string; readonly problem: Problem }[] = [];
  private readonly links: { parent: string; child: string; at: SourcePosition }[] = [];

  constructor(file: string, into: Inventory, hostVars: Mapping) {
    this.file = file;
    this.into = into;
    this.hostVars = hostVars;
    this.declared = new Set(into.groups.keys());
  }

  line(source: string, number: number): void {
    const text = source.trim();
    if (text === '' || text.startsWith('#') || text.startsWith(';')) return;
    const at = {
      file: this.file,
      line: number,
      column: source.length - source.trimStart().length + 1,
    };
    try {
      if (text.startsWith('[') && /^\[[^\]]*\]\s*(?:#.*)?$/.test(text)) this.header(text, at);
      else if (this.section === 'hosts') this.hosts(text, at);
      else if (this.section === 'vars') this.variable(text, at);
      else this.child(text, at);
    } catch (error) {
      if (!(error instanceof RolecallError)) throw error;
      this.problems.push(...error.problems);
    }
  }

  end(): void {
    for (const { name, problem } of this.mentions) {
      if (this.declared.has(name)) continue;
      const nearest = nearestName(name, this.declared);
      this.problems.push({ ...problem, ...(nearest && { nearest }) });
    }
    if (this.problems.length === 0) {
      for (const { parent, child, at } of this.links) {
        try {
          this.into.addChild(parent, child, at);
        } catch (error) {
          if (!(error instanceof RolecallError)) throw error;
          this.problems.push(...error.problems);
        }
      }
    }
    if (this.problems.length > 0) throw new RolecallError(this.problems);
  }

  private header(text: string, at: SourcePosition): void {
    const form = /^\[([^:\]\s]+)(?::(\w+))?\]/.exec(text);
    if (!form) {
      throw this.invalid(
        `section ${text} is not valid`,
        at,
        '[group], [group:children] or [group:vars]',
      );
    }
    const [, name = '', kind = 'hosts'] = form;
    if (kind !== 'hosts' && kind !== 'children' && kind !== 'vars') {
      const nearest = nearestName(kind, ['children', 'vars', 'hosts']);
      throw new RolecallError({
        ...this.problem(`section ${text} has an unknown kind '${kind}'`, at),
        ...(nearest && { nearest }),
      });
    }
    this.group = name;
    this.section = kind;
    this.into.addGroup(name, { at });
    if (kind !== 'vars') this.declared.add(name);
    else {
      const problem = this.problem(
        `[${name}:vars] belongs to no group: '${name}' is not declared`,
        at,
      );
      this.mentions.push({ name, problem });
    }
  }

  private hosts(text: string, at: SourcePosition): void {
    const split = splitWords(text);
    if (!split) throw this.invalid('a quote on this line is not closed', at);
    const [entry, ...assignments] = split.words;
    if (entry === undefined) return;
    if (entry === '---') throw this.invalid("'---' is no host; this file looks like YAML", at);
    if (split.gluedComment !== undefined) {
      const column = at.column + split.gluedComment;
      this.into.warnings.push({
        ...this.problem("'#' ends the line here, as in Ansible", { ...at, column }),
        hint: 'Put the value in quotes if # is part of it.',
      });
    }
    const { names, port } = expandHostEntry(entry, at);
    const vars: Mapping = new Map();
    const keys = new Map<Value, SourcePosition>();
    const values = new Map<Value, SourcePosition>();
    if (port !== undefined) vars.set('ansible_port', port);
    for (const [index, assignment] of assignments.entries()) {
      const equals = assignment.indexOf('=');
      if (equals < 1) {
        const column = at.column + split.starts[index + 1]!;
        throw this.invalid(`'${assignment}' is no variable`, { ...at, column }, 'key=value');
      }
      const key = assignment.slice(0, equals);
      vars.set(key, readPythonLiteral(assignment.slice(equals + 1)));
      const column = at.column + split.starts[index + 1]!;
      keys.set(key, { ...at, column });
      values.set(key, { ...at, column: column + equals + 1 });
    }
    recordPositions(vars, { self: at, keys, values });
    for (const name of names) {
      const known = this.into.hosts.has(name);
      if (!known) this.into.addHost(name, { vars: this.hostVars, at });
      this.into.addHost(name, { groups: [this.group], vars });
    }
  }

  private variable(text: string, at: SourcePosition): void {
    const equals = text.indexOf('=');
    const key = text.slice(0, equals).trim();
    if (equals < 0 || key === '') throw this.invalid(`'${text}' is no variable`, at, 'key=value');
    const value = text.slice(equals + 1);
    const column = at.column + equals + 1 + (value.length - value.trimStart().length);
    const valueAt = { ...at, column };
    this.into.setGroupVar(this.group, key, readPythonLiteral(value.trim()), at, valueAt);
  }

  private child(text: string, at: SourcePosition): void {
    const name = /^([^:\]\s]+)\s*(?:#.*)?$/.exec(text)?.[1];
    if (name === undefined)
      throw this.invalid(`'${text}' is no group name`, at, 'one group per line');
    const problem = this.problem(
      `[${this.group}:children] names group '${name}', which is not declared`,
      at,
    );
    this.mentions.push({ name, problem });
    this.into.addGroup(name, { at });
    this.links.push({ parent: this.group, child: name, at });
  }

  private problem(message: string, at: SourcePosition): Problem {
    return { code: 'inventory-invalid', message, at };
  }

  private invalid(message: string, at: SourcePosition, expected?: string): RolecallError {
    return new RolecallError({ ...this.problem(message, at), ...(expected && { expected }) });
  }
}
