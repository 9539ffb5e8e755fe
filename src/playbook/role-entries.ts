import type { Mapping, Value } from '../values.ts';
import { readKeywords } from './common.ts';
import { readText } from './keyword-values.ts';
import { keywords } from './keywords.ts';
import { kindOf, placeOf, placeOfValue, withoutKeys } from './places.ts';
import type { Block } from './play.ts';
import type { RoleRequest } from './role-request.ts';
import type { Scope } from './scope.ts';
import { staticName } from './static-names.ts';

type ReadRole = (request: RoleRequest, scope: Scope) => Block | undefined;

/** Reads `roles:` of a play. */
export function readRoleEntries(
  list: Value | undefined,
  scope: Scope,
  readRole: ReadRole,
): Block[] {
  return readEntries(list, 'roles', scope, readRole);
}

/** Reads `dependencies` of a role's meta, which also take the forms of Galaxy. */
export function readDependencies(list: Value, scope: Scope, readRole: ReadRole): Block[] {
  return readEntries(list, 'dependencies', scope, readRole);
}

function readEntries(
  list: Value | undefined,
  keyword: string,
  scope: Scope,
  readRole: ReadRole,
): Block[] {
  const { loading } = scope;
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) {
    loading.report({
      code: 'invalid-keyword',
      message: `'${keyword}' is ${kindOf(list)}`,
      at: placeOf(list, scope.at),
      expected: 'a list of roles',
    });
    return [];
  }
  return list.flatMap((item, index) => {
    const at = placeOfValue(list, index, scope.at);
    const request = readEntry(item, keyword, { ...scope, at });
    return (request && readRole(request, scope)) ?? [];
  });
}

function readEntry(item: Value, keyword: string, scope: Scope): RoleRequest | undefined {
  const { loading, at } = scope;
  const mapping: Mapping | undefined =
    typeof item === 'string' ? new Map([['role', item]]) : item instanceof Map ? item : undefined;
  if (!mapping) {
    loading.report({
      code: 'playbook-syntax',
      message: `an entry of '${keyword}' is ${kindOf(item)}`,
      at,
      expected: 'the name of a role, or a mapping with `role`',
    });
    return undefined;
  }
  const name = readName(mapping, scope);
  if (name === undefined) return undefined;
  const { vars, ...common } = readKeywords(mapping, 'role entry', scope);
  const params = withoutKeys(
    mapping,
    (key) =>
      (typeof key === 'string' && Object.hasOwn(keywords['role entry'], key)) ||
      (keyword === 'dependencies' && galaxyKeys.has(key)),
  );
  const plain = staticName(name.text, 'a role entry', name.at, vars, scope);
  if (plain === undefined) return undefined;
  return { name: plain, at: name.at, params, vars, validate: true, public: true, common };
}

const galaxyKeys = new Set<Value>(['src', 'scm', 'version', 'source', 'type']);

function readName(mapping: Mapping, scope: Scope) {
  const { loading } = scope;
  const key = ['role', 'name', 'src'].find((candidate) => mapping.has(candidate));
  const value = key === undefined ? null : mapping.get(key)!;
  const at = key === undefined ? placeOf(mapping, scope.at) : placeOfValue(mapping, key, scope.at);
  const text = key && value !== null ? readText({ loading, keyword: key, value, at }) : undefined;
  if (text) return { text: key === 'src' ? galaxyName(text) : text, at };
  if (value === null) {
    loading.report({ code: 'playbook-syntax', message: 'a role entry names no role', at });
  }
  return undefined;
}

/** `https://host/user/ansible-role-x.git` → `ansible-role-x`. */
function galaxyName(source: string): string {
  return source
    .split(',')[0]!
    .split('/')
    .at(-1)!
    .replace(/\.git$|\.tar\.gz$/, '');
}
