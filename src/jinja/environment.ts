import type { Value } from '../values.ts';

/** The variables that a template sees, looked up when they are used. */
export interface Scope {
  /** undefined = there is no such variable; the value may itself be Undefined or Unknown. */
  get(name: string): Value | undefined;
  names(): Iterable<string>;
}

/** What a template needs from the world while it is evaluated. */
export interface Environment {
  readonly scope: Scope;
  /** Text and absolute name of a template named in include, import or extends; throws when missing. */
  loadTemplate?(name: string, from: string): { readonly source: string; readonly file: string };
  /** A lookup plugin's result, for `lookup()`, `query()` and `q()`. */
  lookup?(name: string, terms: Value[], options: Map<string, Value>): Value[];
  /** Only trying: calls that have an effect or differ each time (now, random, …) throw. */
  readonly speculative?: boolean;
}
