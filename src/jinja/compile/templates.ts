import { RolecallError } from '../../errors.ts';
import { Undefined, type Value } from '../../values.ts';
import { Fault } from '../python/faults.ts';
import { givenOr } from '../python/given.ts';
import { asValue, typeName } from '../python/objects.ts';
import { text } from '../python/text.ts';
import { NativeFunction } from '../runtime/callable.ts';
import type { Frame } from '../runtime/frame.ts';
import { Namespace } from '../runtime/namespace.ts';
import { type CompiledTemplate, Output, type Run, runTemplate } from '../runtime/template.ts';
import type { Expression, StatementOf } from '../syntax.ts';
import type { Compiling } from './contract.ts';

export function compileInclude(compiling: Compiling, node: StatementOf<'include'>): Run {
  const template = compileName(compiling, node.template);
  return (frame, out) => {
    if (out.muted) return 0;
    const loaded = loadFirst(template(frame), frame, compiling, node.ignoreMissing);
    if (loaded)
      runTemplate(
        loaded,
        frame.runtime,
        out,
        node.withContext ? frame : undefined,
        node.withContext,
      );
    return 0;
  };
}

export function compileImport(compiling: Compiling, node: StatementOf<'import'>): Run {
  const template = compileName(compiling, node.template);
  compiling.analysis.declare(node.name);
  return (frame) => {
    const module = importModule(template(frame), frame, compiling, node.withContext);
    frame.set(node.name, asValue(module));
    return 0;
  };
}

export function compileFromImport(compiling: Compiling, node: StatementOf<'from-import'>): Run {
  const template = compileName(compiling, node.template);
  for (const { as } of node.names) compiling.analysis.declare(as);
  return (frame) => {
    const value = template(frame);
    const module = importModule(value, frame, compiling, node.withContext);
    for (const { name, as } of node.names) {
      const missing = new Undefined(
        name,
        `the template '${text(value)}' does not define '${name}'`,
      );
      frame.set(as, givenOr(module.attribute(name), missing));
    }
    return 0;
  };
}

export function compileExtends(compiling: Compiling, node: StatementOf<'extends'>): Run {
  const template = compileName(compiling, node.template);
  return (frame, out) => {
    if (frame.context.parent) throw new Fault('a template extends only one other');
    frame.context.parent = loadFirst(template(frame), frame, compiling, false);
    out.muted = true;
    return 0;
  };
}

export function compileBlock(compiling: Compiling, node: StatementOf<'block'>): Run {
  const { name } = node;
  if (compiling.blocks.has(name)) {
    throw compiling.source.syntaxError(node.offset, `there are two blocks named '${name}'`);
  }
  const scope = ['super', 'self'];
  compiling.blocks.set(name, { run: () => 0, required: node.required });
  const run = compiling.analysis.scoped(scope, () => compiling.body(node.body));
  compiling.blocks.set(name, { run, required: node.required });
  return (frame, out) => {
    if (out.muted) return 0;
    runBlock(name, 0, node.scoped ? frame : outermost(frame), out);
    return 0;
  };
}

function runBlock(name: string, level: number, frame: Frame, out: Output): void {
  const codes = frame.context.blocks.get(name) ?? [];
  const code = codes[level];
  if (!code) throw new Fault(`the block '${name}' has no parent to call super() on`);
  if (level === 0 && code.required)
    throw new Fault(`the block '${name}' is required but not filled`);
  const inner = frame.child();
  inner.set('super', asValue(new NativeFunction('super', () => blockText(name, level + 1, frame))));
  const blocks = [...frame.context.blocks.keys()].map((other): [string, Value] => [
    other,
    asValue(new NativeFunction(other, () => blockText(other, 0, frame))),
  ]);
  inner.set('self', asValue(new Namespace(new Map(blocks))));
  frame.runtime.within(`block ${name}`, () => code.run(inner, out));
}

function blockText(name: string, level: number, frame: Frame): string {
  const out = new Output();
  runBlock(name, level, frame, out);
  return out.toString();
}

/** The frame of the template itself, below which locals of loops and macros live. */
function outermost(frame: Frame): Frame {
  let current = frame;
  while (current.parent && current.parent.context === current.context) current = current.parent;
  return current;
}

function compileName(compiling: Compiling, node: Expression) {
  if (node.kind === 'constant' && typeof node.value === 'string') {
    compiling.analysis.templates.add(node.value);
  }
  return compiling.operand(node);
}

function loadFirst(
  value: Value,
  frame: Frame,
  { source }: Compiling,
  ignoreMissing: boolean,
): CompiledTemplate | undefined {
  const names = Array.isArray(value) ? value : [value];
  let failure: unknown = new Fault('there is no template to choose from');
  for (const name of names) {
    if (typeof name !== 'string')
      throw new Fault(`the name of a template is a string, not ${typeName(name)}`);
    try {
      return frame.runtime.load(name, source.at.file);
    } catch (error) {
      // A template that exists but is wrong is never passed over.
      if (error instanceof RolecallError && error.code === 'template-syntax') throw error;
      failure = error;
    }
  }
  if (ignoreMissing) return undefined;
  throw failure;
}

function importModule(
  value: Value,
  frame: Frame,
  compiling: Compiling,
  withContext: boolean,
): Namespace {
  const loaded = loadFirst(value, frame, compiling, false)!;
  const outer = withContext ? frame : undefined;
  const inner = runTemplate(loaded, frame.runtime, new Output(), outer, withContext);
  return new Namespace(new Map([...inner.entries()].filter(([name]) => !name.startsWith('_'))));
}
