import type { Value } from '../values.ts';
import type { Common } from './play.ts';
import type { RoleRequest } from './role-request.ts';

/** The same text for two requests that would run the same tasks in the same way. */
export function fingerprint(path: string, request: RoleRequest): string {
  return JSON.stringify([
    path,
    plain(request.params),
    plain(request.vars ?? request.common.vars ?? null),
    request.tasksFrom,
    request.varsFrom,
    request.defaultsFrom,
    request.handlersFrom,
    given(request.common),
    request.common.tags,
  ]);
}

/**
 * What is around the roles that a role brings: `outer` and the keywords of the role, '' when there are
 * none. Two mentions of a role count as one only where both would run at all.
 */
export function surroundings(outer: string, common: Common): string {
  const own = given(common);
  return own.length === 0 ? outer : JSON.stringify([outer, own]);
}

function given(common: Common): unknown[] {
  const { at: _at, name: _name, tags: _tags, vars: _vars, ...keywords } = common;
  return Object.entries(keywords).flatMap(([name, value]) => {
    const empty = value === undefined || (Array.isArray(value) && value.length === 0);
    return empty ? [] : [[name, plainKeyword(name, value)]];
  });
}

function plainKeyword(name: string, value: unknown): unknown {
  if (name === 'when') return (value as { source: unknown }[]).map((condition) => condition.source);
  return plain(value as Value);
}

function plain(value: Value | undefined): unknown {
  if (value instanceof Map) return [...value].map(([key, item]) => [plain(key), plain(item)]);
  return Array.isArray(value) ? value.map(plain) : value;
}
