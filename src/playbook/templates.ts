import { RolecallError, type SourcePosition } from '../errors.ts';
import { compileExpression, compileTemplate, type Names } from '../jinja/template.ts';
import type { Mapping, Value } from '../values.ts';
import { isTemplate } from './keyword-values.ts';
import type { Loading } from './loading.ts';
import { lookupProblem } from './lookup-names.ts';
import { placeOf, placeOfKey, placeOfValue } from './places.ts';
import { offsetOf, positionInScalar } from './scalar-positions.ts';
import type { Scope } from './scope.ts';

/** Keywords whose text is an expression without braces. */
const expressionKeywords = new Set<Value>([
  'when',
  'changed_when',
  'failed_when',
  'until',
  'break_when',
]);

/** Keywords whose content is read on its own. */
const nodeKeywords = new Set<Value>([
  'always',
  'block',
  'handlers',
  'post_tasks',
  'pre_tasks',
  'rescue',
  'roles',
  'tasks',
]);

/** What checking needs: where problems and uses go. */
export type TemplateScope = Pick<Scope, 'loading'>;

/** Checks the syntax of every template and expression in a play, role entry, block or task. */
export function checkKeywordTemplates(mapping: Mapping, at: SourcePosition, scope: TemplateScope) {
  for (const [key, value] of mapping) {
    if (nodeKeywords.has(key)) continue;
    const valueAt = placeOfValue(mapping, key, at);
    if (expressionKeywords.has(key)) checkExpressions(value, valueAt, scope);
    else if (key === 'loop_control' && value instanceof Map) {
      checkKeywordTemplates(value, valueAt, scope);
    } else if (isAssert(key) && value instanceof Map) checkAssert(value, valueAt, scope);
    else checkTemplates(value, valueAt, scope);
  }
}

/** Checks the syntax of every template in a value. */
export function checkTemplates(value: Value, at: SourcePosition, scope: TemplateScope): void {
  if (typeof value === 'string' && isTemplate(value)) {
    const place = { text: value, isExpression: false, at, scope };
    check(place, () => compileTemplate(value, at));
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      checkTemplates(item, placeOfValue(value, index, at), scope);
    });
  } else if (value instanceof Map) {
    for (const [key, item] of value) {
      checkTemplates(key, placeOfKey(value, key, at), scope);
      checkTemplates(item, placeOfValue(value, key, placeOf(value, at)), scope);
    }
  }
}

function checkExpressions(value: Value, at: SourcePosition, scope: TemplateScope): void {
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      checkExpressions(item, placeOfValue(value, index, at), scope);
    });
  } else if (typeof value === 'string' && value.trim() !== '') {
    checkExpression(value, at, scope);
  }
}

/** `{{ expression }}` as a whole is tolerated, as Ansible does; lint warns of it. */
function checkExpression(source: string, at: SourcePosition, scope: TemplateScope): void {
  const place = { text: source, isExpression: true, at, scope };
  const whole = /^\{\{-?([\s\S]*?)-?\}\}$/.exec(source.trim())?.[1];
  if (whole !== undefined && !/\{\{|\}\}/.test(whole)) {
    check({ ...place, isExpression: false }, () => compileTemplate(source, at));
    scope.loading.bracedConditions.push(at);
  } else if (isTemplate(source)) {
    scope.loading.report({
      code: 'template-syntax',
      message: 'a condition is an expression already; braces must not stand in it',
      at,
      hint: "Write names bare: when: version == '2.0'.",
    });
  } else check(place, () => compileExpression(source, at));
}

function isAssert(key: Value): boolean {
  return key === 'assert' || key === 'ansible.builtin.assert';
}

function checkAssert(args: Mapping, at: SourcePosition, scope: TemplateScope): void {
  for (const [key, value] of args) {
    const valueAt = placeOfValue(args, key, at);
    if (key === 'that' && !isTemplate(value)) checkExpressions(value, valueAt, scope);
    else checkTemplates(value, valueAt, scope);
  }
}

interface Place {
  readonly text: string;
  readonly isExpression: boolean;
  readonly at: SourcePosition;
  readonly scope: TemplateScope;
}

function check({ text, isExpression, at, scope }: Place, compile: () => Names): void {
  const { loading } = scope;
  try {
    const names = compile();
    for (const name of names.variables) {
      const guarded = names.guarded.has(name);
      loading.uses.push({ name, text, at, isExpression, guarded });
    }
    for (const name of names.lookups) {
      const problem = lookupProblem(name, at);
      if (problem) loading.report(problem);
    }
  } catch (error) {
    if (!(error instanceof RolecallError)) throw error;
    for (const problem of error.problems) {
      const found = problem.at;
      const inFile = found && positionInFile(loading, text, at, found);
      loading.report({ ...problem, at: inFile ?? at });
    }
  }
}

/** The compiler counts as if the text stood in one piece; in the file it may be folded. */
function positionInFile(
  loading: Loading,
  text: string,
  at: SourcePosition,
  found: SourcePosition,
): SourcePosition {
  if (found.file !== at.file) return found;
  const lines = loading.sourceLines(at.file);
  return positionInScalar(lines, at, text, offsetOf(text, at, found));
}
