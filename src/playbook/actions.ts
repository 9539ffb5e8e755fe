import type { SourcePosition } from '../errors.ts';
import { nearestName } from '../errors.ts';
import type { Mapping, Value } from '../values.ts';
import { positionOf, recordPositions } from '../yaml/positions.ts';
import { reportUnknownKeyword, written } from './common.ts';
import { isTemplate, refuse } from './keyword-values.ts';
import { keywords, type Level } from './keywords.ts';
import { loaderActions, looksLikeModule, moduleProblem, shortName } from './module-names.ts';
import { mergeMappings, placeOf, placeOfKey, placeOfValue, withoutKeys } from './places.ts';
import type { Action } from './play.ts';
import type { Scope } from './scope.ts';
import { splitArguments } from './split-arguments.ts';

/** An action and whether it was written as local_action. */
export interface ReadAction {
  readonly action: Action;
  readonly local: boolean;
}

/**
 * Finds the one module of a task and its arguments, in every form that Ansible takes: `apt: {…}`,
 * `apt: name=x`, `action: apt name=x`, `action: {module: apt}`, `local_action: …`, with `args` below.
 * Reports keys that are neither keyword nor module, a second module, and the lack of one.
 */
export function readAction(task: Mapping, level: Level, scope: Scope): ReadAction | undefined {
  const { loading } = scope;
  const modules = loading.context.knownModules;
  const at = placeOf(task, scope.at);
  const candidates: Value[] = [];
  const strange: Value[] = [];
  for (const key of task.keys()) {
    if (key === 'action' || key === 'local_action') candidates.push(key);
    else if (typeof key === 'string' && isTaskKeyword(key, level)) continue;
    else if (typeof key === 'string' && looksLikeModule(key, modules)) candidates.push(key);
    else strange.push(key);
  }
  const [first, ...others] = candidates;
  for (const other of others) {
    loading.report({
      code: 'playbook-syntax',
      message: `a task has two modules, '${String(first)}' and '${String(other)}'`,
      at: placeOfKey(task, other, at),
      hint: 'Make two tasks of it, each beginning with a dash.',
    });
  }
  if (first === undefined) {
    reportNoModule(task, strange, level, scope);
    return undefined;
  }
  for (const key of strange) reportStranger(task, key, first, level, scope);
  return first === 'action' || first === 'local_action'
    ? readActionKeyword(task, first, scope)
    : readModuleKey(task, first as string, scope);
}

/** A key beside a module that is no keyword: often an argument that lacks its indentation. */
function reportStranger(
  task: Mapping,
  key: Value,
  module: Value,
  level: Level,
  scope: Scope,
): void {
  const { loading } = scope;
  const at = placeOfKey(task, key, scope.at);
  const known = loading.context.knownModules.get(shortName(String(module)));
  if (typeof key !== 'string' || !known?.argNames?.includes(key)) {
    reportUnknownKeyword(loading, level, key, at);
    return;
  }
  loading.report({
    code: 'unknown-keyword',
    message: `'${key}' is no keyword of a ${level} but an argument of ${String(module)}`,
    at,
    hint: `Indent it below ${String(module)}.`,
  });
}

function isTaskKeyword(key: string, level: Level): boolean {
  return Object.hasOwn(keywords[level], key) || key.startsWith('with_');
}

function reportNoModule(
  task: Mapping,
  strange: readonly Value[],
  level: Level,
  scope: Scope,
): void {
  const { loading } = scope;
  const at = placeOf(task, scope.at);
  const [candidate, ...rest] = strange;
  const known = [...loading.context.knownModules.keys(), ...loaderActions];
  if (rest.length === 0 && typeof candidate === 'string') {
    const keyAt = placeOfKey(task, candidate, at);
    const belongs =
      Object.hasOwn(keywords.play, candidate) || Object.hasOwn(keywords.block, candidate);
    if (!belongs) {
      const problem = moduleProblem(candidate, loading.context.knownModules, keyAt);
      if (problem) {
        const nearest = problem.nearest ?? nearestName(candidate, Object.keys(keywords[level]));
        loading.report({ ...problem, nearest });
      }
      return;
    }
  }
  for (const key of strange) {
    const nearest = typeof key === 'string' ? nearestName(shortName(key), known) : undefined;
    if (nearest === undefined) {
      reportUnknownKeyword(loading, level, key, placeOfKey(task, key, at));
      continue;
    }
    loading.report({
      code: 'unknown-module',
      message: `'${String(key)}' is neither a keyword of a ${level} nor a module`,
      at: placeOfKey(task, key, at),
      nearest,
    });
  }
  if (strange.length > 0) return;
  loading.report({
    code: 'playbook-syntax',
    message: `a ${level} names no module`,
    at,
    expected: 'one module with its arguments, such as `ping:`',
  });
}

