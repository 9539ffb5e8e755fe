import { RolecallError } from '../../errors.ts';
import { Undefined, Unknown, type Value } from '../../values.ts';
import { negate, operate } from '../python/arithmetic.ts';
import { compare, contains, equal, numeric, setKey, truth } from '../python/compare.ts';
import { Fault, UnknownUse, used } from '../python/faults.ts';
import { Nothing } from '../python/nothing.ts';
import { tuple, typeName } from '../python/objects.ts';
import { text } from '../python/text.ts';
import type { Frame } from '../runtime/frame.ts';
import type { Evaluate } from '../runtime/template.ts';
import type { CompareOperator, ExpressionOf } from '../syntax.ts';
import type { Compiling } from './contract.ts';

export function compileName({ analysis }: Compiling, { name }: ExpressionOf<'name'>): Evaluate {
  analysis.use(name);
  return (frame) => {
    const value = frame.get(name, analysis.mutates);
    return value === undefined ? new Undefined(name) : value;
  };
}

export function compileList(
  compiling: Compiling,
  node: ExpressionOf<'list'> | ExpressionOf<'tuple'>,
): Evaluate {
  const items = node.items.map((item) => compiling.expression(item));
  if (node.kind === 'tuple') return (frame) => tuple(...items.map((item) => item(frame)));
  return (frame) => items.map((item) => item(frame));
}

export function compileDict(compiling: Compiling, node: ExpressionOf<'dict'>): Evaluate {
  const pairs = node.pairs.map(
    ([key, value]) => [compiling.operand(key), compiling.expression(value)] as const,
  );
  return compiling.placed(node.offset, (frame) => {
    const map = new Map<Value, Value>();
    for (const [key, value] of pairs) setKey(map, key(frame), value(frame));
    return map;
  });
}

export function compileUnary(compiling: Compiling, node: ExpressionOf<'unary'>): Evaluate {
  if (node.operator === 'not') {
    const operand = compiling.expression(node.operand);
    return compiling.placed(node.operand.offset, (frame) => {
      const value = operand(frame);
      return value instanceof Unknown ? value : !truth(value);
    });
  }
  const operand = compiling.operand(node.operand);
  if (node.operator === '-')
    return compiling.placed(node.offset, (frame) => negate(operand(frame)));
  return compiling.placed(node.offset, (frame) => {
    const value = operand(frame);
    if (numeric(value) === undefined) throw new Fault(`'+' cannot be used with ${typeName(value)}`);
    return typeof value === 'boolean' ? Number(value) : value;
  });
}

export function compileBinary(compiling: Compiling, node: ExpressionOf<'binary'>): Evaluate {
  const left = compiling.operand(node.left);
  const right = compiling.operand(node.right);
  const { operator } = node;
  return compiling.placed(node.offset, (frame) => operate(operator, left(frame), right(frame)));
}

export function compileConcat(compiling: Compiling, node: ExpressionOf<'concat'>): Evaluate {
  const items = node.items.map((item) => compiling.operand(item));
  return compiling.placed(node.offset, (frame) => items.map((item) => text(item(frame))).join(''));
}

/** `and` and `or` give an operand as Python does; with an unknown one, what is certain all the same. */
export function compileLogic(compiling: Compiling, node: ExpressionOf<'logic'>): Evaluate {
  const left = compiling.placed(node.left.offset, checked(compiling.expression(node.left)));
  const right = compiling.expression(node.right);
  const decides = node.operator === 'or';
  return compiling.placed(node.left.offset, (frame) => {
    const first = orUnknown(left, frame);
    if (!(first instanceof Unknown)) return truth(first) === decides ? first : right(frame);
    const second = tried(right, frame);
    if (second === undefined || second instanceof Unknown || second instanceof Undefined)
      return first;
    return truth(second) === decides ? second : first;
  });
}

export function compileCompare(compiling: Compiling, node: ExpressionOf<'compare'>): Evaluate {
  const left = compiling.operand(node.left);
  const rest = node.rest.map(({ operator, operand }) => ({
    test: comparisons[operator],
    operand: compiling.operand(operand),
  }));
  return compiling.placed(node.offset, (frame) => {
    let value = left(frame);
    for (const { test, operand } of rest) {
      const next = operand(frame);
      if (!test(value, next)) return false;
      value = next;
    }
    return true;
  });
}

export function compileConditional(compiling: Compiling, node: ExpressionOf<'if'>): Evaluate {
  const test = compiling.operand(node.test);
  const then = compiling.expression(node.whenTrue);
  const otherwise = node.otherwise && compiling.expression(node.otherwise);
  return compiling.placed(node.test.offset, (frame) => {
    if (truth(test(frame))) return then(frame);
    if (otherwise) return otherwise(frame);
    return new Nothing(
      'the value',
      "the condition of an inline 'if' was false and it has no 'else'",
    );
  });
}

const comparisons: Record<CompareOperator, (left: Value, right: Value) => boolean> = {
  '==': equal,
  '!=': (left, right) => !equal(left, right),
  '<': (left, right) => compare(left, right, '<') < 0,
  '>': (left, right) => compare(left, right, '>') > 0,
  '<=': (left, right) => compare(left, right, '<=') <= 0,
  '>=': (left, right) => compare(left, right, '>=') >= 0,
  in: (left, right) => contains(right, left),
  'not in': (left, right) => !contains(right, left),
};

function checked(evaluate: Evaluate): Evaluate {
  return (frame) => {
    const value = evaluate(frame);
    return value instanceof Unknown ? value : used(value);
  };
}

function orUnknown(evaluate: Evaluate, frame: Frame): Value {
  try {
    return evaluate(frame);
  } catch (error) {
    if (error instanceof UnknownUse) return error.value;
    throw error;
  }
}

/** The right side of an unknown left one: what fails there might not have been reached. */
function tried(evaluate: Evaluate, frame: Frame): Value | undefined {
  try {
    return evaluate(frame);
  } catch (error) {
    if (error instanceof UnknownUse || error instanceof RolecallError) return undefined;
    throw error;
  }
}
