import type { SourcePosition } from '../errors.ts';
import { nearestName, RolecallError } from '../errors.ts';
import { Undefined, Unknown, type Value } from '../values.ts';
import { Compiler } from './compile/compiler.ts';
import { placedError, undefinedError } from './compile/errors.ts';
import type { Environment } from './environment.ts';
import { tokenize, tokenizeExpression } from './lexer.ts';
import { type ResolvedOptions, resolveOptions, type TemplateOptions } from './options.ts';
import { parseBareExpression, parseTemplate } from './parser/statements.ts';
import { Fault, UndefinedUse, UnknownUse } from './python/faults.ts';
import { Nothing } from './python/nothing.ts';
import { Context } from './runtime/context.ts';
import { Frame } from './runtime/frame.ts';
import { globals } from './runtime/globals.ts';
import { Runtime } from './runtime/runtime.ts';
import { type CompiledTemplate, type Evaluate, Output, runTemplate } from './runtime/template.ts';
import { Source } from './source.ts';
import type { Body, Expression as Node } from './syntax.ts';

export type { Environment, Scope } from './environment.ts';
export type { TemplateOptions } from './options.ts';
export { truth } from './python/compare.ts';

/** What a template or expression takes from outside, for checks before any run. */
export interface Names {
  /** Names that the source uses and does not define itself. */
  readonly variables: ReadonlySet<string>;
  /** Those of them that a `default` or `is defined` in the source allows to be missing. */
  readonly guarded: ReadonlySet<string>;
  /** Lookups that are called by a literal name. */
  readonly lookups: ReadonlySet<string>;
  /** Templates that are included, imported or extended by a literal name. */
  readonly templates: ReadonlySet<string>;
}

export interface Template extends Names {
  /** True for text without any tag: it renders as it stands. */
  readonly isStatic: boolean;
  /** The value: of a template that is one `{{ expression }}` that expression's own, else text. */
  evaluate(environment: Environment): Value;
  /** The text, or the Unknown that it depends on. */
  render(environment: Environment): string | Unknown;
}

export interface Expression extends Names {
  evaluate(environment: Environment): Value;
}

