import type { SourcePosition } from '../errors.ts';
import type { Mapping, Value } from '../values.ts';
import { isTemplate } from './keyword-values.ts';
import type { Scope } from './scope.ts';

/**
 * The name of a file or role that must be known before anything runs: plain text, or `{{ variable }}`
 * for variables of -e, of the play and of what encloses it. Undefined (and a problem) otherwise.
 */
export function staticName(
  text: string,
  what: string,
  at: SourcePosition,
  vars: Mapping | undefined,
  scope: Scope,
): string | undefined {
  const name = fillIn(text, vars, scope);
  if (name !== undefined) return name;
  scope.loading.report({
    code: 'playbook-syntax',
    message: `the name '${text}' in ${what} is not known before anything runs`,
    at,
    hint: what.startsWith('import_')
      ? `Use ${what.replace('import', 'include')}, which is evaluated when it is reached.`
      : 'Use include_role in a task, which is evaluated when it is reached.',
  });
  return undefined;
}

/** Text with `{{ variable }}` filled in where all are known without running anything. */
export function fillIn(text: string, vars: Mapping | undefined, scope: Scope): string | undefined {
  if (!isTemplate(text)) return text;
  let complete = true;
  const filled = text.replace(/\{\{\s*([^{}]*?)\s*\}\}/g, (whole, variable: string) => {
    const value = staticVariable(variable, vars, scope);
    if (typeof value === 'string' && !isTemplate(value)) return value;
    if (typeof value === 'number') return String(value);
    complete = false;
    return whole;
  });
  return complete && !isTemplate(filled) ? filled : undefined;
}

/** The value of a variable that is known without running anything, templates still in it. */
export function staticVariable(
  name: string,
  vars: Mapping | undefined,
  scope: Scope,
): Value | undefined {
  if (name === 'playbook_dir') return scope.playFolder;
  if (name === 'role_path') return scope.role?.path;
  if (name === 'role_name' || name === 'ansible_role_name') return scope.role?.name;
  return scope.loading.context.extraVars.get(name) ?? vars?.get(name) ?? scope.vars.get(name);
}
