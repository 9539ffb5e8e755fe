import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defaultRolesPath } from '../playbook/role-search.ts';
import { hang, shownLine } from '../reporters/text.ts';
import type { Mapping, Value } from '../values.ts';
import { loadYaml } from '../yaml/load.ts';
import { typedRoleText } from './typed-role-text.ts';

/** Roles that are found without a playbook. */
export function roleNames(): string[] {
  return defaultRolesPath(process.env)
    .filter((folder) => statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    .flatMap((folder) => readdirSync(folder));
}

/** The reference of a role: its parameters or argument specs, else the variables of its defaults; undefined when there is no such role. */
export async function roleText(name: string): Promise<string[] | undefined> {
  const places = [
    ...defaultRolesPath(process.env).map((folder) => join(folder, name)),
    resolve(name),
  ];
  const typed = places.find((place) => existsSync(join(place, 'role.ts')));
  if (typed) return typedRoleText(typed);
  const role = places.find(
    (place) => existsSync(join(place, 'tasks')) || existsSync(join(place, 'meta')),
  );
  if (!role) return undefined;
  const specs = asMapping(read(role, 'meta', 'argument_specs')?.get('argument_specs'));
  const defaults = read(role, 'defaults', 'main') ?? new Map();
  return [
    `role ${name} (${role})`,
    ...[...specs].flatMap(([entry, spec]) => entryLines(String(entry), asMapping(spec))),
    ...(specs.size === 0 ? defaultLines(defaults) : []),
  ];
}

function entryLines(entry: string, spec: Mapping): string[] {
  const options = asMapping(spec.get('options'));
  return [
    '',
    `Entry ${entry}: ${textOf(spec.get('short_description'))}`,
    ...[...options].flatMap(([name, option]) => optionLines(String(name), asMapping(option))),
  ];
}

function optionLines(name: string, option: Mapping): string[] {
  const facts = [
    textOf(option.get('type')) || 'str',
    option.get('required') === true ? 'required' : '',
    option.has('default') ? `default ${JSON.stringify(option.get('default'))}` : '',
  ].filter(Boolean);
  const description = [option.get('description') ?? ''].flat().map(textOf).join(' ');
  return [
    ...hang(`  ${shownLine(name)}  `, `(${facts.join('; ')})`, 80),
    ...(description ? hang('      ', shownLine(description), 80) : []),
  ];
}

function defaultLines(defaults: Mapping): string[] {
  if (defaults.size === 0) return ['', 'It has neither argument specs nor defaults.'];
  return [
    '',
    'Variables with defaults:',
    ...[...defaults.keys()].map((name) => `  ${shownLine(String(name))}`),
  ];
}

function read(role: string, folder: string, name: string): Mapping | undefined {
  const file = ['yml', 'yaml'].map((end) => join(role, folder, `${name}.${end}`)).find(existsSync);
  const value = file && loadYaml(readFileSync(file, 'utf8'), file);
  return value instanceof Map ? value : undefined;
}

function asMapping(value: Value | undefined): Mapping {
  return value instanceof Map ? value : new Map();
}

function textOf(value: Value | undefined): string {
  return value === undefined || value === null ? '' : String(value);
}
