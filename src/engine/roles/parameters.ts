import { type Problem, RolecallError } from '../../errors.ts';
import type { Task } from '../../playbook/play.ts';
import type { ErasedEntryPoint, Role } from '../../roles/role.ts';
import { isSecret } from '../../roles/secret.ts';
import type { SchemaNode } from '../../schema/coerce.ts';
import {
  checkParameters,
  type ParameterProblem,
  unknownParameters,
} from '../../schema/parameters.ts';
import { toPlain, type Value } from '../../values.ts';
import { findUnknown } from '../arguments.ts';
import type { TaskScope } from '../task-scope.ts';
import {
  evaluateParameters,
  type GivenParameters,
  givenParameters,
  placeOfParameter,
} from './given-parameters.ts';
import { plainSecrets } from './plain-secrets.ts';
import { schemaOf } from './schema.ts';

export type Params = { readonly [name: string]: unknown };

/** The parameters of a role on one host. */
export type Parameters =
  | {
      readonly kind: 'known';
      readonly params: Params;
      readonly given: GivenParameters;
      /** What must not be shown. */
      readonly secrets: readonly string[];
    }
  | { readonly kind: 'wrong'; readonly problems: readonly Problem[] }
  /** A variable that it takes is not there: only a run can tell. */
  | { readonly kind: 'open'; readonly error: RolecallError }
  /** Check mode: it rests on what is not known before apply. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** Evaluates and checks the parameters of a role, or of one of its entry points, on a host. */
export function parametersOf(
  role: Role,
  entryPoint: ErasedEntryPoint | undefined,
  task: Task,
  scope: TaskScope,
): Parameters {
  const schema = schemaOf(role, entryPoint);
  let given: GivenParameters;
  let values: ReadonlyMap<string, Value>;
  try {
    given = givenParameters(task, scope);
    const unknown = unknownParameters(role.name, schema, given.byName.keys());
    if (unknown.length > 0) {
      return { kind: 'wrong', problems: unknown.map((problem) => placed(problem, given)) };
    }
    values = evaluateParameters(given, scope);
  } catch (error) {
    if (!(error instanceof RolecallError)) throw error;
    if (error.code === 'undefined-variable') return { kind: 'open', error };
    return { kind: 'wrong', problems: error.problems };
  }
  for (const value of values.values()) {
    const unknown = findUnknown(value);
    if (unknown) return { kind: 'unknown', reason: unknown.reason };
  }
  const plain = Object.fromEntries([...values].map(([name, value]) => [name, toPlain(value)]));
  const { params, problems } = checkParameters(role.name, schema, plain);
  const wrong = [
    ...problems.map((problem) => placed(problem, given)),
    ...plainSecrets(role.name, schema, given, scope),
  ];
  if (wrong.length > 0) return { kind: 'wrong', problems: wrong };
  return { kind: 'known', params, given, secrets: secretsIn(schema, params) };
}

function placed({ path, ...problem }: ParameterProblem, given: GivenParameters): Problem {
  const side = problem.code === 'unknown-parameter' ? 'key' : 'value';
  return { ...problem, at: placeOfParameter(given, path, side) };
}

function secretsIn(node: SchemaNode, value: unknown): string[] {
  if (isSecret(node)) return typeof value === 'string' ? [value] : [];
  const branches = (node.anyOf ?? []).flatMap((branch) => secretsIn(branch, value));
  if (Array.isArray(value)) {
    return [
      ...branches,
      ...value.flatMap((item) => (node.items ? secretsIn(node.items, item) : [])),
    ];
  }
  if (value === null || typeof value !== 'object') return branches;
  const others = Object.values(node.patternProperties ?? {})[0];
  return [
    ...branches,
    ...Object.entries(value).flatMap(([name, item]) => {
      const inner = node.properties?.[name] ?? others;
      return inner ? secretsIn(inner, item) : [];
    }),
  ];
}
