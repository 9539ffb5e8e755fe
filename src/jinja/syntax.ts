import type { Value } from '../values.ts';

/** Expressions. `offset` is where the node starts in its template. */
export type Expression = { readonly offset: number } & (
  | { readonly kind: 'constant'; readonly value: Value }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'tuple'; readonly items: readonly Expression[] }
  | { readonly kind: 'dict'; readonly pairs: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: 'unary'; readonly operator: '-' | '+' | 'not'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'concat'; readonly items: readonly Expression[] }
  | {
      readonly kind: 'logic';
      readonly operator: 'and' | 'or';
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'compare';
      readonly left: Expression;
      readonly rest: readonly {
        readonly operator: CompareOperator;
        readonly operand: Expression;
      }[];
    }
  | {
      readonly kind: 'if';
      readonly test: Expression;
      readonly whenTrue: Expression;
      readonly otherwise: Expression | undefined;
    }
  | { readonly kind: 'attribute'; readonly target: Expression; readonly name: string }
  | { readonly kind: 'item'; readonly target: Expression; readonly key: Expression }
  | {
      readonly kind: 'slice';
      readonly target: Expression;
      readonly start: Expression | undefined;
      readonly stop: Expression | undefined;
      readonly step: Expression | undefined;
    }
  | { readonly kind: 'call'; readonly target: Expression; readonly arguments: Arguments }
  | {
      readonly kind: 'filter';
      /** Undefined in a filter block, where the block's text is the input. */
      readonly input: Expression | undefined;
      readonly name: string;
      readonly arguments: Arguments;
    }
  | {
      readonly kind: 'test';
      readonly input: Expression;
      readonly name: string;
      readonly arguments: Arguments;
    }
);

export type ExpressionOf<K extends Expression['kind']> = Extract<Expression, { kind: K }>;
export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';
export type CompareOperator = '==' | '!=' | '<' | '>' | '<=' | '>=' | 'in' | 'not in';

export interface Arguments {
  readonly positional: readonly Expression[];
  readonly named: readonly (readonly [string, Expression])[];
  readonly spread: Expression | undefined;
  readonly spreadNamed: Expression | undefined;
}

/** What `for`, `set` and `with` assign to. */
export type Target =
  | { readonly kind: 'name'; readonly name: string; readonly offset: number }
  | {
      readonly kind: 'attribute';
      readonly object: string;
      readonly name: string;
      readonly offset: number;
    }
  | { readonly kind: 'tuple'; readonly items: readonly Target[]; readonly offset: number };

export interface Parameter {
  readonly name: string;
  readonly fallback: Expression | undefined;
}

export type Statement = { readonly offset: number } & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'output'; readonly expression: Expression }
  | {
      readonly kind: 'if';
      readonly branches: readonly { readonly test: Expression; readonly body: Body }[];
      readonly otherwise: Body | undefined;
    }
  | {
      readonly kind: 'for';
      readonly target: Target;
      readonly iterable: Expression;
      readonly condition: Expression | undefined;
      readonly recursive: boolean;
      readonly body: Body;
      readonly otherwise: Body | undefined;
    }
  | { readonly kind: 'set'; readonly target: Target; readonly value: Expression }
  | {
      readonly kind: 'set-block';
      readonly target: Target;
      readonly filter: Expression | undefined;
      readonly body: Body;
    }
  | {
      readonly kind: 'macro';
      readonly name: string;
      readonly parameters: readonly Parameter[];
      readonly body: Body;
    }
  | {
      readonly kind: 'call-block';
      readonly call: Expression;
      readonly parameters: readonly Parameter[];
      readonly body: Body;
    }
  | { readonly kind: 'filter-block'; readonly filter: Expression; readonly body: Body }
  | {
      readonly kind: 'with';
      readonly bindings: readonly { readonly target: Target; readonly value: Expression }[];
      readonly body: Body;
    }
  | { readonly kind: 'autoescape'; readonly enabled: Expression; readonly body: Body }
  | { readonly kind: 'do'; readonly expression: Expression }
  | { readonly kind: 'break' | 'continue' }
  | {
      readonly kind: 'include';
      readonly template: Expression;
      readonly ignoreMissing: boolean;
      readonly withContext: boolean;
    }
  | {
      readonly kind: 'import';
      readonly template: Expression;
      readonly name: string;
      readonly withContext: boolean;
    }
  | {
      readonly kind: 'from-import';
      readonly template: Expression;
      readonly names: readonly { readonly name: string; readonly as: string }[];
      readonly withContext: boolean;
    }
  | { readonly kind: 'extends'; readonly template: Expression }
  | {
      readonly kind: 'block';
      readonly name: string;
      readonly scoped: boolean;
      readonly required: boolean;
      readonly body: Body;
    }
);

export type StatementOf<K extends Statement['kind']> = Extract<Statement, { kind: K }>;
export type Body = readonly Statement[];

/** An expression as its author would name it in a sentence, such as `result.stdot`. */
export function describeExpression(node: Expression): string {
  switch (node.kind) {
    case 'name':
      return node.name;
    case 'attribute':
      return `${describeExpression(node.target)}.${node.name}`;
    case 'item': {
      const key = node.key;
      if (key.kind !== 'constant') return `${describeExpression(node.target)}[…]`;
      const text = typeof key.value === 'string' ? `'${key.value}'` : String(key.value);
      return `${describeExpression(node.target)}[${text}]`;
    }
    case 'call':
      return `${describeExpression(node.target)}(…)`;
    case 'filter':
      return node.input ? `${describeExpression(node.input)} | ${node.name}` : node.name;
    default:
      return 'the expression';
  }
}
