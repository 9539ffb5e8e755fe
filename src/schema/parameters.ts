import type { ErrorObject } from 'ajv';
import type { TObject } from 'typebox';
import { nearestName } from '../errors.ts';
import type { Plain } from '../values.ts';
import { article, showPlain, validatorOf } from './check.ts';
import { coerce, type SchemaNode } from './coerce.ts';

/** Names and positions that lead to a part of the parameters. */
export type ParameterPath = readonly (string | number)[];

export interface ParameterProblem {
  readonly code: 'unknown-parameter' | 'missing-parameter' | 'invalid-parameter';
  /** What it is about; for an unknown parameter its own name is the last. */
  readonly path: ParameterPath;
  readonly message: string;
  readonly expected?: string;
  readonly nearest?: string;
}

export interface CheckedParameters {
  /** Types bent, defaults filled in. Meaningful when there are no problems. */
  readonly params: { readonly [name: string]: unknown };
  readonly problems: readonly ParameterProblem[];
}

/**
 * Holds the parameters of a role against its schema, at every depth: unknown keys, missing ones, wrong
 * values; collects every problem.
 *
 * @example checkParameters('web', schema, { sites: [] }).problems[0].path // ['sites']
 */
export function checkParameters(
  role: string,
  schema: TObject,
  given: { readonly [name: string]: Plain },
): CheckedParameters {
  const closed = closedSchema(schema);
  const bent = coerce(closed as SchemaNode, withoutNull(given));
  const params = structuredClone(bent) as { [name: string]: unknown };
  const validate = validatorOf(closed);
  if (validate(params)) return { params, problems: [] };
  const problems = relevant(validate.errors ?? []).map((error) => problemOf(role, error));
  return { params, problems: distinct(problems) };
}

/** Names that are no parameters at all, whatever they hold. */
export function unknownParameters(
  role: string,
  schema: TObject,
  names: Iterable<string>,
): ParameterProblem[] {
  const known = Object.keys(schema.properties);
  return [...names]
    .filter((name) => !known.includes(name))
    .map((name) => unknownParameter(role, [], name, known));
}

const closedSchemas = new WeakMap<TObject, TObject>();

/** Objects that list their properties take no others. */
function closedSchema(schema: TObject): TObject {
  let closed = closedSchemas.get(schema);
  if (!closed) {
    closed = close(schema) as TObject;
    closedSchemas.set(schema, closed);
  }
  return closed;
}

function close(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(close);
  if (node === null || typeof node !== 'object') return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, item]) => [key, close(item)]));
  const isClosed = copy.properties && !copy.patternProperties && !('additionalProperties' in copy);
  return isClosed && copy.type === 'object' ? { ...copy, additionalProperties: false } : copy;
}

/** `root:` with nothing behind it counts as not given. */
function withoutNull(given: { readonly [name: string]: Plain }): { [name: string]: Plain } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}

/**
 * A union reports the errors of all its branches. Where the value is of one branch's kind, its errors
 * tell what is wrong; otherwise that it is of none.
 */
function relevant(errors: readonly ErrorObject[]): ErrorObject[] {
  let left = [...errors];
  for (const union of errors.filter(({ keyword }) => keyword === 'anyOf')) {
    const prefix = `${union.schemaPath}/`;
    const inside = left.filter((error) => error.schemaPath.startsWith(prefix));
    const branches = Map.groupBy(
      inside,
      (error) => error.schemaPath.slice(prefix.length).split('/')[0]!,
    );
    const ofItsKind = [...branches.values()].find((branch) =>
      branch.every(
        ({ keyword, instancePath }) =>
          instancePath !== union.instancePath || !['type', 'const', 'enum'].includes(keyword),
      ),
    );
    const kept = new Set(ofItsKind ?? [union]);
    left = left.filter((error) => (error !== union && !inside.includes(error)) || kept.has(error));
  }
  return left;
}

function problemOf(role: string, error: ErrorObject): ParameterProblem {
  const path = pathOf(error);
  if (error.keyword === 'additionalProperties') {
    const known = Object.keys((error.parentSchema as SchemaNode).properties ?? {});
    return unknownParameter(role, path, String(error.params.additionalProperty), known);
  }
  if (error.keyword === 'required') {
    const name = String(error.params.missingProperty);
    return {
      code: 'missing-parameter',
      path,
      message: `${role}: the parameter '${shown([...path, name])}' is missing`,
    };
  }
  return {
    code: 'invalid-parameter',
    path,
    message: `${role}: '${shown(path)}' is ${showPlain(error.data)}`,
    ...(expectation(error) !== undefined && { expected: expectation(error)! }),
    ...nearestLiteral(error),
  };
}

function unknownParameter(
  role: string,
  path: ParameterPath,
  name: string,
  known: readonly string[],
): ParameterProblem {
  const nearest = nearestName(name, known);
  return {
    code: 'unknown-parameter',
    path: [...path, name],
    message: `${role}: there is no parameter '${shown([...path, name])}'`,
    expected: `one of ${known.toSorted().join(', ')}`,
    ...(nearest !== undefined && { nearest }),
  };
}

function pathOf({ instancePath }: ErrorObject): (string | number)[] {
  return instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** `sites[0].root`. */
export function shown(path: ParameterPath): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`,
    )
    .join('');
}

function expectation(error: ErrorObject): string | undefined {
  const node = error.parentSchema as SchemaNode & { description?: string; pattern?: string };
  const choices = literalsOf(node);
  if (choices.length > 0) return `one of ${choices.map(String).join(', ')}`;
  switch (error.keyword) {
    case 'type':
      return article(String(error.params.type));
    case 'anyOf':
      return node.anyOf?.map(({ type }) => article(String(type))).join(' or ');
    case 'pattern':
      return node.description;
    case 'minimum':
    case 'exclusiveMinimum':
    case 'maximum':
    case 'exclusiveMaximum':
      return `a number ${error.params.comparison} ${error.params.limit}`;
    case 'minItems':
      return `at least ${error.params.limit} of them`;
    case 'maxItems':
      return `at most ${error.params.limit} of them`;
    default:
      return error.message;
  }
}

function literalsOf(node: SchemaNode): readonly unknown[] {
  if (node.enum) return node.enum;
  if ('const' in node) return [node.const];
  return node.anyOf?.every((option) => 'const' in option)
    ? node.anyOf.map((option) => option.const)
    : [];
}

function nearestLiteral(error: ErrorObject): { nearest?: string } {
  const choices = literalsOf(error.parentSchema as SchemaNode).map(String);
  const nearest = typeof error.data === 'string' ? nearestName(error.data, choices) : undefined;
  return nearest === undefined ? {} : { nearest };
}

function distinct(problems: readonly ParameterProblem[]): ParameterProblem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
