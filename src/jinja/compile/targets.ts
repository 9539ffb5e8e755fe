import type { Value } from '../../values.ts';
import { Fault, used } from '../python/faults.ts';
import { iterate } from '../python/iterate.ts';
import { asObject, typeName } from '../python/objects.ts';
import type { Frame } from '../runtime/frame.ts';
import { Namespace } from '../runtime/namespace.ts';
import type { Target } from '../syntax.ts';
import type { Compiling } from './contract.ts';

export type Assign = (frame: Frame, value: Value) => void;

/** An assignment to a target; its names count as declared from here on. */
export function compileTarget(compiling: Compiling, target: Target): Assign {
  if (target.kind === 'name') {
    const { name } = target;
    compiling.analysis.declare(name);
    return (frame, value) => frame.set(name, value);
  }
  if (target.kind === 'attribute') {
    const { object, name } = target;
    compiling.analysis.use(object);
    return (frame, value) => {
      const holder = frame.get(object, false);
      const namespace = holder === undefined ? undefined : asObject(holder);
      if (!(namespace instanceof Namespace)) {
        throw new Fault(`'${object}.${name}' cannot be set: '${object}' is no namespace()`);
      }
      namespace.values.set(name, value);
    };
  }
  const items = target.items.map((item) => compileTarget(compiling, item));
  return (frame, value) => {
    const values = iterate(used(value));
    if (values.length !== items.length) {
      throw new Fault(
        `${items.length} names cannot take the ${values.length} values of this ${typeName(value)}`,
      );
    }
    for (const [index, assign] of items.entries()) assign(frame, values[index]!);
  };
}

export function targetNames(target: Target): string[] {
  if (target.kind === 'name') return [target.name];
  return target.kind === 'tuple' ? target.items.flatMap(targetNames) : [];
}
