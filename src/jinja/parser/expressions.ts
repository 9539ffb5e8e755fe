import { Float } from '../../values.ts';
import type { BinaryOperator, CompareOperator, Expression } from '../syntax.ts';
import { parseFilters, parsePostfix } from './postfix.ts';
import { parsePrimary } from './primaries.ts';
import type { Tokens } from './tokens.ts';

/** `a if b else c` and everything below it. */
export function parseExpression(tokens: Tokens): Expression {
  return tokens.nested(() => {
    let node = parseOr(tokens);
    while (tokens.isName('if')) {
      const { offset } = tokens.next();
      const test = parseOr(tokens);
      const otherwise = tokens.skipName('else') ? parseExpression(tokens) : undefined;
      node = { kind: 'if', test, whenTrue: node, otherwise, offset };
    }
    return node;
  });
}

/** An expression without inline `if`, as after `in` of a `for` whose own `if` filters. */
export function parseOr(tokens: Tokens): Expression {
  let left = parseAnd(tokens);
  while (tokens.isName('or')) {
    const { offset } = tokens.next();
    left = { kind: 'logic', operator: 'or', left, right: parseAnd(tokens), offset };
  }
  return left;
}

function parseAnd(tokens: Tokens): Expression {
  let left = parseNot(tokens);
  while (tokens.isName('and')) {
    const { offset } = tokens.next();
    left = { kind: 'logic', operator: 'and', left, right: parseNot(tokens), offset };
  }
  return left;
}

function parseNot(tokens: Tokens): Expression {
  if (!tokens.isName('not')) return parseCompare(tokens);
  const { offset } = tokens.next();
  const operand = tokens.nested(() => parseNot(tokens));
  return { kind: 'unary', operator: 'not', operand, offset };
}

function parseCompare(tokens: Tokens): Expression {
  const left = parseSum(tokens);
  const rest: { operator: CompareOperator; operand: Expression }[] = [];
  while (true) {
    let operator: CompareOperator;
    if (tokens.isOperator('==', '!=', '<', '>', '<=', '>=')) {
      operator = tokens.next().value as CompareOperator;
    } else if (tokens.skipName('in')) {
      operator = 'in';
    } else if (
      tokens.isName('not') &&
      tokens.look().type === 'name' &&
      tokens.look().value === 'in'
    ) {
      tokens.next();
      tokens.next();
      operator = 'not in';
    } else {
      break;
    }
    rest.push({ operator, operand: parseSum(tokens) });
  }
  return rest.length === 0 ? left : { kind: 'compare', left, rest, offset: left.offset };
}

function parseSum(tokens: Tokens): Expression {
  return parseBinary(tokens, ['+', '-'], parseConcat);
}

function parseConcat(tokens: Tokens): Expression {
  const first = parseProduct(tokens);
  const items = [first];
  while (tokens.skipOperator('~')) items.push(parseProduct(tokens));
  return items.length === 1 ? first : { kind: 'concat', items, offset: first.offset };
}

function parseProduct(tokens: Tokens): Expression {
  return parseBinary(tokens, ['*', '/', '//', '%'], parsePower);
}

function parsePower(tokens: Tokens): Expression {
  return parseBinary(tokens, ['**'], (inner) => parseUnary(inner));
}

function parseBinary(
  tokens: Tokens,
  operators: readonly BinaryOperator[],
  operand: (tokens: Tokens) => Expression,
): Expression {
  let left = operand(tokens);
  while (tokens.isOperator(...operators)) {
    const { value, offset } = tokens.next();
    left = {
      kind: 'binary',
      operator: value as BinaryOperator,
      left,
      right: operand(tokens),
      offset,
    };
  }
  return left;
}

/** A sign binds tighter than a filter: `-1 | abs` is `(-1) | abs`. */
export function parseUnary(tokens: Tokens, withFilters = true): Expression {
  const { offset } = tokens.current;
  let node: Expression;
  if (tokens.isOperator('-', '+')) {
    const operator = tokens.next().value as '-' | '+';
    const operand = tokens.nested(() => parseUnary(tokens, false));
    node = negatedLiteral(operator, operand) ?? { kind: 'unary', operator, operand, offset };
  } else {
    node = parsePrimary(tokens, parseExpression);
  }
  node = parsePostfix(tokens, node, parseExpression);
  return withFilters ? parseFilters(tokens, node, parseExpression) : node;
}

function negatedLiteral(operator: '-' | '+', operand: Expression): Expression | undefined {
  if (operator !== '-' || operand.kind !== 'constant') return undefined;
  if (typeof operand.value === 'number') return { ...operand, value: -operand.value || 0 };
  if (operand.value instanceof Float) return { ...operand, value: new Float(-operand.value.value) };
  return undefined;
}
