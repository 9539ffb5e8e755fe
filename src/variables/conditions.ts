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
 * Whether a condition holds. As in Ansible, a bare name whose variable holds text from a trusted
 * file means the expression in that text. Text from hosts is never taken for an expression: it must
 * say true, false or a number. The text that a longer expression gives is true unless empty.
 */
export function evaluateCondition(
  condition: ConditionSource,
  scope: VariableScope,
): boolean | Unknown {
  const { source, at } = condition;
  if (typeof source === 'boolean') return source;
  return decide(expressionOf(source, at), at, scope, 3);
}

function decide(
  expression: string,
  at: SourcePosition,
  scope: VariableScope,
  nesting: number,
): boolean | Unknown {
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
  if (typeof value !== 'string') return truth(value);
  if (!isName.test(expression)) return value !== '';
  const literal = literals.get(value.trim().toLowerCase());
  if (literal !== undefined) return literal;
  if (/^\s*[-+]?\d+\s*$/.test(value)) return Number(value) !== 0;
  if (!scope.origin(expression)[0]?.layer.trusted || nesting === 0) {
    throw notDecided(expression, value, at);
  }
  return decide(expressionOf(value, at), at, scope, nesting - 1);
}

/** What text in a variable says for itself. */
const literals = new Map([
  ['true', true],
  ['false', false],
  ['none', false],
  ['', false],
]);
const isName = /^[A-Za-z_]\w*$/;

function notDecided(name: string, text: string, at: SourcePosition): RolecallError {
  return new RolecallError({
    code: 'template-failed',
    message: `'${name}' is the text ${JSON.stringify(text.slice(0, 60))}, which is neither true nor false`,
    at,
    hint: `Write ${name} | bool, or ${name} | length > 0, or compare it.`,
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
