import { Float, Undefined, Unknown, type Value } from '../../values.ts';
import { getKey, numeric } from '../python/compare.ts';
import { Fault, used } from '../python/faults.ts';
import { findMethod } from '../python/methods.ts';
import { asObject, asValue, Tuple, typeName } from '../python/objects.ts';
import { slice } from '../python/slices.ts';
import { shown, text } from '../python/text.ts';
import { BoundFunction } from '../runtime/callable.ts';
import { MissingKey } from '../runtime/missing.ts';
import type { Evaluate } from '../runtime/template.ts';
import { describeExpression, type ExpressionOf } from '../syntax.ts';
import type { Compiling } from './contract.ts';

/** `a.b`: a key of a dict, then a method. Of an Undefined or Unknown it is one as well. */
export function compileAttribute(compiling: Compiling, node: ExpressionOf<'attribute'>): Evaluate {
  const target = compiling.expression(node.target);
  const path = describeExpression(node);
  const { name } = node;
  return compiling.placed(node.offset, (frame) => attribute(target(frame), name, path));
}

/** `a[b]`. */
export function compileItem(compiling: Compiling, node: ExpressionOf<'item'>): Evaluate {
  const target = compiling.expression(node.target);
  const key = compiling.operand(node.key);
  const path = describeExpression(node);
  const dynamic = node.key.kind !== 'constant';
  return compiling.placed(node.offset, (frame) => {
    const container = target(frame);
    if (container instanceof Unknown || container instanceof Undefined) return container;
    const index = key(frame);
    const found = item(used(container), index);
    if (found !== undefined) return found;
    const shownPath = dynamic ? path.replace('[…]', `[${shown(index)}]`) : path;
    return missing(shownPath, index, container);
  });
}

export function compileSlice(compiling: Compiling, node: ExpressionOf<'slice'>): Evaluate {
  const target = compiling.operand(node.target);
  const bounds = [node.start, node.stop, node.step].map(
    (bound) => bound && compiling.operand(bound),
  );
  return compiling.placed(node.offset, (frame) => {
    const [start, stop, step] = bounds.map((bound) => bound && bound(frame));
    return slice(target(frame), start, stop, step);
  });
}

/** `value.name`, or an Undefined named `path`. */
export function attribute(value: Value, name: string, path: string): Value {
  if (value instanceof Map) {
    const found = value.get(name);
    if (found !== undefined) return found;
  }
  if (value instanceof Unknown) return value;
  if (value instanceof Undefined) return value;
  used(value);
  if (/^__.*__$/.test(name)) throw new Fault(`'${name}' of ${typeName(value)} is not accessible`);
  const object = asObject(value);
  if (object) return object.attribute(name) ?? new MissingKey(path, name, value);
  const method = findMethod(value, name);
  if (method) return asValue(new BoundFunction(name, method, value));
  return new MissingKey(path, name, value);
}

/** `value[key]`, or undefined. */
export function item(value: Value, key: Value): Value | undefined {
  if (value instanceof Map) return getKey(value, key);
  if (Array.isArray(value) || typeof value === 'string') {
    const index = key instanceof Float ? undefined : numeric(key);
    if (index === undefined) return typeof key === 'string' ? boundMethod(value, key) : undefined;
    const items = typeof value === 'string' && /[\ud800-\udfff]/.test(value) ? [...value] : value;
    return items[index < 0 ? items.length + index : index];
  }
  return typeof key === 'string' ? asObject(value)?.attribute(key) : undefined;
}

function boundMethod(value: Value, name: string): Value | undefined {
  const method = value instanceof Tuple ? undefined : findMethod(value, name);
  return method && asValue(new BoundFunction(name, method, value));
}

function missing(path: string, key: Value, container: Value): Undefined {
  if (Array.isArray(container) && typeof key === 'number') {
    return new Undefined(
      path,
      `'${path}' is undefined: the list has ${container.length} item${container.length === 1 ? '' : 's'}`,
    );
  }
  return new MissingKey(path, text(key), container);
}
