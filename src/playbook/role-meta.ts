import { nearestName } from '../errors.ts';
import type { Mapping, Value } from '../values.ts';
import { readBoolean } from './keyword-values.ts';
import type { Loading } from './loading.ts';
import { kindOf, placeOf, placeOfKey, placeOfValue } from './places.ts';
import { roleFile } from './role-files.ts';

/** What a role's meta files say about running it. */
export interface RoleMeta {
  readonly dependencies: Value;
  readonly allowDuplicates: boolean;
  /** Entry point → specification. */
  readonly argumentSpecs?: Mapping;
}

const metaKeys = new Set([
  'allow_duplicates',
  'argument_specs',
  'collections',
  'dependencies',
  'galaxy_info',
  'standalone',
]);

/** Reads meta/main.yml and meta/argument_specs.yml; galaxy_info is of no concern here. */
export function readRoleMeta(loading: Loading, role: string): RoleMeta {
  const main = readMapping(loading, roleFile(loading, role, 'meta', 'main'));
  const specs = readMapping(loading, roleFile(loading, role, 'meta', 'argument_specs'));
  for (const key of main?.mapping.keys() ?? []) {
    if (metaKeys.has(key as string)) continue;
    loading.report({
      code: 'unknown-keyword',
      message: `'${String(key)}' is no key of a role's meta`,
      at: placeOfKey(main!.mapping, key, main!.at),
      nearest: nearestName(String(key), metaKeys),
    });
  }
  return {
    dependencies: main?.mapping.get('dependencies') ?? null,
    allowDuplicates: main !== undefined && readAllowDuplicates(loading, main),
    argumentSpecs: specsOf(specs?.mapping) ?? specsOf(main?.mapping),
  };
}

interface MetaFile {
  readonly mapping: Mapping;
  readonly at: { readonly file: string; readonly line: number; readonly column: number };
}

function readMapping(loading: Loading, path: string | undefined): MetaFile | undefined {
  const value = path === undefined ? undefined : loading.yaml(path);
  if (path === undefined || value === undefined || value === null) return undefined;
  const at = { file: path, line: 1, column: 1 };
  if (value instanceof Map) return { mapping: value, at };
  loading.report({
    code: 'playbook-syntax',
    message: `the role's meta is ${kindOf(value)}`,
    at: placeOf(value, at),
    expected: 'a mapping',
  });
  return undefined;
}

function readAllowDuplicates(loading: Loading, meta: MetaFile): boolean {
  const keyword = 'allow_duplicates';
  const value = meta.mapping.get(keyword);
  if (value === undefined) return false;
  const at = placeOfValue(meta.mapping, keyword, meta.at);
  return readBoolean({ loading, keyword, value, at }) === true;
}

function specsOf(mapping: Mapping | undefined): Mapping | undefined {
  const specs = mapping?.get('argument_specs');
  return specs instanceof Map ? specs : undefined;
}
