import type { Unknown, Value } from '../../values.ts';
import type { Scope } from '../environment.ts';

/** What lookups need of the play they run in. All paths are the controller's. */
export interface LookupContext {
  readonly scope: Scope;
  /** Where relative paths begin that `findFile` does not know. */
  readonly basedir: string;
  /** The text of a file; throws when it cannot be read. */
  readFile(path: string): string;
  /** The absolute path of a file as roles and playbooks search for it, or undefined. */
  findFile(name: string, kind: 'files' | 'templates' | 'vars'): string | undefined;
  /** The text of a template, with some more variables than those of the scope. */
  render(source: string, file: string, variables: ReadonlyMap<string, Value>): string | Unknown;
  /** Only trying: lookups that act or differ each time throw. */
  readonly speculative?: boolean;
  /** Told of failures under errors='warn'. */
  warn?(message: string): void;
}

/** A lookup plugin. */
export interface Lookup {
  /** One line for the reference. */
  readonly summary: string;
  /** Names of the options it takes as keyword arguments. */
  readonly options: readonly string[];
  /** Acts on the world or gives another result each time: refused when only trying. */
  readonly impure?: boolean;
  find(
    terms: readonly Value[],
    options: ReadonlyMap<string, Value>,
    context: LookupContext,
  ): Value[];
}
