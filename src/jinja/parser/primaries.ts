import { Float, type Value } from '../../values.ts';
import type { Expression } from '../syntax.ts';
import type { Tokens } from './tokens.ts';

export type ParseExpression = (tokens: Tokens) => Expression;

const constants: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);

/** Names, literals, lists, dicts and what stands in parentheses. */
export function parsePrimary(tokens: Tokens, parse: ParseExpression): Expression {
  const { type, value, offset } = tokens.current;
  switch (type) {
    case 'name': {
      tokens.next();
      const constant = constants.get(value);
      return constant === undefined
        ? { kind: 'name', name: value, offset }
        : { kind: 'constant', value: constant, offset };
    }
    case 'string': {
      let text = '';
      while (tokens.is('string')) text += tokens.next().value;
      return { kind: 'constant', value: text, offset };
    }
    case 'integer':
      tokens.next();
      return { kind: 'constant', value: integerLiteral(tokens, value, offset), offset };
    case 'float': {
      tokens.next();
      const number = Number(value.replaceAll('_', ''));
      return {
        kind: 'constant',
        value: Number.isInteger(number) ? new Float(number) : number,
        offset,
      };
    }
    case 'operator':
      if (value === '(') return parseParentheses(tokens, parse);
      if (value === '[') return parseList(tokens, parse);
      if (value === '{') return parseDict(tokens, parse);
      break;
    default:
  }
  throw tokens.fail(`expected an expression, found ${tokens.describe()}`);
}

/** One expression, or a tuple when a comma follows. */
export function parseTuple(
  tokens: Tokens,
  parse: ParseExpression,
  ends: (tokens: Tokens) => boolean,
  emptyAllowed = false,
): Expression {
  const { offset } = tokens.current;
  const items: Expression[] = [];
  let isTuple = false;
  while (!ends(tokens)) {
    items.push(parse(tokens));
    if (!tokens.skipOperator(',')) break;
    isTuple = true;
  }
  if (!isTuple && items.length === 1) return items[0]!;
  if (items.length === 0 && !emptyAllowed) {
    throw tokens.fail(`expected an expression, found ${tokens.describe()}`);
  }
  return { kind: 'tuple', items, offset };
}

function parseParentheses(tokens: Tokens, parse: ParseExpression): Expression {
  tokens.expectOperator('(');
  const node = parseTuple(tokens, parse, (inner) => inner.isOperator(')'), true);
  tokens.expectOperator(')');
  return node;
}

function parseList(tokens: Tokens, parse: ParseExpression): Expression {
  const { offset } = tokens.expectOperator('[');
  const items: Expression[] = [];
  while (!tokens.isOperator(']')) {
    items.push(parse(tokens));
    if (!tokens.skipOperator(',')) break;
  }
  tokens.expectOperator(']');
  return { kind: 'list', items, offset };
}

function parseDict(tokens: Tokens, parse: ParseExpression): Expression {
  const { offset } = tokens.expectOperator('{');
  const pairs: [Expression, Expression][] = [];
  while (!tokens.isOperator('}')) {
    const key = parse(tokens);
    tokens.expectOperator(':');
    pairs.push([key, parse(tokens)]);
    if (!tokens.skipOperator(',')) break;
  }
  tokens.expectOperator('}');
  return { kind: 'dict', pairs, offset };
}

function integerLiteral(tokens: Tokens, text: string, offset: number): number {
  const digits = text.replaceAll('_', '');
  if (/^0\d/.test(digits) && !/^0+$/.test(digits)) {
    throw tokens.fail(`a number does not start with 0: '${text}'`, offset);
  }
  const number = Number(digits);
  if (!Number.isSafeInteger(number) && BigInt(number) !== BigInt(digits)) {
    throw tokens.fail(`the integer ${text} is too large to be kept exactly`, offset);
  }
  return number;
}
