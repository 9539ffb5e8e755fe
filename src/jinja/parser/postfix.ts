import type { Arguments, Expression } from '../syntax.ts';
import { type ParseExpression, parsePrimary } from './primaries.ts';
import type { Tokens } from './tokens.ts';

export const noArguments: Arguments = {
  positional: [],
  named: [],
  spread: undefined,
  spreadNamed: undefined,
};

/** `.name`, `[key]`, `[a:b:c]` and calls after a primary. */
export function parsePostfix(
  tokens: Tokens,
  start: Expression,
  parse: ParseExpression,
): Expression {
  let node = start;
  while (true) {
    if (tokens.isOperator('.')) node = parseDot(tokens, node);
    else if (tokens.isOperator('[')) node = parseSubscript(tokens, node, parse);
    else if (tokens.isOperator('(')) node = parseCall(tokens, node, parse);
    else return node;
  }
}

/** `| filter(…)` and `is test` after an expression. */
export function parseFilters(
  tokens: Tokens,
  start: Expression,
  parse: ParseExpression,
): Expression {
  let node = start;
  while (true) {
    if (tokens.isOperator('|')) {
      tokens.next();
      node = parseFilter(tokens, node, parse);
    } else if (tokens.isName('is')) {
      node = parseTest(tokens, node, parse);
    } else if (tokens.isOperator('(')) {
      node = parseCall(tokens, node, parse);
    } else {
      return node;
    }
  }
}

/** The name and arguments of a filter, after its `|` or at the start of a filter block. */
export function parseFilter(
  tokens: Tokens,
  input: Expression | undefined,
  parse: ParseExpression,
): Expression {
  const { offset } = tokens.current;
  const name = dottedName(tokens);
  const args = tokens.isOperator('(') ? parseArguments(tokens, parse) : noArguments;
  return { kind: 'filter', input, name, arguments: args, offset };
}

export function parseArguments(tokens: Tokens, parse: ParseExpression): Arguments {
  tokens.expectOperator('(');
  const positional: Expression[] = [];
  const named: [string, Expression][] = [];
  let spread: Expression | undefined;
  let spreadNamed: Expression | undefined;
  while (!tokens.isOperator(')')) {
    if (tokens.skipOperator('*')) {
      if (spread) throw tokens.fail("only one '*' argument is possible");
      spread = parse(tokens);
    } else if (tokens.skipOperator('**')) {
      if (spreadNamed) throw tokens.fail("only one '**' argument is possible");
      spreadNamed = parse(tokens);
    } else if (
      tokens.is('name') &&
      tokens.look().type === 'operator' &&
      tokens.look().value === '='
    ) {
      const { value, offset } = tokens.next();
      tokens.next();
      if (named.some(([name]) => name === value)) {
        throw tokens.fail(`the argument '${value}' is given twice`, offset);
      }
      named.push([value, parse(tokens)]);
    } else {
      if (named.length > 0 || spread || spreadNamed) {
        throw tokens.fail('an argument without a name must come before those with one');
      }
      positional.push(parse(tokens));
    }
    if (!tokens.skipOperator(',')) break;
  }
  tokens.expectOperator(')');
  return { positional, named, spread, spreadNamed };
}

function parseDot(tokens: Tokens, target: Expression): Expression {
  tokens.expectOperator('.');
  const token = tokens.next();
  const { offset } = token;
  if (token.type === 'name') return { kind: 'attribute', target, name: token.value, offset };
  if (token.type === 'integer') {
    return {
      kind: 'item',
      target,
      key: { kind: 'constant', value: Number(token.value), offset },
      offset,
    };
  }
  throw tokens.fail(`expected a name after '.', found ${tokens.describe(token)}`, offset);
}

function parseSubscript(tokens: Tokens, target: Expression, parse: ParseExpression): Expression {
  tokens.expectOperator('[');
  const { offset } = tokens.current;
  const start = tokens.isOperator(':') ? undefined : parse(tokens);
  if (!tokens.isOperator(':')) {
    const keys = [start!];
    while (tokens.skipOperator(',')) keys.push(parse(tokens));
    tokens.expectOperator(']');
    const key: Expression = keys.length === 1 ? keys[0]! : { kind: 'tuple', items: keys, offset };
    return { kind: 'item', target, key, offset };
  }
  tokens.expectOperator(':');
  const stop = tokens.isOperator(':', ']') ? undefined : parse(tokens);
  const step = tokens.skipOperator(':') && !tokens.isOperator(']') ? parse(tokens) : undefined;
  tokens.expectOperator(']');
  return { kind: 'slice', target, start, stop, step, offset };
}

function parseCall(tokens: Tokens, target: Expression, parse: ParseExpression): Expression {
  return { kind: 'call', target, arguments: parseArguments(tokens, parse), offset: target.offset };
}

function parseTest(tokens: Tokens, input: Expression, parse: ParseExpression): Expression {
  tokens.next();
  const negated = tokens.skipName('not');
  const { offset } = tokens.current;
  const name = dottedName(tokens);
  let args = noArguments;
  if (tokens.isOperator('(')) {
    args = parseArguments(tokens, parse);
  } else if (startsArgument(tokens)) {
    if (tokens.isName('is')) throw tokens.fail("tests cannot be chained with 'is'");
    const argument = parsePostfix(tokens, parsePrimary(tokens, parse), parse);
    args = { ...noArguments, positional: [argument] };
  }
  const test: Expression = { kind: 'test', input, name, arguments: args, offset };
  return negated ? { kind: 'unary', operator: 'not', operand: test, offset } : test;
}

function startsArgument(tokens: Tokens): boolean {
  if (tokens.is('string') || tokens.is('integer') || tokens.is('float')) return true;
  if (tokens.isOperator('[', '{')) return true;
  return tokens.is('name') && !tokens.isName('else', 'or', 'and', 'if', 'not', 'in');
}

function dottedName(tokens: Tokens): string {
  let name = tokens.expect('name').value;
  while (tokens.skipOperator('.')) name += `.${tokens.expect('name').value}`;
  return name;
}
