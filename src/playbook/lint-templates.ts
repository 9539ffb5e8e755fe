import { RolecallError } from '../errors.ts';
import { compileTemplate, type TemplateOptions } from '../jinja/template.ts';
import type { Mapping } from '../values.ts';
import type { Met } from './lint-walk.ts';
import type { Loading } from './loading.ts';

const delimiters = {
  variable_start_string: 'variableStartString',
  variable_end_string: 'variableEndString',
  block_start_string: 'blockStartString',
  block_end_string: 'blockEndString',
  comment_start_string: 'commentStartString',
  comment_end_string: 'commentEndString',
} as const satisfies Record<string, keyof TemplateOptions>;

/** Checks the syntax of the template file of a template task, and notes the variables it uses. */
export function checkTemplateFile(path: string, { task }: Met, loading: Loading): void {
  const { args } = task.action;
  if (!(args instanceof Map) || loading.files.kind(path) !== 'file') return;
  const source = loading.attempt(() => loading.source(path));
  if (source === undefined) return;
  if (source.startsWith('#jinja2:') || source.startsWith('$ANSIBLE_VAULT;')) return;
  const at = { file: path, line: 1, column: 1 };
  try {
    const names = compileTemplate(source, at, optionsOf(args));
    for (const name of names.variables) {
      const guarded = names.guarded.has(name);
      loading.uses.push({ name, text: source, at, isExpression: false, guarded });
    }
  } catch (error) {
    if (!(error instanceof RolecallError)) throw error;
    for (const problem of error.problems) loading.report(problem);
  }
}

function optionsOf(args: Mapping): TemplateOptions {
  const options: { [name: string]: string | boolean } = { escapeBackslashes: false };
  for (const [argument, option] of Object.entries(delimiters)) {
    const value = args.get(argument);
    if (typeof value === 'string') options[option] = value;
  }
  return options;
}
