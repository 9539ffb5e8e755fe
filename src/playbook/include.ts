import type { SourcePosition } from '../errors.ts';
import type { Mapping } from '../values.ts';
import { readKeywords, reportUnknownKeyword } from './common.ts';
import type { PlaybookContext } from './context.ts';
import { findTasksFile, readTasksFile, taskFilePlaces } from './imports.ts';
import { readRoleArguments } from './include-arguments.ts';
import { keywords } from './keywords.ts';
import { Loading } from './loading.ts';
import { readNodes } from './nodes.ts';
import { placeOf, placeOfKey } from './places.ts';
import type { Block, Common, Node, RoleScope, Task } from './play.ts';
import { readRole } from './roles.ts';
import type { Scope } from './scope.ts';

/** Where in a run an include stands. */
export interface IncludePlace {
  /** The task that includes, from the playbook or from another include. */
  readonly task: Task;
  /** Folder of the play's file, absolute. */
  readonly playFolder: string;
  /** Whether a handler includes. */
  readonly handlers?: boolean;
  /** Files and roles that include this one already, outermost first: `IncludedTasks.stack`. */
  readonly stack?: readonly string[];
  /** Roles of the play that a dependency need not run again. */
  readonly seenRoles?: Map<string, RoleScope>;
}

export interface IncludedTasks {
  /** Carries the keywords of `apply`; inherits otherwise from what encloses the include, not from the include. */
  readonly block: Block;
  /** For includes inside of it. */
  readonly stack: readonly string[];
}

export interface IncludedRole extends IncludedTasks {
  readonly name: string;
  /** Handlers that the play now has as well. */
  readonly handlers: readonly Node[];
  /** Set when the play sees the role's defaults and vars from here on (`public: true`). */
  readonly publicScopes: readonly RoleScope[];
}

/**
 * Reads the tasks file that an include_tasks names, its name already without templates.
 * Throws a RolecallError with every problem in it; 'source-not-found' names the places searched.
 *
 * @example loadTasksFile('debian.yml', { task, playFolder }, context, apply).block.block
 */
export function loadTasksFile(
  name: string,
  place: IncludePlace,
  context: PlaybookContext,
  apply?: Mapping,
): IncludedTasks {
  const loading = new Loading(context);
  const included = readIncludedTasks(name, place, loading, apply);
  loading.finish();
  return included!;
}

/** Like `loadTasksFile`, with the problems left in `loading`; undefined when the file is missing. */
export function readIncludedTasks(
  name: string,
  place: IncludePlace,
  loading: Loading,
  apply?: Mapping,
): IncludedTasks | undefined {
  const scope = scopeOf(place, loading);
  const path = findTasksFile(name, scope);
  if (!path) {
    loading.report({
      code: 'source-not-found',
      message: `there is no tasks file '${name}'`,
      at: scope.at,
      hint: `Searched: ${taskFilePlaces(name, scope).join(', ')}.`,
    });
    return undefined;
  }
  const block = readTasksFile(path, readApply(apply, scope), scope.at, scope);
  return { block, stack: [...scope.outerStack, path] };
}

/**
 * Reads the role that an include_role names; its arguments are already without templates.
 * Dependencies that are in `seenRoles` are left out.
 *
 * @example loadRole(new Map([['name', 'web'], ['tasks_from', 'reload']]), { task, playFolder }, context)
 */
export function loadRole(
  args: Mapping,
  place: IncludePlace,
  context: PlaybookContext,
): IncludedRole {
  const loading = new Loading(context);
  const included = readIncludedRole(args, place, loading);
  loading.finish();
  return included;
}

/** Like `loadRole`, with the problems left in `loading`. */
export function readIncludedRole(
  args: Mapping,
  place: IncludePlace,
  loading: Loading,
): IncludedRole {
  const scope = scopeOf(place, loading);
  const apply = args.get('apply');
  const common = readApply(apply instanceof Map ? apply : undefined, scope);
  const request = readRoleArguments(args, 'include_role', scope.at, scope);
  const block = request && readRole({ ...request, common }, scope);
  return {
    name: request?.name ?? '',
    block: block ?? emptyBlock(common),
    stack: [...scope.outerStack, `role ${block?.role?.name ?? ''}`],
    handlers: scope.play.roleHandlers,
    publicScopes: scope.play.roleScopes,
  };
}

/** The keywords of `apply`, which are those of a block. */
function readApply(apply: Mapping | undefined, scope: Scope): Common {
  const mapping: Mapping = apply ?? new Map();
  const at = placeOf(mapping, scope.at);
  for (const key of mapping.keys()) {
    const known = typeof key === 'string' && Object.hasOwn(keywords.block, key);
    if (known && !['block', 'rescue', 'always'].includes(key)) continue;
    reportUnknownKeyword(scope.loading, 'block', key, placeOfKey(mapping, key, at));
  }
  return readKeywords(mapping, 'block', { ...scope, at });
}

function scopeOf(place: IncludePlace, loading: Loading): Scope {
  const { task } = place;
  const at: SourcePosition = task.action.at;
  return {
    loading,
    at,
    file: at.file,
    playFolder: place.playFolder,
    folder: task.folder,
    tags: task.inheritedTags ?? [],
    vars: new Map(),
    role: task.role,
    handlers: place.handlers ?? false,
    stack: [],
    outerStack: place.stack ?? [],
    around: `${at.file}:${at.line}`,
    play: {
      roleHandlers: [],
      roleScopes: [],
      seenRoles: place.seenRoles ?? new Map(),
    },
    readNodes,
  };
}

function emptyBlock(common: Common): Block {
  return { ...common, kind: 'block', block: [], rescue: [], always: [], notify: [] };
}
