import type { BlockCode, Evaluate, Run } from '../runtime/template.ts';
import type { Source } from '../source.ts';
import type { Body, Expression } from '../syntax.ts';
import type { Analysis } from './analysis.ts';

/** What the parts of the compiler use of each other. */
export interface Compiling {
  readonly source: Source;
  readonly analysis: Analysis;
  readonly blocks: Map<string, BlockCode>;
  expression(node: Expression): Evaluate;
  /** Like `expression`, for a place where Undefined, Unknown and Omit cannot be used. */
  operand(node: Expression): Evaluate;
  body(body: Body): Run;
  /** Gives the errors of `evaluate` the position of `offset`. */
  placed(offset: number, evaluate: Evaluate): Evaluate;
}