/** A cheap check whether text can hold a tag at all. */
export function mayContainTemplate(source: string): boolean {
  return /\{[{%#]/.test(source);
}

/**
 * Reads a template once; the result is kept and shared.
 *
 * @throws RolecallError template-syntax, also for an unknown filter or test
 * @example compileTemplate('{{ ports | first }}', at).evaluate({ scope }) // 80
 */
export function compileTemplate(
  source: string,
  at: SourcePosition,
  options?: TemplateOptions,
): Template {
  const resolved = resolveOptions(options);
  const key = cacheKey('template', source, at, resolved);
  return cached(templates, key, at, () => new LoadedTemplate(new Source(source, at), resolved));
}

/**
 * Reads a bare expression, as in `when:`, `changed_when:` and `until:`.
 *
 * @throws RolecallError template-syntax
 * @example truth(compileExpression('result.rc == 0', at).evaluate({ scope }))
 */
export function compileExpression(source: string, at: SourcePosition): Expression {
  return cached(
    expressions,
    cacheKey('expression', source, at),
    at,
    () => new LoadedExpression(new Source(source, at)),
  );
}

/** How many templates and expressions this process has evaluated; to compare runs by. */
export function evaluations(): number {
  return evaluated;
}

let evaluated = 0;

class LoadedTemplate implements Template {
  readonly isStatic: boolean;
  readonly variables: ReadonlySet<string>;
  readonly guarded: ReadonlySet<string>;
  readonly lookups: ReadonlySet<string>;
  readonly templates: ReadonlySet<string>;
  readonly code: CompiledTemplate;
  private readonly source: Source;
  private readonly options: ResolvedOptions;
  private readonly native: Native | undefined;
  private readonly newlines: number;

  constructor(given: Source, options: ResolvedOptions) {
    const text = given.text.replace(/\r\n?/g, '\n');
    this.newlines = options.keepTrailingNewline ? trailingNewlines(text) : 0;
    this.source = new Source(text.replace(/\n$/, ''), given.at);
    this.options = options;
    const body = parseTemplate(this.source, tokenize(this.source, options));
    this.isStatic = body.every((statement) => statement.kind === 'text');
    const compiler = new Compiler(this.source);
    this.code = compiler.template(body);
    this.native = compileNative(compiler, body);
    if (!options.inheritsNames) refuseUnknownFunctions(compiler);
    this.variables = outerNames(compiler);
    this.guarded = compiler.analysis.guarded;
    this.lookups = compiler.analysis.lookups;
    this.templates = compiler.analysis.templates;
  }

  evaluate(environment: Environment): Value {
    if (!this.native) return this.render(environment);
    const { native } = this;
    const result = run(this.source, environment, this.options, (frame) => native(frame));
    return typeof result === 'string' ? this.finish(result) : result;
  }

  render(environment: Environment): string | Unknown {
    const result = run(this.source, environment, this.options, (frame) => {
      const out = new Output();
      runTemplate(this.code, frame.runtime, out);
      return out.toString();
    });
    return result instanceof Unknown ? result : this.finish(result as string);
  }

  /** Gives back the newlines at the end that reading a template drops. */
  private finish(text: string): string {
    const missing = this.newlines - trailingNewlines(text);
    const complete = missing > 0 ? text + '\n'.repeat(missing) : text;
    const { newlineSequence } = this.options;
    return newlineSequence === '\n' ? complete : complete.replaceAll('\n', newlineSequence);
  }
}

class LoadedExpression implements Expression {
  readonly variables: ReadonlySet<string>;
  readonly guarded: ReadonlySet<string>;
  readonly lookups: ReadonlySet<string>;
  readonly templates: ReadonlySet<string> = new Set();
  private readonly source: Source;
  private readonly code: Evaluate;
  private readonly options = resolveOptions({ escapeBackslashes: false });

  constructor(source: Source) {
    this.source = source;
    const node = parseBareExpression(source, tokenizeExpression(source, this.options));
    const compiler = new Compiler(source);
    this.code = strict(compiler, node);
    refuseUnknownFunctions(compiler);
    this.variables = outerNames(compiler);
    this.guarded = compiler.analysis.guarded;
    this.lookups = compiler.analysis.lookups;
  }

  evaluate(environment: Environment): Value {
    return run(this.source, environment, this.options, this.code);
  }
}

/** The free names but for those of functions such as `lookup`. */
function outerNames({ analysis }: Compiler): ReadonlySet<string> {
  return new Set([...analysis.free].filter((name) => !globals.has(name)));
}

/** Variables hold data, so a name that is called must be a macro or one of the functions. */
function refuseUnknownFunctions({ analysis, source }: Compiler): void {
  for (const [name, offset] of analysis.calls) {
    if (globals.has(name) || analysis.isDeclared(name)) continue;
    throw source.syntaxError(offset, `there is no function '${name}'`, {
      nearest: nearestName(name, globals.keys()),
    });
  }
}

type Native = Evaluate;

/** The evaluation of a template that is nothing but one expression. */
function compileNative(compiler: Compiler, body: Body): Native | undefined {
  const [only, ...more] = body;
  if (more.length > 0 || only?.kind !== 'output') return undefined;
  return strict(compiler, only.expression);
}

/** An expression whose result may be Unknown or Omit, but neither is nor holds an Undefined. */
function strict(compiler: Compiler, node: Node): Evaluate {
  const evaluate = compiler.expression(node);
  const { source } = compiler;
  return (frame) => {
    try {
      const value = evaluate(frame);
      if (value instanceof Nothing) return '';
      if (value instanceof Undefined) throw undefinedError(value, source, node.offset, frame);
      if (!isPath(node)) refuseUndefined(value);
      return value;
    } catch (error) {
      throw placedError(error, source, node.offset, frame);
    }
  };
}

function isPath(node: Node): boolean {
  return node.kind === 'name' || (node.kind === 'attribute' && isPath(node.target));
}

function refuseUndefined(value: Value): void {
  if (value instanceof Undefined && !(value instanceof Nothing)) throw new UndefinedUse(value);
  if (Array.isArray(value)) value.forEach(refuseUndefined);
  else if (value instanceof Map && value.constructor === Map) value.forEach(refuseUndefined);
}

function run(
  source: Source,
  environment: Environment,
  options: ResolvedOptions,
  code: Evaluate,
): Value {
  evaluated += 1;
  const runtime = new Runtime(environment, (name, from) => load(environment, options, name, from));
  const frame = new Frame(new Context(runtime, true), undefined);
  try {
    return code(frame);
  } catch (error) {
    if (error instanceof UnknownUse) return error.value;
    throw placedError(error, source, 0, frame);
  }
}

function load(
  environment: Environment,
  options: ResolvedOptions,
  name: string,
  from: string,
): CompiledTemplate {
  if (!environment.loadTemplate) throw new Fault(`the template '${name}' cannot be loaded here`);
  const { source, file } = environment.loadTemplate(name, from);
  const template = compileTemplate(
    source,
    { file, line: 1, column: 1 },
    { ...options, inheritsNames: true },
  );
  return (template as LoadedTemplate).code;
}

const templates = new Map<string, Template | RolecallError>();
const expressions = new Map<string, Expression | RolecallError>();
const cacheSize = 4000;

function cacheKey(
  kind: string,
  source: string,
  at: SourcePosition,
  options?: ResolvedOptions,
): string {
  const choices = options ? JSON.stringify(Object.values(options)) : '';
  return `${kind}\0${at.file}\0${at.line}\0${at.column}\0${choices}\0${source}`;
}

/** Keeps the newest results, and errors as well, so that a loop does not parse a fault again. */
function cached<T>(
  cache: Map<string, T | RolecallError>,
  key: string,
  at: SourcePosition,
  make: () => T,
): T {
  let entry = cache.get(key);
  if (entry === undefined) {
    entry = attempt(make, at);
    if (cache.size >= cacheSize) cache.delete(cache.keys().next().value!);
    cache.set(key, entry);
  }
  if (entry instanceof RolecallError) throw entry;
  return entry;
}

function attempt<T>(make: () => T, at: SourcePosition): T | RolecallError {
  try {
    return make();
  } catch (error) {
    if (error instanceof RolecallError) return error;
    // The stack overflows on chains that are long rather than nested.
    if (!(error instanceof RangeError)) throw error;
    return new RolecallError({
      code: 'template-syntax',
      message: 'this expression is too long',
      at,
    });
  }
}

function trailingNewlines(text: string): number {
  let count = 0;
  while (count < text.length && text[text.length - 1 - count] === '\n') count++;
  return count;
}
