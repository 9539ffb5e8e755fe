import { RolecallError, type SourcePosition } from '../../errors.ts';
import type { Task } from '../../playbook/play.ts';
import type { ParameterPath } from '../../schema/parameters.ts';
import { asFinal, type Mapping, Unknown, type Value } from '../../values.ts';
import { type Layer, precedence, trustedLayer } from '../../variables/layer.ts';
import { positionOf, positionOfKey, positionOfValue } from '../../yaml/positions.ts';
import type { TaskScope } from '../task-scope.ts';

/** One parameter as it is written, and the mapping in which it stands. */
export interface GivenParameter {
  readonly literal: Value;
  readonly container: Mapping;
  /** Strings in it are templates. */
  readonly trusted: boolean;
}

/** The parameters of a typed role as written: each from the layer that wins. */
export interface GivenParameters {
  readonly byName: ReadonlyMap<string, GivenParameter>;
  /** Where the role is asked for: the place of what is missing. */
  readonly at: SourcePosition;
}

/** `load-balancer` → `load_balancer`: the variable that holds a role's parameters. */
export function variableOf(role: string): string {
  return role.replaceAll('-', '_');
}

/**
 * What the layers say in the variable of the role's name, parameter by parameter, and what stands in
 * the role entry itself. Throws when the variable holds something else than a mapping.
 */
export function givenParameters(task: Task, scope: TaskScope): GivenParameters {
  const role = task.role!;
  const variable = variableOf(role.name);
  const byName = new Map<string, GivenParameter>();
  const inline = trustedLayer(`role entry ${role.name}`, role.params, precedence.roleParams);
  const layers = [...scope.layers(variable), inline].sort((a, b) => a.precedence - b.precedence);
  for (const layer of layers) {
    const container =
      layer === inline ? role.params : mappingOf(layer, variable, role.name, scope, task);
    for (const [name, literal] of container) {
      byName.set(String(name), { literal, container, trusted: layer.trusted });
    }
  }
  return { byName, at: task.action.at };
}

/** Where a part of the parameters stands, or as near to it as is known. */
export function placeOfParameter(
  { byName, at }: GivenParameters,
  path: ParameterPath,
  side: 'key' | 'value' = 'value',
): SourcePosition {
  const [first, ...rest] = path;
  const given = first === undefined ? undefined : byName.get(String(first));
  if (!given) return firstPlace(byName) ?? at;
  let container: Value = given.container;
  let key: string | number = String(first);
  let found = placeIn(container, key, rest.length === 0 ? side : 'value') ?? at;
  for (const [index, part] of rest.entries()) {
    container = itemOf(container, key);
    key = part;
    const place = placeIn(container, key, index === rest.length - 1 ? side : 'value');
    if (!place) break;
    found = place;
  }
  return found;
}

/** All parameters evaluated; the first that cannot be known yet. Throws `undefined-variable` and the like. */
export function evaluateParameters(
  { byName, at }: GivenParameters,
  scope: TaskScope,
): ReadonlyMap<string, Value> {
  return new Map(
    [...byName].map(([name, { literal, container, trusted }]) => {
      const place = positionOfValue(container, name) ?? at;
      return [name, scope.evaluate(trusted ? literal : asFinal(literal), place)];
    }),
  );
}

function mappingOf(
  layer: Layer,
  variable: string,
  role: string,
  scope: TaskScope,
  task: Task,
): Mapping {
  const literal = layer.values.get(variable)!;
  const at = positionOfValue(layer.values as Mapping, variable) ?? task.action.at;
  const value = layer.trusted && !(literal instanceof Map) ? scope.evaluate(literal, at) : literal;
  if (value instanceof Map) return value;
  if (value === null || value instanceof Unknown) return new Map();
  throw new RolecallError({
    code: 'invalid-parameter',
    message: `the variable '${variable}' holds the parameters of the role '${role}', and is no mapping`,
    at,
    expected: 'a mapping of parameters',
  });
}

function placeIn(
  container: Value,
  key: string | number,
  side: 'key' | 'value',
): SourcePosition | undefined {
  const value = positionOfValue(container, key);
  const own = positionOfKey(container, key);
  return side === 'key' ? (own ?? value) : (value ?? own);
}

function itemOf(container: Value, key: string | number): Value {
  if (container instanceof Map) return container.get(key) ?? null;
  return Array.isArray(container) ? (container[Number(key)] ?? null) : null;
}

function firstPlace(byName: ReadonlyMap<string, GivenParameter>): SourcePosition | undefined {
  for (const { container } of byName.values()) {
    const at = positionOf(container);
    if (at) return at;
  }
  return undefined;
}
