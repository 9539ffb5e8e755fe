import { RolecallError } from '../errors.ts';
import type { Task } from '../playbook/play.ts';
import { type ArgumentSchema, checkArguments } from '../schema/check.ts';
import { type Mapping, Omit, type Plain, toPlain, Unknown, type Value } from '../values.ts';
import { isOpen } from '../variables/literals.ts';
import { type positionOf, positionOfKey, positionOfValue } from '../yaml/positions.ts';
import type { Inherited } from './inherit.ts';
import type { TaskScope } from './task-scope.ts';

/** A module or action, as far as its arguments go. */
export interface Callable extends ArgumentSchema {
  readonly freeForm: string | undefined;
  readonly open?: boolean;
  /** Arguments that stay as written. */
  readonly raw?: readonly string[];
}

export interface EvaluatedArguments {
  /** Evaluated, `omit` dropped, the raw ones as written. */
  readonly values: Mapping;
  /** Checked, types bent, defaults filled in. */
  readonly args: { readonly [key: string]: unknown };
  /** The first argument that cannot be known yet. */
  readonly unknown: Unknown | undefined;
}

/**
 * The arguments of a task on one host: module_defaults below what the task says, templates evaluated,
 * checked. Throws RolecallError with every problem.
 */
export function evaluateArguments(
  callable: Callable,
  task: Task,
  inherited: Inherited,
  scope: TaskScope,
): EvaluatedArguments {
  const defaults = inherited.moduleDefaults
    .map((all) => all.get(callable.name) ?? all.get(`ansible.builtin.${callable.name}`))
    .filter((own) => own instanceof Map);
  const evaluate = (): EvaluatedArguments => {
    const values: Mapping = new Map();
    for (const own of defaults) take(values, own, callable, scope, task);
    take(values, asMapping(task.action.args, task, scope), callable, scope, task);
    return check(callable, values, task);
  };
  const isLiteral = task.action.args instanceof Map && !isOpen(task.action.args);
  return isLiteral && defaults.length === 0 ? ofLiteral(task, evaluate) : evaluate();
}

/** Arguments without templates are the same on every host. */
const literals = new WeakMap<Task, EvaluatedArguments>();

function ofLiteral(task: Task, evaluate: () => EvaluatedArguments): EvaluatedArguments {
  let known = literals.get(task);
  if (!known) {
    known = evaluate();
    Object.freeze(known.args);
    literals.set(task, known);
  }
  return known;
}

function asMapping(args: Value, task: Task, scope: TaskScope): Mapping {
  if (args instanceof Map) return args;
  const evaluated = scope.evaluate(args, task.action.at);
  if (evaluated instanceof Map) return evaluated;
  if (evaluated === null) return new Map();
  throw new RolecallError({
    code: 'invalid-argument',
    message: `the arguments of ${task.action.written} are no mapping`,
    at: task.action.at,
  });
}

function take(
  values: Mapping,
  given: Mapping,
  callable: Callable,
  scope: TaskScope,
  task: Task,
): void {
  for (const [key, value] of given) {
    const name = key === '_raw_params' && callable.freeForm ? callable.freeForm : key;
    const at = positionOfValue(given, key) ?? task.action.at;
    const isRaw = callable.raw?.includes(callable.aliases[String(name)] ?? String(name));
    const evaluated = isRaw ? value : scope.evaluate(value, at);
    if (evaluated instanceof Omit) values.delete(name);
    else values.set(name, evaluated);
  }
}

function check(callable: Callable, values: Mapping, task: Task): EvaluatedArguments {
  const plain: { [key: string]: Plain } = Object.create(null);
  const later = new Set<string>();
  let unknown: Unknown | undefined;
  for (const [key, value] of values) {
    const name = String(key);
    const found = findUnknown(value);
    if (found) unknown ??= found;
    if (callable.open && !keyOf(callable, name)) continue;
    const isRaw = callable.raw?.includes(callable.aliases[name] ?? name);
    if (found || isRaw) later.add(name);
    plain[name] = later.has(name) ? null : toPlain(value);
  }
  const { args, problems } = checkArguments(callable, {
    values: plain,
    later,
    at: (name) => (name === undefined ? task.action.at : placeOf(task, name)),
  });
  if (problems.length > 0) throw new RolecallError(problems);
  return { values, args, unknown };
}

function keyOf(callable: Callable, key: string): boolean {
  return (callable.aliases[key] ?? key) in callable.args.properties;
}

function placeOf(task: Task, name: string): ReturnType<typeof positionOf> {
  const { args, at } = task.action;
  return positionOfKey(args, name) ?? positionOfValue(args, name) ?? at;
}

/** The first unknown anywhere inside a value. */
export function findUnknown(value: Value): Unknown | undefined {
  if (value instanceof Unknown) return value;
  if (Array.isArray(value)) return firstOf(value);
  if (value instanceof Map) return firstOf(value.values());
  return undefined;
}

function firstOf(values: Iterable<Value>): Unknown | undefined {
  for (const value of values) {
    const found = findUnknown(value);
    if (found) return found;
  }
  return undefined;
}
