import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { TObject } from 'typebox';
import { nearestName, type Problem, type SourcePosition } from '../errors.ts';
import type { Plain } from '../values.ts';
import { coerce, type SchemaNode } from './coerce.ts';
import { compiled } from './compiled.ts';
import { schemaKey } from './schema-key.ts';

/** What is checked: a module, or the parameters of a role. */
export interface ArgumentSchema {
  readonly name: string;
  readonly args: TObject;
  readonly aliases: Readonly<Record<string, string>>;
  check?(args: { readonly [key: string]: unknown }): string[];
}

export interface GivenArguments {
  readonly values: { readonly [key: string]: Plain };
  /** Names whose values are templates still: only the name is checked. */
  readonly later?: ReadonlySet<string>;
  /** Where an argument stands; the action as a whole without a name. */
  at(name?: string): SourcePosition | undefined;
}

export interface CheckedArguments {
  /** Aliases resolved, types bent, defaults filled in. Meaningful when there are no problems. */
  readonly args: { readonly [key: string]: unknown };
  readonly problems: readonly Problem[];
}

// Schemas are this project's and its roles' own: checking and polishing them costs more than their use.
export const ajvOptions = {
  allErrors: true,
  useDefaults: true,
  strict: false,
  verbose: true,
  meta: false,
  validateSchema: false,
  code: { optimize: false },
} as const;
let ajv: Ajv | undefined;
const validators = new WeakMap<TObject, ValidateFunction>();

/**
 * Checks arguments against their schema as Ansible would take them; collects every problem.
 *
 * @example checkArguments(file, { values: { path: '/x', mode: 420 }, at: () => undefined }).args.mode // 420
 */
export function checkArguments(schema: ArgumentSchema, given: GivenArguments): CheckedArguments {
  const problems: Problem[] = [];
  const properties = schema.args.properties as Record<string, SchemaNode>;
  const args: { [key: string]: unknown } = Object.create(null);
  const later = new Set<string>();
  for (const [written, value] of Object.entries(given.values)) {
    const name = schema.aliases[written] ?? written;
    const node = properties[name];
    if (!node) {
      problems.push(unknownArgument(schema, written, given.at(written)));
    } else if (name in args || later.has(name)) {
      problems.push({
        code: 'invalid-argument',
        message: `${schema.name}: '${name}' is given twice (also as '${written}')`,
        at: given.at(written),
      });
    } else if (given.later?.has(written)) later.add(name);
    else if (value !== null) args[name] = coerce(node, value);
  }
  if (problems.length > 0) return { args, problems };
  const validate = validatorOf(schema.args);
  if (!validate(args)) {
    for (const error of validate.errors ?? []) {
      const problem = schemaProblem(schema, error, args, later, given);
      if (problem) problems.push(problem);
    }
  }
  if (problems.length === 0 && later.size === 0) {
    for (const message of schema.check?.(args) ?? []) {
      problems.push({
        code: 'invalid-argument',
        message: `${schema.name}: ${message}`,
        at: given.at(),
      });
    }
  }
  return { args, problems: dropUnionNoise(problems) };
}

/** Compiled once for each schema. It fills defaults into what it checks. */
export function validatorOf(schema: TObject): ValidateFunction {
  let validate = validators.get(schema);
  if (!validate) {
    validate = compiled[schemaKey(schema)]?.() ?? compile(schema);
    validators.set(schema, validate);
  }
  return validate;
}

function compile(schema: TObject): ValidateFunction {
  ajv ??= new Ajv(ajvOptions);
  return ajv.compile(schema);
}

function unknownArgument(
  schema: ArgumentSchema,
  written: string,
  at: SourcePosition | undefined,
): Problem {
  const names = [...Object.keys(schema.args.properties), ...Object.keys(schema.aliases)];
  return {
    code: 'unknown-argument',
    message: `${schema.name} has no argument '${written}'`,
    at,
    nearest: nearestName(written, names),
    expected: `one of ${Object.keys(schema.args.properties).sort().join(', ')}`,
  };
}

function schemaProblem(
  schema: ArgumentSchema,
  error: ErrorObject,
  args: { readonly [key: string]: unknown },
  later: ReadonlySet<string>,
  given: GivenArguments,
): Problem | undefined {
  if (error.keyword === 'required') {
    const missing = String(error.params.missingProperty);
    if (error.instancePath === '' && later.has(missing)) return undefined;
    return {
      code: 'missing-argument',
      message: `${schema.name} needs '${missing}'${error.instancePath ? ` in ${error.instancePath.slice(1)}` : ''}`,
      at: given.at(),
    };
  }
  const [name = ''] = error.instancePath.slice(1).split('/');
  const node = (schema.args.properties as Record<string, SchemaNode>)[name];
  return {
    code: 'invalid-argument',
    message: `${schema.name}: '${error.instancePath.slice(1).replaceAll('/', '.')}' is ${showPlain(valueAt(args, error.instancePath))}`,
    at: given.at(writtenName(schema, given, name)),
    expected: node ? expectation(node, error) : error.message,
  };
}

function writtenName(schema: ArgumentSchema, given: GivenArguments, name: string): string {
  return Object.keys(given.values).find((key) => (schema.aliases[key] ?? key) === name) ?? name;
}

function valueAt(root: unknown, path: string): unknown {
  let value = root;
  for (const key of path.split('/').slice(1)) value = (value as Record<string, unknown>)?.[key];
  return value;
}

/** A value in a sentence, cut where it is long. */
export function showPlain(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function expectation(node: SchemaNode, error: ErrorObject): string {
  const literals =
    node.enum ?? node.anyOf?.flatMap((option) => ('const' in option ? [option.const] : []));
  if (literals && literals.length > 0) return `one of ${literals.map(String).join(', ')}`;
  if (node.anyOf) return node.anyOf.map((option) => String(option.type)).join(' or ');
  if (error.keyword === 'type') return `${article(String(error.params.type))}`;
  return error.message ?? 'another value';
}

export function article(type: string): string {
  return /^[aeio]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** A failed union reports each branch; one problem per place is enough. */
function dropUnionNoise(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter((problem) => {
    const id = `${problem.code} ${problem.message}`;
    return !seen.has(id) && seen.add(id);
  });
}
