import { nearestName } from '../../errors.ts';
import type { Token } from '../lexer.ts';
import type { Body, Expression, Parameter, Statement, Target } from '../syntax.ts';
import { parseExpression, parseOr } from './expressions.ts';
import { parseFilter, parsePostfix } from './postfix.ts';
import { parsePrimary, parseTuple } from './primaries.ts';
import { targetFrom } from './targets.ts';
import { parseExtends, parseFromImport, parseImport, parseInclude } from './templates.ts';
import type { Tokens } from './tokens.ts';

export type ParseBody = (tokens: Tokens, ends: readonly string[], opener: Token) => Body;
type ParseTag = (tokens: Tokens, tag: Token, body: ParseBody) => Statement;

/** One `{% … %}` statement, from its name to its last `%}`. */
export function parseStatement(
  tokens: Tokens,
  body: ParseBody,
  ends: readonly string[],
  opener?: Token,
): Statement {
  const tag = tokens.expect('name');
  const parse = tags.get(tag.value);
  if (parse) return parse(tokens, tag, body);
  const message = opener
    ? `unexpected '${tag.value}': '${opener.value}' (line ${tokens.source.position(opener.offset).line}) ends with '${ends[ends.length - 1]}'`
    : `there is no statement '${tag.value}'`;
  const nearest = nearestName(tag.value, opener ? [...tags.keys(), ...ends] : tags.keys());
  throw tokens.source.syntaxError(tag.offset, message, { nearest });
}

const tags: ReadonlyMap<string, ParseTag> = new Map<string, ParseTag>([
  ['if', parseIf],
  ['for', parseFor],
  ['set', parseSet],
  ['macro', parseMacro],
  ['call', parseCallBlock],
  ['filter', parseFilterBlock],
  ['with', parseWith],
  ['autoescape', parseAutoescape],
  ['do', parseDo],
  ['break', parseJump],
  ['continue', parseJump],
  ['block', parseBlock],
  ['include', parseInclude],
  ['import', parseImport],
  ['from', parseFromImport],
  ['extends', parseExtends],
]);

function parseIf(tokens: Tokens, tag: Token, body: ParseBody): Statement {
  const branches: { test: Expression; body: Body }[] = [];
  let otherwise: Body | undefined;
  while (true) {
    const test = parseTuple(tokens, parseExpression, (inner) => inner.is('block-end'));
    tokens.expect('block-end');
    branches.push({ test, body: body(tokens, ['elif', 'else', 'endif'], tag) });
    const end = tokens.next().value;
    if (end === 'elif') continue;
    if (end === 'else') {
      tokens.expect('block-end');
      otherwise = closingBody(tokens, tag, body, 'endif');
    } else {
      tokens.expect('block-end');
    }
    return { kind: 'if', branches, otherwise, offset: tag.offset };
  }
}

function parseFor(tokens: Tokens, tag: Token, body: ParseBody): Statement {
  const target = parseTarget(tokens, (inner) => inner.isName('in'));
  tokens.expect('name', 'in');
  const iterable = parseTuple(
    tokens,
    parseOr,
    (inner) => inner.is('block-end') || inner.isName('recursive', 'if'),
  );
  const condition = tokens.skipName('if') ? parseExpression(tokens) : undefined;
  const recursive = tokens.skipName('recursive');
  tokens.expect('block-end');
  const content = body(tokens, ['else', 'endfor'], tag);
  const hasElse = tokens.next().value === 'else';
  tokens.expect('block-end');
  const otherwise = hasElse ? closingBody(tokens, tag, body, 'endfor') : undefined;
  return {
    kind: 'for',
    target,
    iterable,
    condition,
    recursive,
    body: content,
    otherwise,
    offset: tag.offset,
  };
}

function parseSet(tokens: Tokens, tag: Token, body: ParseBody): Statement {
  const target = parseTarget(tokens, (inner) => inner.isOperator('=') || inner.is('block-end'));
  if (tokens.skipOperator('=')) {
    const value = parseTuple(tokens, parseExpression, (inner) => inner.is('block-end'));
    tokens.expect('block-end');
    return { kind: 'set', target, value, offset: tag.offset };
  }
  const filter = tokens.skipOperator('|') ? parseFilterChain(tokens) : undefined;
  tokens.expect('block-end');
  return {
    kind: 'set-block',
    target,
    filter,
    body: closingBody(tokens, tag, body, 'endset'),
    offset: tag.offset,
  };
}

