import type { SourcePosition } from '../errors.ts';
import type { Environment } from '../jinja/environment.ts';
import { compileExpression, compileTemplate } from '../jinja/template.ts';
import type { Value } from '../values.ts';

/** The native value of a template string. */
export function evaluateTemplate(
  source: string,
  at: SourcePosition,
  environment: Environment,
): Value {
  return compileTemplate(source, at).evaluate(environment);
}

/** The native value of a bare expression, as in `when`. */
export function evaluateExpression(
  source: string,
  at: SourcePosition,
  environment: Environment,
): Value {
  return compileExpression(source, at).evaluate(environment);
}
