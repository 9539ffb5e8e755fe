import { dirname } from 'node:path';
import { nearestName } from '../errors.ts';
import type { Mapping, Value } from '../values.ts';
import { type ReadKeywords, readKeywords, reportUnknownKeyword, written } from './common.ts';
import { isTemplate, readNames, refuse, type Written } from './keyword-values.ts';
import { keywords } from './keywords.ts';
import { looksLikeModule } from './module-names.ts';
import { readNeeds } from './needs.ts';
import { mergeMappings, placeOf, placeOfKey, placeOfValue, withoutKeys } from './places.ts';
import type { Play, Templated } from './play.ts';
import { readRoleEntries } from './role-entries.ts';
import { readRole } from './roles.ts';
import type { PlayParts, Scope } from './scope.ts';
import { readVarsPrompt } from './vars-prompt.ts';

/** Reads one play. Undefined when it lacks hosts. */
export function readPlay(written: Mapping, outer: Omit<Scope, 'play'>): Play | undefined {
  const mapping = withRemoteUser(written);
  const parts: PlayParts = { roleHandlers: [], roleScopes: [], seenRoles: new Map() };
  const at = placeOf(mapping, outer.at);
  const base: Scope = { ...outer, at, play: parts };
  if (isTask(mapping, base)) {
    outer.loading.report({
      code: 'playbook-syntax',
      message: 'an entry of the playbook is a task, where only plays can be',
      at,
      expected: 'a play: hosts: with tasks: below; or import_tasks to use a file of tasks',
    });
    return undefined;
  }
  checkKeys(mapping, base);
  const common = readKeywords(mapping, 'play', base);
  const hosts = readHosts(mapping, base);
  const scope: Scope = {
    ...base,
    tags: common.tags,
    vars: mergeMappings([common.vars, outer.vars]),
  };
  const nodes = (keyword: string, handlers = false) =>
    scope.readNodes(mapping.get(keyword), keyword, {
      ...scope,
      handlers,
      at: placeOfValue(mapping, keyword, at),
    });
  const preTasks = nodes('pre_tasks');
  const roles = readRoleEntries(
    mapping.get('roles'),
    { ...scope, at: placeOfValue(mapping, 'roles', at) },
    readRole,
  );
  const tasks = nodes('tasks');
  const postTasks = nodes('post_tasks');
  const handlers = nodes('handlers', true);
  const play = playKeywords(mapping, common, scope);
  if (hosts === undefined) return undefined;
  return {
    ...common,
    ...play,
    hosts,
    vars: common.vars,
    preTasks,
    roles,
    tasks,
    postTasks,
    handlers: [...handlers, ...parts.roleHandlers],
    folder: dirname(scope.file),
    file: scope.file,
    roleScopes: parts.roleScopes,
  };
}

/** `user` on a play is the older name of remote_user. */
function withRemoteUser(mapping: Mapping): Mapping {
  const user = mapping.get('user');
  if (typeof user !== 'string' || mapping.has('remote_user')) return mapping;
  const renamed = withoutKeys(mapping, (key) => key === 'user');
  return renamed.set('remote_user', user);
}

function playKeywords(mapping: Mapping, common: ReadKeywords, scope: Scope) {
  return {
    varsFiles: readVarsFiles(written(mapping, 'vars_files', scope)),
    varsPrompt: readVarsPrompt(written(mapping, 'vars_prompt', scope)),
    strategy: readStrategy(written(mapping, 'strategy', scope)),
    serial: readSerial(written(mapping, 'serial', scope)),
    needs: readNeeds(written(mapping, 'needs', scope)),
    order: readOrder(written(mapping, 'order', scope)),
    gatherFacts: common.gatherFacts as Templated | undefined,
    gatherSubset: common.gatherSubset as Templated | undefined,
    forceHandlers: common.forceHandlers as Templated | undefined,
    maxFailPercentage: common.maxFailPercentage as Templated | undefined,
  };
}

