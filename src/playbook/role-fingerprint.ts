import type { Value } from '../values.ts';
import type { RoleRequest } from './role-request.ts';

/** The same text for two requests that would run the same tasks in the same way. */
export function fingerprint(path: string, request: RoleRequest): string {
  const { at: _at, name: _name, ...keywords } = request.common;
  return JSON.stringify([
    path,
    plain(request.params),
    plain(request.vars ?? null),
    request.tasksFrom,
    request.varsFrom,
    request.defaultsFrom,
    request.handlersFrom,
    Object.entries(keywords).map(([name, value]) => [name, plainKeyword(name, value)]),
  ]);
}

function plainKeyword(name: string, value: unknown): unknown {
  if (name === 'when') return (value as { source: unknown }[]).map((condition) => condition.source);
  return plain(value as Value);
}

function plain(value: Value | undefined): unknown {
  if (value instanceof Map) return [...value].map(([key, item]) => [plain(key), plain(item)]);
  return Array.isArray(value) ? value.map(plain) : value;
}
