import { nearestName } from '../../errors.ts';
import { Undefined, Unknown, type Value } from '../../values.ts';
import { filters } from '../filters/table.ts';
import { truth } from '../python/compare.ts';
import { Fault } from '../python/faults.ts';
import { findMethod, methodNames, mutatingMethods } from '../python/methods.ts';
import { asObject, typeName } from '../python/objects.ts';
import { text } from '../python/text.ts';
import { attribute } from '../runtime/access.ts';
import { applyDefinition, type Definition, shortName } from '../runtime/definition.ts';
import type { Frame } from '../runtime/frame.ts';
import type { Evaluate } from '../runtime/template.ts';
import type { Arguments, Expression, ExpressionOf } from '../syntax.ts';
import { tests } from '../tests/table.ts';
import type { Compiling } from './contract.ts';

/** Filters that take the name of another one, or of a test, as their first argument. */
const namesFilter = new Set(['map']);
const namesTest = new Map([
  ['select', 0],
  ['reject', 0],
  ['selectattr', 1],
  ['rejectattr', 1],
]);
const guards = new Set(['default', 'd', 'mandatory', 'defined', 'undefined']);

export function compileFilter(compiling: Compiling, node: ExpressionOf<'filter'>): Evaluate {
  const name = shortName(node.name);
  const definition = find(compiling, 'filter', node, filters);
  checkNestedNames(compiling, name, node.arguments);
  noteGuard(compiling, name, node.input);
  const lenient = definition.lenient ?? false;
  const input = compileInput(compiling, node.input, lenient);
  const args = compileArguments(compiling, node.arguments, lenient);
  return compiling.placed(node.offset, (frame) => {
    const value = input(frame);
    const { positional, named } = args(frame);
    return applyDefinition(node.name, definition, value, positional, named, frame.runtime);
  });
}

export function compileTest(compiling: Compiling, node: ExpressionOf<'test'>): Evaluate {
  const name = shortName(node.name);
  const definition = find(compiling, 'test', node, tests);
  noteGuard(compiling, name, node.input);
  const lenient = definition.lenient ?? false;
  const input = compileInput(compiling, node.input, lenient);
  const args = compileArguments(compiling, node.arguments, lenient);
  return compiling.placed(node.offset, (frame) => {
    const value = input(frame);
    if (value instanceof Unknown) return value;
    const { positional, named } = args(frame);
    return truth(applyDefinition(node.name, definition, value, positional, named, frame.runtime));
  });
}

export function compileCall(compiling: Compiling, node: ExpressionOf<'call'>): Evaluate {
  const { target } = node;
  noteCall(compiling, node);
  const args = compileArguments(
    compiling,
    node.arguments,
    target.kind === 'name' && target.name === 'undef',
  );
  if (target.kind === 'attribute') return compileMethod(compiling, target, args);
  const callee = compiling.operand(target);
  return compiling.placed(node.offset, (frame) => {
    const { positional, named } = args(frame);
    return frame.runtime.call(callee(frame), positional, named);
  });
}

/** `value.method(…)`: here a method wins over a key of the same name, so that `.items()` is safe. */
function compileMethod(
  compiling: Compiling,
  target: ExpressionOf<'attribute'>,
  args: (frame: Frame) => Called,
): Evaluate {
  const object = compiling.operand(target.target);
  const { name } = target;
  return compiling.placed(target.offset, (frame) => {
    const self = object(frame);
    const definition: Definition | undefined = asObject(self) ? undefined : findMethod(self, name);
    const { positional, named } = args(frame);
    if (definition)
      return applyDefinition(name, definition, self, positional, named, frame.runtime);
    const callee = attribute(self, name, `${typeName(self)}.${name}`);
    if (callee instanceof Undefined) {
      throw new Fault(
        `a ${typeName(self)} has no method '${name}'`,
        nearestName(name, methodNames(self)),
      );
    }
    return frame.runtime.call(callee, positional, named);
  });
}

interface Called {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

const noNamed: ReadonlyMap<string, Value> = new Map();

export function compileArguments(
  compiling: Compiling,
  args: Arguments,
  lenient = true,
): (frame: Frame) => Called {
  const compile = (node: Expression) =>
    lenient ? compiling.expression(node) : compiling.operand(node);
  const positional = args.positional.map(compile);
  const named = args.named.map(([name, node]) => [name, compile(node)] as const);
  const spread = args.spread && compiling.operand(args.spread);
  const spreadNamed = args.spreadNamed && compiling.operand(args.spreadNamed);
  if (named.length === 0 && !spread && !spreadNamed) {
    return (frame) => ({
      positional: positional.map((argument) => argument(frame)),
      named: noNamed,
    });
  }
  return (frame) => {
    const list = positional.map((argument) => argument(frame));
    if (spread) {
      const more = spread(frame);
      if (!Array.isArray(more)) throw new Fault(`'*' needs a list, not ${typeName(more)}`);
      list.push(...more);
    }
    const map = new Map(named.map(([name, argument]) => [name, argument(frame)]));
    if (spreadNamed) {
      const more = spreadNamed(frame);
      if (!(more instanceof Map)) throw new Fault(`'**' needs a dict, not ${typeName(more)}`);
      for (const [key, value] of more) map.set(text(key), value);
    }
    return { positional: list, named: map };
  };
}

function compileInput(
  compiling: Compiling,
  node: Expression | undefined,
  lenient: boolean,
): Evaluate {
  // A filter block puts its text where the first filter of its chain finds it.
  if (!node) return (frame) => frame.get(blockText, false) ?? '';
  return lenient ? compiling.expression(node) : compiling.operand(node);
}

/** The local name under which a filter block keeps its text; no template can write it. */
export const blockText = '{text}';

function find(
  { source }: Compiling,
  what: 'filter' | 'test',
  { name, offset }: { name: string; offset: number },
  known: ReadonlyMap<string, Definition>,
): Definition {
  const definition = known.get(shortName(name));
  if (definition) return definition;
  throw source.syntaxError(offset, `there is no ${what} '${name}'`, {
    nearest: nearestName(name, known.keys()),
  });
}

function checkNestedNames(compiling: Compiling, name: string, { positional }: Arguments): void {
  const index = namesFilter.has(name) ? 0 : namesTest.get(name);
  const node = index === undefined ? undefined : positional[index];
  if (node?.kind !== 'constant' || typeof node.value !== 'string') return;
  const named = { name: node.value, offset: node.offset };
  if (namesFilter.has(name)) find(compiling, 'filter', named, filters);
  else find(compiling, 'test', named, tests);
}

function noteGuard({ analysis }: Compiling, name: string, node: Expression | undefined): void {
  if (!guards.has(name)) return;
  let root = node;
  while (root && (root.kind === 'attribute' || root.kind === 'item')) root = root.target;
  if (root?.kind === 'name') analysis.guarded.add(root.name);
}

function noteCall(
  { analysis }: Compiling,
  { target, arguments: args }: ExpressionOf<'call'>,
): void {
  if (target.kind === 'attribute' && mutatingMethods.has(target.name)) analysis.mutates = true;
  if (
    target.kind === 'name' &&
    !analysis.isDeclared(target.name) &&
    !analysis.calls.has(target.name)
  ) {
    analysis.calls.set(target.name, target.offset);
  }
  const [first] = args.positional;
  if (target.kind !== 'name' || !['lookup', 'query', 'q'].includes(target.name)) return;
  if (first?.kind === 'constant' && typeof first.value === 'string') {
    analysis.lookups.add(shortName(first.value));
  }
}
