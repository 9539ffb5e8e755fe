import { Unknown, type Value } from '../../values.ts';
import { truth } from '../python/compare.ts';
import { UnknownUse, used } from '../python/faults.ts';
import { iterate } from '../python/iterate.ts';
import { asValue } from '../python/objects.ts';
import type { Frame } from '../runtime/frame.ts';
import { Loop } from '../runtime/loop.ts';
import { type Evaluate, type Jump, Output, type Run } from '../runtime/template.ts';
import type { StatementOf } from '../syntax.ts';
import type { Compiling } from './contract.ts';
import { placedError } from './errors.ts';
import { type Assign, compileTarget, targetNames } from './targets.ts';

interface Code {
  readonly assign: Assign;
  readonly condition: Evaluate | undefined;
  readonly body: Run;
  readonly otherwise: Run | undefined;
  readonly recursive: boolean;
}

export function compileFor(compiling: Compiling, node: StatementOf<'for'>): Run {
  const iterable = compiling.operand(node.iterable);
  const { analysis, source } = compiling;
  const code: Code = analysis.scoped([...targetNames(node.target), 'loop'], () => ({
    assign: compileTarget(compiling, node.target),
    condition: node.condition && compiling.operand(node.condition),
    body: compiling.body(node.body),
    otherwise: undefined,
    recursive: node.recursive,
  }));
  const otherwise = node.otherwise && analysis.scoped([], () => compiling.body(node.otherwise!));
  const complete = { ...code, otherwise };
  return (frame, out) => {
    const value = iterable(frame);
    let items: readonly Value[];
    try {
      items = iterate(value);
    } catch (error) {
      throw placedError(error, source, node.iterable.offset, frame);
    }
    return runLoop(complete, items, frame, out, 1);
  };
}

function runLoop(
  code: Code,
  given: readonly Value[],
  frame: Frame,
  out: Output,
  depth: number,
): Jump {
  const { runtime } = frame;
  const items = code.condition ? filtered(code, code.condition, given, frame) : given;
  if (items.length === 0) return code.otherwise ? code.otherwise(frame.child(), out) : 0;
  const recurse = (value: Value, level: number): Value => {
    const inner = new Output();
    runtime.within('loop()', () => runLoop(code, iterate(used(value)), frame, inner, level));
    return inner.toString();
  };
  const loop = new Loop(items, depth, code.recursive ? recurse : undefined);
  for (const [index, item] of items.entries()) {
    runtime.step();
    loop.index = index;
    const inner = frame.child();
    code.assign(inner, item);
    inner.set('loop', asValue(loop));
    if (code.body(inner, out) === 1) break;
  }
  return 0;
}

function filtered(code: Code, condition: Evaluate, items: readonly Value[], frame: Frame): Value[] {
  return items.filter((item) => {
    frame.runtime.step();
    const inner = frame.child();
    code.assign(inner, item);
    const value = condition(inner);
    if (value instanceof Unknown) throw new UnknownUse(value);
    return truth(value);
  });
}
