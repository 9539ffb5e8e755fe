import { RolecallError, type SourcePosition } from '../errors.ts';
import { mayContainTemplate, truth } from '../jinja/template.ts';
import { Undefined, Unknown } from '../values.ts';
import type { VariableScope } from './scope.ts';
import { evaluateExpression } from './templates.ts';

/** A bare expression as in `when:`; a boolean stays one. */
export interface ConditionSource {
  readonly source: string | boolean;
  readonly at: SourcePosition;
}

/** What a conjunction came to, and the condition that decided it. */
export interface Verdict<C extends ConditionSource> {
  readonly value: boolean | Unknown;
  /** The first one that is false, else the first one that is unknown. */
  readonly because?: C;
}

/** All of the conditions; those behind a false one are not looked at. */
export function evaluateConditions<C extends ConditionSource>(
  conditions: readonly C[],
  scope: VariableScope,
): Verdict<C> {
  let unknown: { value: Unknown; because: C } | undefined;
  for (const condition of conditions) {
    const value = evaluateCondition(condition, scope);
    if (value === false) return { value, because: condition };
    if (value instanceof Unknown) unknown ??= { value, because: condition };
  }
  return unknown ?? { value: true };
}

/**
 * Whether a condition holds: Python's truth of the expression, so text is true unless it is empty.
 * A bare name whose text says no (`-e enabled=false`) is an error: Ansible up to 2.18 takes it for
 * true, later ones refuse it.
 */
export function evaluateCondition(
  condition: ConditionSource,
  scope: VariableScope,
): boolean | Unknown {
  const { source, at } = condition;
  if (typeof source === 'boolean') return source;
  const expression = expressionOf(source, at);
  if (expression === '') return true;
  const value = evaluateExpression(expression, at, scope.environment());
  if (value instanceof Undefined) {
    throw new RolecallError({
      code: 'undefined-variable',
      message: value.hint ?? `'${value.name}' is not defined`,
      at,
    });
  }
  if (value instanceof Unknown) return value;
  if (typeof value === 'string' && isName.test(expression) && saysNo.test(value)) {
    throw notDecided(expression, value, at);
  }
  return truth(value);
}

const isName = /^[A-Za-z_]\w*$/;
const saysNo = /^\s*(?:false|no|off|none|0)\s*$/i;

function notDecided(name: string, text: string, at: SourcePosition): RolecallError {
  return new RolecallError({
    code: 'template-failed',
    message: `'${name}' is the text ${JSON.stringify(text)}, and any text counts as true`,
    at,
    hint: `Write ${name} | bool, or give it as JSON: -e '{"${name}": false}'.`,
  });
}

/** `{{ expression }}` is the expression itself; braces anywhere else are refused. */
function expressionOf(source: string, at: SourcePosition): string {
  const text = source.trim();
  if (!mayContainTemplate(text)) return text;
  const inner = /^\{\{-?([\s\S]*?)-?\}\}$/.exec(text)?.[1]?.trim();
  if (inner !== undefined && !/\{\{|\}\}/.test(inner)) return inner;
  throw new RolecallError({
    code: 'template-syntax',
    message: 'a condition is an expression already; braces must not stand in it',
    at,
    hint: "Write names bare: when: version == '2.0', not when: \"{{ version }} == '2.0'\".",
  });
}