function parseMacro(tokens: Tokens, tag: Token, body: ParseBody): Statement {
  const { value: name } = tokens.expect('name');
  const parameters = parseParameters(tokens);
  tokens.expect('block-end');
  return {
    kind: 'macro',
    name,
    parameters,
    body: closingBody(tokens, tag, body, 'endmacro'),
    offset: tag.offset,
  };
}

function parseCallBlock(tokens: Tokens, tag: Token, body: ParseBody): Statement {
  const parameters = tokens.isOperator('(') ? parseParameters(tokens) : [];
  const { offset } = tokens.current;
  const call = parsePostfix(tokens, parsePrimary(tokens, parseExpression), parseExpression);
  if (call.kind !== 'call') throw tokens.fail("expected a call such as 'name()'", offset);
  tokens.expect('block-end');
  return {
    kind: 'call-block',
    call,
    parameters,
    body: closingBody(tokens, tag, body, 'endcall'),
    offset: tag.offset,
  };
}

function parseFilterBlock(tokens: Tokens, tag: Token, body: ParseBody): Statement {
  const filter = parseFilterChain(tokens);
  tokens.expect('block-end');
  return {
    kind: 'filter-block',
    filter,
    body: closingBody(tokens, tag, body, 'endfilter'),
    offset: tag.offset,
  };
}

function parseWith(tokens: Tokens, tag: Token, body: ParseBody): Statement {
  const bindings: { target: Target; value: Expression }[] = [];
  while (!tokens.is('block-end')) {
    const target = targetFrom(tokens, parsePrimary(tokens, parseExpression));
    tokens.expectOperator('=');
    bindings.push({ target, value: parseExpression(tokens) });
    if (!tokens.skipOperator(',')) break;
  }
  tokens.expect('block-end');
  return {
    kind: 'with',
    bindings,
    body: closingBody(tokens, tag, body, 'endwith'),
    offset: tag.offset,
  };
}

function parseAutoescape(tokens: Tokens, tag: Token, body: ParseBody): Statement {
  const enabled = parseExpression(tokens);
  tokens.expect('block-end');
  return {
    kind: 'autoescape',
    enabled,
    body: closingBody(tokens, tag, body, 'endautoescape'),
    offset: tag.offset,
  };
}

function parseDo(tokens: Tokens, tag: Token): Statement {
  const expression = parseTuple(tokens, parseExpression, (inner) => inner.is('block-end'));
  tokens.expect('block-end');
  return { kind: 'do', expression, offset: tag.offset };
}

function parseJump(tokens: Tokens, tag: Token): Statement {
  tokens.expect('block-end');
  return { kind: tag.value as 'break' | 'continue', offset: tag.offset };
}

function parseBlock(tokens: Tokens, tag: Token, body: ParseBody): Statement {
  const { value: name } = tokens.expect('name');
  const scoped = tokens.skipName('scoped');
  const required = tokens.skipName('required');
  tokens.expect('block-end');
  const content = body(tokens, ['endblock'], tag);
  tokens.next();
  if (tokens.is('name')) tokens.expect('name', name);
  tokens.expect('block-end');
  return { kind: 'block', name, scoped, required, body: content, offset: tag.offset };
}

function closingBody(tokens: Tokens, tag: Token, body: ParseBody, end: string): Body {
  const content = body(tokens, [end], tag);
  tokens.next();
  tokens.expect('block-end');
  return content;
}

function parseFilterChain(tokens: Tokens): Expression {
  let node = parseFilter(tokens, undefined, parseExpression);
  while (tokens.skipOperator('|')) node = parseFilter(tokens, node, parseExpression);
  return node;
}

function parseParameters(tokens: Tokens): Parameter[] {
  const parameters: Parameter[] = [];
  tokens.expectOperator('(');
  while (!tokens.isOperator(')')) {
    const { value: name, offset } = tokens.expect('name');
    const fallback = tokens.skipOperator('=') ? parseExpression(tokens) : undefined;
    if (!fallback && parameters.some((parameter) => parameter.fallback)) {
      throw tokens.fail(`'${name}' has no default but follows a parameter that has one`, offset);
    }
    parameters.push({ name, fallback });
    if (!tokens.skipOperator(',')) break;
  }
  tokens.expectOperator(')');
  return parameters;
}

function parseTarget(tokens: Tokens, ends: (tokens: Tokens) => boolean): Target {
  const primary = (inner: Tokens): Expression => {
    const node = parsePrimary(inner, parseExpression);
    return inner.isOperator('.') ? parsePostfix(inner, node, parseExpression) : node;
  };
  return targetFrom(tokens, parseTuple(tokens, primary, ends));
}