/** Whether a mapping without hosts is a task that stands where a play should be. */
function isTask(mapping: Mapping, scope: Scope): boolean {
  if (mapping.has('hosts') || mapping.has('tasks') || mapping.has('roles')) return false;
  const modules = scope.loading.context.knownModules;
  return [...mapping.keys()].some(
    (key) => typeof key === 'string' && (key === 'block' || looksLikeModule(key, modules)),
  );
}

function checkKeys(mapping: Mapping, scope: Scope): void {
  const { loading } = scope;
  for (const key of mapping.keys()) {
    if (typeof key === 'string' && Object.hasOwn(keywords.play, key)) continue;
    const at = placeOfKey(mapping, key, scope.at);
    if (typeof key === 'string' && looksLikeModule(key, loading.context.knownModules)) {
      loading.report({
        code: 'playbook-syntax',
        message: `'${key}' stands on a play, where no task can be`,
        at,
        hint: 'Put it in a task, under tasks: of the play.',
      });
    } else reportUnknownKeyword(loading, 'play', key, at);
  }
}

function readHosts(mapping: Mapping, scope: Scope): Templated | undefined {
  const entry = written(mapping, 'hosts', scope);
  if (!entry) {
    scope.loading.report({
      code: 'playbook-syntax',
      message: 'a play names no hosts',
      at: placeOf(mapping, scope.at),
      expected: 'hosts: with a pattern, such as all',
    });
    return undefined;
  }
  const names = entry.value === null || entry.value === '' ? [] : readNames(entry);
  if (names === undefined) return undefined;
  if (names.length === 0) return refuse(entry, 'a pattern, such as all, or a list of patterns');
  return Array.isArray(entry.value) ? names : names[0];
}

/** Each entry a file name, or a list of which the first that exists is taken. */
function readVarsFiles(entry: Written | undefined): Templated[] {
  if (!entry || entry.value === null) return [];
  const items = Array.isArray(entry.value) ? entry.value : [entry.value];
  const isName = (item: Value) => typeof item === 'string' && item !== '';
  const fits = (item: Value) =>
    Array.isArray(item) ? item.length > 0 && item.every(isName) : isName(item);
  return items.filter((item, index) => {
    if (fits(item)) return true;
    const at = placeOfValue(entry.value, index, entry.at);
    refuse(
      { ...entry, value: item, at },
      'file names, or lists of which the first that exists counts',
    );
    return false;
  });
}

function readStrategy(entry: Written | undefined): Play['strategy'] {
  if (!entry || entry.value === null) return 'linear';
  const name = String(entry.value).replace(/^ansible\.builtin\./, '');
  if (name === 'linear' || name === 'free') return name;
  const known = name === 'host_pinned' || name === 'debug' || name.includes('.');
  entry.loading.report({
    code: known ? 'unsupported-keyword' : 'invalid-keyword',
    message: `the strategy '${name}' ${known ? 'is not supported' : 'does not exist'}`,
    at: entry.at,
    expected: 'linear or free',
    nearest: known ? undefined : nearestName(name, ['linear', 'free']),
    hint: name === 'host_pinned' ? 'Use free.' : undefined,
  });
  return 'linear';
}

function readSerial(entry: Written | undefined): Templated[] {
  if (!entry || entry.value === null) return [];
  const items = Array.isArray(entry.value) ? entry.value : [entry.value];
  return items.filter((item, index) => {
    if (typeof item === 'number' && Number.isInteger(item) && item >= 0) return true;
    if (typeof item === 'string' && (isTemplate(item) || /^\d+(\.\d+)?%?$/.test(item.trim())))
      return true;
    const at = placeOfValue(entry.value, index, entry.at);
    refuse(
      { ...entry, value: item, at },
      'a number of hosts, a percentage such as 30%, or a list of them',
    );
    return false;
  });
}

const orders = ['inventory', 'reverse_inventory', 'sorted', 'reverse_sorted', 'shuffle'] as const;

function readOrder(entry: Written | undefined): Play['order'] {
  if (!entry || entry.value === null) return 'inventory';
  const order = orders.find((name) => name === entry.value);
  if (!order) refuse(entry, orders.join(', '));
  return order ?? 'inventory';
}
