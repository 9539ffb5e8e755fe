import { Fault } from '../python/faults.ts';
import { asObject } from '../python/objects.ts';
import { text } from '../python/text.ts';
import { Callable } from '../runtime/callable.ts';
import { type MacroCode, macroValue } from '../runtime/macro.ts';
import type { Run } from '../runtime/template.ts';
import type { Body, Parameter, StatementOf } from '../syntax.ts';
import { compileArguments } from './applications.ts';
import type { Compiling } from './contract.ts';

const implicitNames = ['caller', 'varargs', 'kwargs'];

export function compileMacro(compiling: Compiling, node: StatementOf<'macro'>): Run {
  compiling.analysis.declare(node.name);
  const code = compileBody(compiling, node.name, node.parameters, node.body);
  return (frame) => {
    frame.set(node.name, macroValue(code, frame));
    return 0;
  };
}

/** `{% call name(…) %}`: the block becomes the macro's `caller()`. */
export function compileCallBlock(compiling: Compiling, node: StatementOf<'call-block'>): Run {
  const { call } = node;
  if (call.kind !== 'call') throw compiling.source.syntaxError(node.offset, "'call' needs a call");
  const target = compiling.operand(call.target);
  const args = compileArguments(compiling, call.arguments);
  const code = compileBody(compiling, 'caller', node.parameters, node.body);
  return (frame, out) => {
    const callee = target(frame);
    if (!(asObject(callee) instanceof Callable)) throw new Fault("'call' needs a macro to call");
    const { positional, named } = args(frame);
    const withCaller = new Map(named).set('caller', macroValue(code, frame));
    out.write(text(frame.runtime.call(callee, positional, withCaller)));
    return 0;
  };
}

function compileBody(
  compiling: Compiling,
  name: string,
  parameters: readonly Parameter[],
  body: Body,
): MacroCode {
  const { analysis } = compiling;
  const names = parameters.map((parameter) => parameter.name);
  return analysis.scoped([...names, ...implicitNames], () => {
    const fallbacks = parameters.map((parameter) => ({
      name: parameter.name,
      fallback: parameter.fallback && compiling.expression(parameter.fallback),
    }));
    const { result, used } = analysis.usesOf(() => compiling.body(body));
    return { name, parameters: fallbacks, body: result, used };
  });
}
