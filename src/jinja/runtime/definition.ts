import { nearestName } from '../../errors.ts';
import type { Value } from '../../values.ts';
import { Fault, used } from '../python/faults.ts';
import type { Machine } from './machine.ts';

/** Arguments in the order of a definition's parameters; undefined = not given. */
export type Bound = readonly (Value | undefined)[];

/** A filter, test, method or function that templates can call. */
export interface Definition {
  /** One line for the reference. */
  readonly summary: string;
  /** In order: `name`, `name?` (may be left out), `*rest` (a list), `**options` (a dict). */
  readonly parameters: readonly string[];
  /** Takes Undefined and Unknown as they are, instead of failing before the call. */
  readonly lenient?: boolean;
  /** Differs at each call or acts on the world: refused when only trying. */
  readonly impure?: boolean;
  /** For a test, only the truth of the result counts. */
  apply(input: Value, args: Bound, machine: Machine): Value;
}

/** Checks the arguments against the definition and calls it. */
export function applyDefinition(
  name: string,
  definition: Definition,
  input: Value,
  positional: readonly Value[],
  named: ReadonlyMap<string, Value>,
  machine: Machine,
): Value {
  if (!definition.lenient) used(input);
  if (definition.impure && machine.environment.speculative) {
    throw new Fault(`'${name}' gives another result each time, so it cannot be tried in advance`);
  }
  return definition.apply(input, bind(name, definition, positional, named), machine);
}

/** `ansible.builtin.to_json` and the like name the same filter as `to_json`. */
export function shortName(name: string): string {
  const at = name.lastIndexOf('.');
  return at === -1 ? name : name.slice(at + 1);
}

function bind(
  name: string,
  { parameters, lenient }: Definition,
  positional: readonly Value[],
  named: ReadonlyMap<string, Value>,
): Bound {
  const check = lenient ? (value: Value) => value : used;
  const bound: (Value | undefined)[] = [];
  const taken = new Set<string>();
  let next = 0;
  for (const parameter of parameters) {
    if (parameter.startsWith('**')) {
      const rest = [...named].filter(([key]) => !taken.has(key));
      for (const [key] of rest) taken.add(key);
      bound.push(new Map<Value, Value>(rest));
    } else if (parameter.startsWith('*')) {
      bound.push(positional.slice(next).map(check));
      next = positional.length;
    } else {
      const optional = parameter.endsWith('?');
      const key = optional ? parameter.slice(0, -1) : parameter;
      let value = named.get(key);
      if (value !== undefined) taken.add(key);
      else if (next < positional.length) value = positional[next++]!;
      if (value === undefined && !optional)
        throw new Fault(`'${name}' needs the argument '${key}'`);
      bound.push(value === undefined ? undefined : check(value));
    }
  }
  if (next < positional.length) {
    throw new Fault(
      `'${name}' takes at most ${next} argument${next === 1 ? '' : 's'}, ${positional.length} were given`,
    );
  }
  for (const key of named.keys()) {
    if (taken.has(key)) continue;
    const known = parameters
      .filter((parameter) => !parameter.startsWith('*'))
      .map((parameter) => parameter.replace('?', ''));
    throw new Fault(`'${name}' has no argument '${key}'`, nearestName(key, known));
  }
  return bound;
}
