import { basename, dirname, join } from 'node:path';
import type { Mapping, Value } from '../values.ts';
import { validationTask } from './argument-specs.ts';
import { mergeMappings } from './places.ts';
import type { Block, Common, Node, RoleScope } from './play.ts';
import { reportPlugins } from './plugins.ts';
import { readDependencies } from './role-entries.ts';
import { roleFile, roleVariables } from './role-files.ts';
import { fingerprint, surroundings } from './role-fingerprint.ts';
import { type RoleMeta, readRoleMeta } from './role-meta.ts';
import type { RoleRequest } from './role-request.ts';
import { findRole } from './role-search.ts';
import { roleSource } from './role-source.ts';
import { enter, type Scope } from './scope.ts';
import { readTypedRole } from './typed-role.ts';

/**
 * Reads a role and the roles it depends on as one block: dependencies, the check of its arguments,
 * its tasks. Its handlers and its scope are added to the play. Undefined when it ran already with
 * the same parameters, or when it cannot be found.
 */
export function readRole(request: RoleRequest, scope: Scope): Block | undefined {
  const path = findRole(request.name, request.at, scope);
  if (!path) return undefined;
  const inside = enter(scope, `role ${basename(path)} (${path})`, request.at);
  if (!inside) return undefined;
  const { loading } = scope;
  const source = roleSource(path, loading.files);
  if (source.kind === 'typed') return readTypedRole(path, source.module, request, inside);
  reportPlugins(loading, path, request.at);
  const meta = readRoleMeta(loading, path);
  const allowDuplicates = request.allowDuplicates ?? meta.allowDuplicates;
  const key = fingerprint(path, request);
  const here = `${key}${scope.around}`;
  const { seenRoles, roleScopes } = scope.play;
  const seen = seenRoles.get(here) ?? seenRoles.get(key);
  if (seen && !allowDuplicates) {
    if (request.public) addScopes(roleScopes, [seen]);
    return undefined;
  }
  const block = assemble(path, request, meta, allowDuplicates, inside);
  seenRoles.set(here, block.role);
  return block;
}

function assemble(
  path: string,
  request: RoleRequest,
  meta: RoleMeta,
  allowDuplicates: boolean,
  scope: Scope,
): Block & { readonly role: RoleScope } {
  const { loading } = scope;
  const parent = scope.role;
  const own = {
    defaults: roleVariables(
      loading,
      path,
      'defaults',
      request.defaultsFrom ?? 'main',
      request.defaultsFrom === undefined ? undefined : request.at,
    ),
    vars: roleVariables(
      loading,
      path,
      'vars',
      request.varsFrom ?? 'main',
      request.varsFrom === undefined ? undefined : request.at,
    ),
  };
  const base: RoleScope = {
    name: basename(path),
    path,
    defaults: mergeMappings([parent?.defaults, own.defaults]),
    vars: mergeMappings([parent?.vars, own.vars, request.vars]),
    params: mergeMappings([parent?.params, request.params]),
    parents: parent ? [parent.name, ...parent.parents] : [],
    handlers: [],
    allowDuplicates,
    argumentSpecs: meta.argumentSpecs,
  };
  const handlers: Node[] = [];
  const tags = request.common.tags;
  const inner: Scope = {
    ...scope,
    tags,
    role: base,
    vars: mergeMappings([base.defaults, scope.vars, base.vars, request.common.vars, base.params]),
    around: surroundings(scope.around, request.common),
    play: { ...scope.play, roleHandlers: handlers, roleScopes: [] },
  };
  const dependencies = readDependencies(meta.dependencies, inner, readRole);
  const role = withDependencies(base, own, inner.play.roleScopes, request, parent);
  const at = { file: join(path, 'tasks/main.yml'), line: 1, column: 1 };
  const common: Common = { ...request.common, at: request.at };
  const inRole: Scope = { ...inner, at, role, folder: join(path, 'tasks') };
  const ownHandlers = role.handlers as Node[];
  ownHandlers.push(...readRoleList('handlers', request.handlersFrom, request, inRole));
  handlers.push(...ownHandlers);
  if (request.public) addScopes(scope.play.roleScopes, [...inner.play.roleScopes, role]);
  scope.play.roleHandlers.push(...underKeywords(handlers, common));
  const check = validationTask(role, request, tags, inRole);
  return {
    ...common,
    kind: 'block',
    role,
    block: [
      ...dependencies,
      ...(check ? [check] : []),
      ...readRoleList('tasks', request.tasksFrom, request, inRole),
    ],
    rescue: [],
    always: [],
    notify: (common as Partial<Block>).notify ?? [],
  };
}

function addScopes(scopes: RoleScope[], added: readonly RoleScope[]): void {
  for (const scope of added) if (!scopes.includes(scope)) scopes.push(scope);
}

/** A role sees the defaults and vars of the roles that it depends on, below its own. */
function withDependencies(
  base: RoleScope,
  own: { readonly defaults: Mapping; readonly vars: Mapping },
  dependencies: readonly RoleScope[],
  request: RoleRequest,
  parent: RoleScope | undefined,
): RoleScope {
  const all = (pick: (scope: RoleScope) => Mapping) => dependencies.map(pick);
  return {
    ...base,
    handlers: [],
    defaults: mergeMappings([...all((scope) => scope.defaults), parent?.defaults, own.defaults]),
    vars: mergeMappings([parent?.vars, ...all((scope) => scope.vars), own.vars, request.vars]),
  };
}

function readRoleList(
  folder: 'tasks' | 'handlers',
  from: string | undefined,
  request: RoleRequest,
  scope: Scope,
): Node[] {
  const { loading } = scope;
  const path = roleFile(loading, scope.role!.path, folder, from ?? 'main');
  if (!path) {
    if (from !== undefined) {
      loading.report({
        code: 'source-not-found',
        message: `the role '${scope.role!.name}' has no ${folder}/${from}`,
        at: request.at,
      });
    }
    return [];
  }
  const list: Value | undefined = loading.yaml(path, request.at);
  return scope.readNodes(list, path, {
    ...scope,
    at: { file: path, line: 1, column: 1 },
    file: path,
    folder: dirname(path),
    handlers: folder === 'handlers',
    stack: [...scope.stack, path],
  });
}

/** Keywords of a role entry hold for its handlers, too. */
function underKeywords(handlers: Node[], common: Common): Node[] {
  const { name: _name, at: _at, tags: _tags, ...rest } = common as Partial<Block>;
  const plain = Object.values(rest).every(
    (value) => value === undefined || (Array.isArray(value) && value.length === 0),
  );
  if (plain || handlers.length === 0) return handlers;
  return [{ ...common, kind: 'block', block: handlers, rescue: [], always: [], notify: [] }];
}
