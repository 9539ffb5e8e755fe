import type { SourcePosition } from '../errors.ts';
import type { RenderOptions } from '../modules/contract.ts';
import type { Condition, Templated } from '../playbook/play.ts';
import type { Mapping, Unknown, Value } from '../values.ts';
import type { Layer } from '../variables/layer.ts';

/** The variables of one task on one host, and how templates are evaluated with them. */
export interface TaskScope {
  /** A variable, evaluated; undefined when there is none. */
  get(name: string): Value | undefined;
  /** What is worked out of variables, kept under a key for as long as nothing that it read differs. */
  keep<T>(key: string, compute: (scope: TaskScope) => T): T;
  /** The layers that give a variable a value, lowest precedence first. */
  layers(name: string): readonly Layer[];
  /** A literal with the templates in it evaluated, deeply. */
  evaluate(value: Templated, at?: SourcePosition): Value;
  condition(condition: Condition): boolean | Unknown;
  /** The text of a template file. */
  render(source: string, file: string, options?: RenderOptions): string | Unknown;
  /** The same with literals on top whose strings are templates. */
  withVars(values: Mapping): TaskScope;
  /** The same with final values on top, which are never templated. */
  withValues(values: Mapping): TaskScope;
  /** All variables, for `debug: var=vars` and include_vars. */
  names(): Iterable<string>;
}
