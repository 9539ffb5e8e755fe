import { join } from 'node:path';
import type { SourcePosition } from '../errors.ts';
import type { Mapping, Value } from '../values.ts';
import type { SourceFiles } from './files.ts';
import { isVariableName } from './keyword-values.ts';
import type { Loading } from './loading.ts';
import { kindOf, mergeMappings, placeOf, placeOfKey, showValue } from './places.ts';
import { checkTemplates } from './templates.ts';

const extensions = ['.yml', '.yaml', '.json', ''];

/** The file `name` of a role's folder: `tasks/main.yml`. Undefined when there is none. */
export function roleFile(
  loading: Loading,
  role: string,
  folder: string,
  name: string,
): string | undefined {
  const places = extensions.map((extension) => join(role, folder, name + extension));
  return places.find((path) => isThere(loading.files.kind(path)));
}

/** A link that leads nowhere is there: reading it is an error, not an empty file. */
function isThere(kind: ReturnType<SourceFiles['kind']>): boolean {
  return kind === 'file' || kind === 'other';
}

/**
 * The variables in a role's `defaults` or `vars`: the file `name`, or all files of a folder of that
 * name in order. `wanted` = the name was given, so that it must exist.
 */
export function roleVariables(
  loading: Loading,
  role: string,
  folder: 'defaults' | 'vars',
  name: string,
  wanted: SourcePosition | undefined,
): Mapping {
  const file = roleFile(loading, role, folder, name);
  if (file) return readVariables(loading, file);
  const many = join(role, folder, name);
  if (loading.files.kind(many) === 'folder') {
    return mergeMappings(variableFiles(loading, many).map((path) => readVariables(loading, path)));
  }
  if (wanted) {
    loading.report({
      code: 'source-not-found',
      message: `the role in ${role} has no ${folder}/${name}`,
      at: wanted,
    });
  }
  return new Map();
}

/** The variables of one YAML file; an empty one has none. */
function readVariables(loading: Loading, path: string): Mapping {
  const value: Value | undefined = loading.yaml(path);
  if (value === undefined || value === null) return new Map();
  const at = { file: path, line: 1, column: 1 };
  if (!(value instanceof Map)) {
    loading.report({
      code: 'playbook-syntax',
      message: `the file of variables holds ${kindOf(value)}`,
      at: placeOf(value, at),
      expected: 'a mapping of names to values',
    });
    return new Map();
  }
  for (const name of value.keys()) {
    if (typeof name === 'string' && isVariableName(name)) continue;
    loading.report({
      code: 'invalid-keyword',
      message: `${showValue(name)} is not a valid variable name`,
      at: placeOfKey(value, name, at),
      expected: 'letters, digits and underscores, not beginning with a digit, no Python keyword',
    });
  }
  checkTemplates(value, at, { loading });
  return value;
}

function variableFiles(loading: Loading, folder: string): string[] {
  return loading.files.list(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name.startsWith('.') || name.endsWith('~')) return [];
    const kind = loading.files.kind(path);
    if (kind === 'folder') return variableFiles(loading, path);
    return isThere(kind) && /\.(ya?ml|json)$|^[^.]+$/.test(name) ? [path] : [];
  });
}