function readModuleKey(task: Mapping, key: string, scope: Scope): ReadAction | undefined {
  const at = placeOfKey(task, key, scope.at);
  if (reportModule(key, at, scope)) return undefined;
  const valueAt = placeOfValue(task, key, scope.at);
  const args = readArguments(task, key, task.get(key)!, valueAt, scope);
  return { action: { written: key, module: shortName(key), args, at }, local: false };
}

function readActionKeyword(
  task: Mapping,
  keyword: 'action' | 'local_action',
  scope: Scope,
): ReadAction | undefined {
  const entry = written(task, keyword, scope)!;
  const { value, at } = entry;
  const local = keyword === 'local_action';
  if (typeof value === 'string') {
    const [, module = '', rest = ''] = /^\s*(\S+)\s*([\s\S]*)$/.exec(value) ?? [];
    if (isTemplate(module)) return refuse(entry, 'the name of a module that is known, no template');
    if (module === '') return refuse(entry, 'a module and its arguments');
    if (reportModule(module, at, scope)) return undefined;
    const args = readArguments(task, module, rest, at, scope);
    return { action: { written: module, module: shortName(module), args, at }, local };
  }
  const named = value instanceof Map ? value.get('module') : undefined;
  if (!(value instanceof Map) || typeof named !== 'string') {
    return refuse(entry, 'a module and its arguments, or a mapping with `module`');
  }
  const [, module = '', rest = ''] = /^\s*(\S+)\s*([\s\S]*)$/.exec(named) ?? [];
  const nameAt = placeOfValue(value, 'module', at);
  if (reportModule(module, nameAt, scope)) return undefined;
  const given = withoutKeys(value, (key) => key === 'module');
  const free = readArguments(task, module, rest, nameAt, scope);
  const args = free instanceof Map ? mergeMappings([free, given]) : given;
  return { action: { written: module, module: shortName(module), args, at: nameAt }, local };
}

function reportModule(name: string, at: SourcePosition, scope: Scope): boolean {
  const problem = moduleProblem(name, scope.loading.context.knownModules, at);
  if (problem) scope.loading.report(problem);
  return problem !== undefined;
}

/** The arguments beside the module's name over those under `args`. */
function readArguments(
  task: Mapping,
  module: string,
  value: Value,
  at: SourcePosition,
  scope: Scope,
): Value {
  const entry = { loading: scope.loading, keyword: module, value, at };
  const own = ownArguments(module, value, at, scope) ?? refuseArguments(entry);
  const below = written(task, 'args', scope);
  if (!below || below.value === null) return own;
  if (isTemplate(below.value) && own instanceof Map && own.size === 0) return below.value;
  if (!(below.value instanceof Map) || !(own instanceof Map)) {
    refuse(below, 'a mapping of arguments');
    return own;
  }
  return mergeMappings([below.value, own]);
}

function refuseArguments(entry: Parameters<typeof refuse>[0]): Mapping {
  refuse(entry, 'a mapping of arguments, or k=v words');
  return new Map();
}

function ownArguments(
  module: string,
  value: Value,
  at: SourcePosition,
  scope: Scope,
): Value | undefined {
  if (value === null) return recorded(new Map(), at);
  if (value instanceof Map) return value;
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return undefined;
  return splitText(module, text, at, scope);
}

/** `k=v` words and free text as a mapping; a lone template stands for the whole mapping. */
function splitText(module: string, text: string, at: SourcePosition, scope: Scope): Value {
  const { loading } = scope;
  const short = shortName(module);
  const known = loading.context.knownModules.get(short);
  const free = known?.freeForm !== undefined || loaderActions.has(short);
  const only = free && known?.argNames ? new Set(known.argNames) : undefined;
  const split = splitArguments(text, only);
  if (split.unbalanced && !only) {
    loading.report({
      code: 'playbook-syntax',
      message: `the arguments of '${module}' have an open quote or open braces`,
      at,
    });
  }
  const args: Mapping = new Map(split.pairs);
  if (split.free !== '') {
    if (free) args.set('_raw_params', split.free);
    else if (args.size === 0 && isTemplate(split.free)) return split.free;
    else {
      loading.report({
        code: 'playbook-syntax',
        message: `'${module}' takes no free text, yet it is given '${split.free}'`,
        at,
        expected: 'a mapping of arguments, or k=v words',
      });
    }
  }
  return recorded(args, at);
}

function recorded(args: Mapping, at: SourcePosition): Mapping {
  if (positionOf(args)) return args;
  const places = new Map([...args.keys()].map((key) => [key as Value | number, at]));
  recordPositions(args, { self: at, keys: places, values: places });
  return args;
}
