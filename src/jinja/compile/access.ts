import { Undefined, Unknown, type Value } from '../../values.ts';
import { used } from '../python/faults.ts';
import { slice } from '../python/slices.ts';
import { shown, text } from '../python/text.ts';
import { attribute, item } from '../runtime/access.ts';
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
    const [start, stop, step] = bounds.map((bound) => bound?.(frame));
    return slice(target(frame), start, stop, step);
  });
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
