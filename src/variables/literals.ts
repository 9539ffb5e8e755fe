import type { SourcePosition } from '../errors.ts';
import { RolecallError } from '../errors.ts';
import { mayContainTemplate } from '../jinja/template.ts';
import { Undefined, Unsafe, type Value, Vaulted } from '../values.ts';
import { positionOf, positionOfKey, positionOfValue } from '../yaml/positions.ts';
import { ComputedMap } from './computed-map.ts';
import { type Dependencies, dependOn, tracked } from './tracking.ts';

/** What turns the strings of literals into values. */
export interface Evaluator {
  template(source: string, at: SourcePosition): Value;
  decrypt(secret: Vaulted): string;
}

/** Whether evaluating the literal could give anything but itself. */
export function isOpen(value: Value): boolean {
  if (typeof value === 'string') return mayContainTemplate(value);
  if (value === null || typeof value !== 'object') return false;
  if (value instanceof Vaulted || value instanceof Unsafe) return true;
  if (!Array.isArray(value) && !(value instanceof Map)) return false;
  let open = known.get(value);
  if (open === undefined) {
    open = Array.isArray(value)
      ? value.some(isOpen)
      : !(value instanceof ComputedMap) &&
        [...value].some(([key, item]) => isOpen(key) || isOpen(item));
    known.set(value, open);
  }
  return open;
}

const known = new WeakMap<object, boolean>();

/**
 * A literal from a file with its templates evaluated. Lists are evaluated at once, the items of
 * mappings when they are asked for, so that one that fails does not take the others with it.
 */
export function evaluateLiteral(
  value: Value,
  evaluator: Evaluator,
  at: SourcePosition = nowhere,
): Value {
  if (!isOpen(value)) return value;
  if (typeof value === 'string') return evaluator.template(value, at);
  if (value instanceof Unsafe) return value.text;
  if (value instanceof Vaulted) return evaluator.decrypt(value);
  if (Array.isArray(value)) {
    return value.map((item, index) => {
      const itemAt = positionOfValue(value, index) ?? at;
      return undefinedInstead(() => evaluateLiteral(item, evaluator, itemAt), `[${index}]`);
    });
  }
  return new EvaluatedMap(value as Map<Value, Value>, evaluator, at);
}

/** What an evaluation gives; one that fails for want of a variable gives Undefined, for `default`. */
export function undefinedInstead(evaluate: () => Value, name: string): Value {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof RolecallError && error.code === 'undefined-variable') {
      const { message, at } = error.problems[0]!;
      return new Undefined(name, at ? `${message} (${at.file}:${at.line}:${at.column})` : message);
    }
    throw error;
  }
}

const nowhere: SourcePosition = { file: '<value>', line: 1, column: 1 };

/** A mapping from a file whose items are evaluated in the scope that it was read in. */
export class EvaluatedMap extends ComputedMap {
  private readonly literals = new Map<Value, { key: Value; literal: Value }>();
  private readonly source: Map<Value, Value>;
  private readonly evaluator: Evaluator;
  private readonly at: SourcePosition;
  private readonly done = new Map<Value, { value: Value; read: Dependencies }>();

  constructor(source: Map<Value, Value>, evaluator: Evaluator, at: SourcePosition) {
    super();
    this.source = source;
    this.evaluator = evaluator;
    this.at = positionOf(source) ?? at;
    for (const [key, literal] of source) {
      const keyAt = positionOfKey(source, key) ?? this.at;
      this.literals.set(evaluateLiteral(key, evaluator, keyAt), { key, literal });
    }
  }

  override has(key: Value): boolean {
    return this.literals.has(key);
  }

  protected override keyList(): Iterable<Value> {
    return this.literals.keys();
  }

  protected override compute(key: Value): Value {
    const done = this.done.get(key);
    if (done) {
      dependOn(done.read);
      return done.value;
    }
    const { key: written, literal } = this.literals.get(key)!;
    if (!isOpen(literal)) return literal;
    const at = positionOfValue(this.source, written) ?? this.at;
    const name = String(key);
    const { result, read } = tracked(this, name, at, () =>
      undefinedInstead(() => evaluateLiteral(literal, this.evaluator, at), name),
    );
    this.done.set(key, { value: result, read });
    return result;
  }

  override set(key: Value, value?: Value): this {
    this.literals.set(key, { key, literal: value ?? null });
    this.done.set(key, { value: value ?? null, read: new Set() });
    return this;
  }

  override delete(key: Value): boolean {
    this.done.delete(key);
    return this.literals.delete(key);
  }
}
