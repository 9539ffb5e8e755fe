import type { SourcePosition } from '../../src/errors.ts';
import { RolecallError } from '../../src/errors.ts';
import { compileTemplate, type Environment, type Scope } from '../../src/jinja/template.ts';
import { fromPlain, type Value } from '../../src/values.ts';

export const at: SourcePosition = { file: 'play.yml', line: 10, column: 5 };

export function scopeOf(variables: Record<string, unknown>): Scope {
  const values = new Map(
    Object.entries(variables).map(([name, value]) => [name, fromPlain(value)]),
  );
  return { get: (name) => values.get(name), names: () => values.keys() };
}

/** An environment with variables and, for include and its like, templates by name. */
export function environmentOf(
  variables: Record<string, unknown> = {},
  templates: Record<string, string> = {},
  more: Partial<Environment> = {},
): Environment {
  return {
    scope: scopeOf(variables),
    loadTemplate: (name) => {
      const source = templates[name];
      if (source === undefined) {
        throw new RolecallError({ code: 'template-failed', message: `no template '${name}'` });
      }
      return { source, file: name };
    },
    ...more,
  };
}

export function evaluate(source: string, variables: Record<string, unknown> = {}): Value {
  return compileTemplate(source, at).evaluate(environmentOf(variables));
}

/** The error that evaluating a template raises. */
export function failure(source: string, variables: Record<string, unknown> = {}): RolecallError {
  try {
    evaluate(source, variables);
  } catch (error) {
    if (error instanceof RolecallError) return error;
    throw error;
  }
  throw new Error(`${source} did not fail`);
}
