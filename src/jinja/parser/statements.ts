import type { Token } from '../lexer.ts';
import type { Source } from '../source.ts';
import type { Body, Expression, Statement } from '../syntax.ts';
import { parseExpression } from './expressions.ts';
import { parseTuple } from './primaries.ts';
import { parseStatement } from './tags.ts';
import { Tokens } from './tokens.ts';

export function parseTemplate(source: Source, tokenList: readonly Token[]): Body {
  const tokens = new Tokens(source, tokenList);
  const body = parseBody(tokens);
  if (!tokens.is('end')) throw tokens.fail(`unexpected ${tokens.describe()}`);
  return body;
}

/** A bare expression that must end where the text ends. */
export function parseBareExpression(source: Source, tokenList: readonly Token[]): Expression {
  const tokens = new Tokens(source, tokenList);
  const node = parseTuple(tokens, parseExpression, (inner) => inner.is('end'));
  if (!tokens.is('end')) throw tokens.fail(`expected the end, found ${tokens.describe()}`);
  return node;
}

/** Text, outputs and tags up to one of the tags in `ends`, whose `{%` is consumed and name is not. */
export function parseBody(tokens: Tokens, ends: readonly string[] = [], opener?: Token): Body {
  const body: Statement[] = [];
  while (true) {
    const { type, value, offset } = tokens.current;
    if (type === 'data') {
      tokens.next();
      body.push({ kind: 'text', text: value, offset });
    } else if (type === 'variable-begin') {
      tokens.next();
      const expression = parseTuple(tokens, parseExpression, (inner) => inner.is('variable-end'));
      tokens.expect('variable-end');
      body.push({ kind: 'output', expression, offset });
    } else if (type === 'block-begin') {
      tokens.next();
      if (tokens.isName(...ends)) return body;
      body.push(tokens.nested(() => parseStatement(tokens, parseBody, ends, opener)));
    } else {
      if (ends.length > 0 && opener) {
        throw tokens.fail(
          `'${opener.value}' is not closed: '${ends[ends.length - 1]}' is missing`,
          opener.offset,
        );
      }
      return body;
    }
  }
}
