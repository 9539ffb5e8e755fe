import type { Value } from '../../values.ts';
import type { Environment } from '../environment.ts';

/** What filters, tests and functions may use of the running evaluation. */
export interface Machine {
  readonly environment: Environment;
  /** Counts work done; throws when a template does not end. */
  step(count?: number): void;
  filter(
    name: string,
    input: Value,
    args: readonly Value[],
    named: ReadonlyMap<string, Value>,
  ): Value;
  test(
    name: string,
    input: Value,
    args: readonly Value[],
    named: ReadonlyMap<string, Value>,
  ): boolean;
  /** Calls a macro or function value. */
  call(target: Value, args: readonly Value[], named: ReadonlyMap<string, Value>): Value;
}
