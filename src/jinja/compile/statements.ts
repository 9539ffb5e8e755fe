import { Unknown } from '../../values.ts';
import { truth } from '../python/compare.ts';
import { UnknownUse } from '../python/faults.ts';
import { text } from '../python/text.ts';
import { Output, type Run } from '../runtime/template.ts';
import type { Expression, StatementOf } from '../syntax.ts';
import { blockText } from './applications.ts';
import type { Compiling } from './contract.ts';
import { compileTarget } from './targets.ts';

export function compileText(node: StatementOf<'text'>): Run {
  return (_frame, out) => {
    out.write(node.text);
    return 0;
  };
}

export function compileOutput(compiling: Compiling, node: StatementOf<'output'>): Run {
  const evaluate = compiling.operand(node.expression);
  return (frame, out) => {
    if (out.muted) return 0;
    const value = evaluate(frame);
    // As in Ansible, None within text is nothing.
    out.write(value === null ? '' : text(value));
    return 0;
  };
}

export function compileIf(compiling: Compiling, node: StatementOf<'if'>): Run {
  const branches = node.branches.map(({ test, body }) => ({
    test: compiling.placed(test.offset, branchTest(compiling, test)),
    body: compiling.body(body),
  }));
  const otherwise = node.otherwise && compiling.body(node.otherwise);
  return (frame, out) => {
    for (const { test, body } of branches) {
      if (test(frame)) return body(frame, out);
    }
    return otherwise ? otherwise(frame, out) : 0;
  };
}

function branchTest(compiling: Compiling, node: Expression) {
  const evaluate = compiling.operand(node);
  return (frame: Parameters<typeof evaluate>[0]) => {
    const value = evaluate(frame);
    if (value instanceof Unknown) throw new UnknownUse(value);
    return truth(value);
  };
}

export function compileSet(compiling: Compiling, node: StatementOf<'set'>): Run {
  const value = compiling.expression(node.value);
  const assign = compileTarget(compiling, node.target);
  return (frame) => {
    assign(frame, value(frame));
    return 0;
  };
}

export function compileSetBlock(compiling: Compiling, node: StatementOf<'set-block'>): Run {
  const body = compiling.analysis.scoped([], () => compiling.body(node.body));
  const filter = node.filter && compiling.expression(node.filter);
  const assign = compileTarget(compiling, node.target);
  return (frame) => {
    const inner = frame.child();
    const out = new Output();
    body(inner, out);
    inner.set(blockText, out.toString());
    assign(frame, filter ? filter(inner) : out.toString());
    return 0;
  };
}

export function compileFilterBlock(compiling: Compiling, node: StatementOf<'filter-block'>): Run {
  const body = compiling.analysis.scoped([], () => compiling.body(node.body));
  const filter = compiling.operand(node.filter);
  return (frame, out) => {
    const inner = frame.child();
    const captured = new Output();
    body(inner, captured);
    inner.set(blockText, captured.toString());
    out.write(text(filter(inner)));
    return 0;
  };
}

export function compileWith(compiling: Compiling, node: StatementOf<'with'>): Run {
  const values = node.bindings.map((binding) => compiling.expression(binding.value));
  return compiling.analysis.scoped([], () => {
    const targets = node.bindings.map((binding) => compileTarget(compiling, binding.target));
    const body = compiling.body(node.body);
    return (frame, out) => {
      const inner = frame.child();
      for (const [index, value] of values.entries()) targets[index]!(inner, value(frame));
      return body(inner, out);
    };
  });
}

/** Ansible's output is never escaped, so the block only has a scope. */
export function compileAutoescape(compiling: Compiling, node: StatementOf<'autoescape'>): Run {
  const enabled = compiling.operand(node.enabled);
  const body = compiling.body(node.body);
  return (frame, out) => {
    const inner = frame.child();
    enabled(frame);
    return body(inner, out);
  };
}

export function compileDo(compiling: Compiling, node: StatementOf<'do'>): Run {
  const evaluate = compiling.operand(node.expression);
  return (frame) => {
    evaluate(frame);
    return 0;
  };
}
